import { existsSync } from 'node:fs'
import { answerTo, openForAnswers, otherQuestions, quotingQuestions } from '../support/answers'
import type { OpenModel } from '../../src-engine/scheduler/model'
import { printFigure } from '../support/figure'
import { starterModelPath } from '../support/starter-model'
import { testModelPath } from '../support/test-model'

/**
 * The same answers with drafts and without, taking turns: tokens per second of writing, from the first token on, and the ratio by medians. An
 * answer that quotes is to be faster, any other no slower than 0.97. That the texts are the same to the letter is checked along the way.
 */
const runs = Number(process.env['LONGLEAF_BENCH_RUNS'] ?? 5)
const tokensMax = 120

const models = { 'SmolLM2-135M': starterModelPath(), 'Qwen2.5-Coder-0.5B': testModelPath }
for (const [name, path] of Object.entries(models)) {
  if (!existsSync(path)) console.log(`${name} is not here`)
  else await compare(name, path)
}

async function compare(name: string, path: string): Promise<void> {
  const model = await openForAnswers(path)
  // The first drafted answer tries each size of run against single steps, once for each loaded model.
  for (const question of quotingQuestions) await answerTo(model, question, { tokensMax })
  for (const [i, question] of quotingQuestions.entries()) await compareOne(model, `${name}, quoting ${i + 1}`, question)
  for (const [i, question] of otherQuestions.entries()) await compareOne(model, `${name}, not quoting ${i + 1}`, question)
  for (const tokens of [2, 4, 8, 16]) printFigure(`draft: ${name}, what ${tokens} tokens together cost`, 'steps', [model.pace.cost(tokens)])
  model.close()
}

async function compareOne(model: OpenModel, name: string, question: string): Promise<void> {
  const rates: Record<'drafted' | 'plain', number[]> = { drafted: [], plain: [] }
  const texts = new Set<string>()
  for (let run = 0; run < runs; run++) {
    for (const way of ['plain', 'drafted'] as const) {
      const { text, end: { tokens, milliseconds } } = await answerTo(model, question, { tokensMax, draft: way === 'drafted' })
      texts.add(text)
      rates[way].push(((tokens.generated - 1) * 1000) / (milliseconds.total - milliseconds.firstToken))
    }
  }
  if (texts.size !== 1) throw new Error(`${name}: the texts differ`)
  const plain = printFigure(`draft: ${name}, without`, 'tokens/s', rates.plain)
  const drafted = printFigure(`draft: ${name}, with`, 'tokens/s', rates.drafted)
  printFigure(`draft: ${name}, ratio`, 'x', [drafted / plain])
}
