import { readFileSync } from 'node:fs'
import { openEngine, type Session } from '../../src-engine/engine'
import type { Head } from '../../src-engine/evidence/heads'
import { logProbability } from '../../src-engine/evidence/log-probability'
import { createTokenizer } from '../../src-engine/tokenizer/tokenizer'
import { readGguf } from '../../src-engine/gguf/reader'
import { openFileSource } from '../../src-engine/gguf/source'
import { printFigure, quantile, timed } from '../support/figure'
import { hasTestModel, testModelPath } from '../support/test-model'

/**
 * What it costs to be told where a model looks: the same steps with and without, in turns. A statement ends every 20 tokens and is asked about
 * for a source sentence in every 30 tokens of context.
 */
const runs = Number(process.env['LONGLEAF_BENCH_RUNS'] ?? 9)
const depths = [2_000, 30_000]
const stepsEach = 60
const statementTokens = 20
const sentenceTokens = 30
const heads: readonly Head[] = [[16, 7], [16, 2], [16, 0], [16, 6], [11, 12], [9, 13], [13, 0], [13, 2]].map(([layer = 0, head = 0]) => ({ layer, head }))

interface Cost {
  /** The median: single tokens that something else held up say nothing. */
  readonly step: number
  /** What comes besides, on average. */
  readonly besides: number
}

/** Milliseconds of a token. */
async function plain(session: Session, tokens: readonly number[], depth: number): Promise<Cost> {
  await session.sync(tokens.slice(0, depth))
  const steps: number[] = []
  for (let i = 0; i < stepsEach; i++) steps.push(await timed(() => session.step(tokens[depth + i] ?? 0)))
  return { step: quantile(steps, 0.5), besides: 0 }
}

async function watched(session: Session, tokens: readonly number[], depth: number): Promise<Cost> {
  const spans = Array.from({ length: Math.floor(depth / sentenceTokens) }, (_, i) => ({ start: i * sentenceTokens, end: (i + 1) * sentenceTokens }))
  await session.sync(tokens.slice(0, depth), { watch: { heads, from: depth } })
  const steps: number[] = []
  let besides = 0
  for (let i = 1; i <= stepsEach; i++) {
    besides += await timed(() => logProbability(session.logits, tokens[depth + i - 1] ?? 0))
    steps.push(await timed(() => session.step(tokens[depth + i - 1] ?? 0)))
    if (i % statementTokens === 0) besides += await timed(() => session.evidence({ start: depth + i - statementTokens, end: depth + i }, spans))
  }
  return { step: quantile(steps, 0.5), besides: besides / stepsEach }
}

if (hasTestModel) {
  const source = openFileSource(testModelPath)
  const tokenizer = createTokenizer(readGguf(source))
  source.close()
  const words = ['index', 'pointers', 'callbacks', 'values', 'load'].map((name) => readFileSync(new URL(`../../node_modules/koffi/doc/${name}.md`, import.meta.url), 'utf8')).join('\n')
  const once = Array.from(tokenizer.encode(words))
  const tokens = Array.from({ length: Math.max(...depths) + stepsEach }, (_, i) => once[i % once.length] ?? 0)
  const engine = await openEngine({ path: testModelPath })
  const session = engine.open({ contextMax: tokens.length + 1 })
  for (const depth of depths) {
    const costs: number[] = []
    await plain(session, tokens, depth)
    await watched(session, tokens, depth)
    for (let run = 0; run < runs; run++) {
      // Who always goes second finds a machine that is warmer, or busier, than who goes first.
      const first = await (run % 2 === 0 ? plain : watched)(session, tokens, depth)
      const second = await (run % 2 === 0 ? watched : plain)(session, tokens, depth)
      const [without, withThem] = run % 2 === 0 ? [first, second] : [second, first]
      costs.push(100 * ((withThem.step + withThem.besides) / without.step - 1))
    }
    printFigure(`evidence: share of decode time at depth ${depth}, Qwen-0.5B`, '%', costs)
  }
  engine.close()
}
