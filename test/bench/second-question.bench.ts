import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { printFigure } from '../support/figure'
import { writeGlmShape } from '../support/glm-shape'
import { askAgain, fillWhole, readWhole, type Reader, type SecondQuestion } from '../support/read-work'
import { hasTestModel, testModelPath } from '../support/test-model'

/**
 * The second question on a document that was read before, by a process that has just loaded the model: until the logits that the answer begins with. Ours
 * begins with the reading; libllama with its own state file, or with nothing, and then it reads the document again. In turn. What is kept is filled, not
 * read; what libllama would take to read it is reckoned from its speed at the document's beginning, where it is fastest.
 */
if (!hasTestModel) throw new Error('Qwen2.5-Coder-0.5B could not be fetched, and libllama is compared with it.')
const runs = Number(process.env['LONGLEAF_BENCH_RUNS'] ?? 3)
const layers = Number(process.env['LONGLEAF_BENCH_LAYERS'] ?? 4)
const words = process.env['LONGLEAF_BENCH_MODELS']?.split(',') ?? ['']
const peer: Reader = 'libllama with flash attention'
/** Tokens of the document's beginning that libllama reads. */
const beginning = 1_024
const folder = mkdtempSync(join(process.env['LONGLEAF_BENCH_FOLDER'] ?? tmpdir(), 'longleaf-question-'))

function compare(model: string, path: string, tokens: number): void {
  const kept = join(folder, model)
  for (const who of ['ours', peer] as const) fillWhole({ who, path, tokens, folder: kept })
  const asked = new Map((['ours', peer] as const).map((who): [Reader, SecondQuestion[]] => [who, []]))
  for (let run = 0; run < runs; run++) for (const [who, all] of asked) all.push(askAgain({ who, path, tokens, folder: kept }))
  const name = `second question, ${model}, ${tokens} tokens read before`
  const milliseconds = (who: Reader): readonly number[] => (asked.get(who) ?? []).map((each) => each.milliseconds)
  const ours = printFigure(`${name}: from the reading`, 'ms', milliseconds('ours'))
  const theirs = printFigure(`${name}: libllama from its state file`, 'ms', milliseconds(peer))
  printFigure(`${name}: libllama's state file to the reading`, 'x', [theirs / ours])
  const { seconds } = readWhole({ who: peer, path, tokens: beginning })
  printFigure(`${name}: libllama without a file to the reading, at least`, 'x', [(seconds * 1_000 * tokens) / beginning / ours])
  printFigure(`${name}: tokens of the document computed`, 'tokens', (asked.get('ours') ?? []).map(({ reused }) => tokens - reused))
  rmSync(kept, { recursive: true })
}

try {
  if (words.some((word) => 'Qwen-0.5B'.includes(word))) compare('Qwen-0.5B', testModelPath, Number(process.env['LONGLEAF_BENCH_LENGTH'] ?? 30_016))
  if (words.some((word) => '9B shape'.includes(word))) {
    const path = join(folder, 'model.gguf')
    writeGlmShape(path, { mix: 'Q4_0', layers })
    compare(`9B shape (Q4_0, ${layers} layers)`, path, Number(process.env['LONGLEAF_BENCH_LENGTH'] ?? 16_384))
  }
} finally {
  rmSync(folder, { recursive: true, force: true })
}
