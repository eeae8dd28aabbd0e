import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { printFigure } from '../support/figure'
import { askAgain, readWhole, type Reader, type SecondQuestion } from '../support/read-work'
import { hasTestModel, testModelPath } from '../support/test-model'

/**
 * The second question on a document that was read before, by a process that has just loaded the model: until the logits that the answer begins with. Ours
 * begins with the reading; libllama with its own state file, or with nothing, and then it reads the document again. In turn; LONGLEAF_BENCH_LENGTH is the
 * document's length in tokens.
 */
if (!hasTestModel) throw new Error('Qwen2.5-Coder-0.5B could not be fetched, and libllama is compared with it.')
const runs = Number(process.env['LONGLEAF_BENCH_RUNS'] ?? 3)
const tokens = Number(process.env['LONGLEAF_BENCH_LENGTH'] ?? 30_000)
const peer: Reader = 'libllama with flash attention'
const folder = mkdtempSync(join(process.env['LONGLEAF_BENCH_FOLDER'] ?? tmpdir(), 'longleaf-question-'))
try {
  readWhole({ who: 'ours', path: testModelPath, tokens, folder })
  const unsaved = readWhole({ who: peer, path: testModelPath, tokens, folder })
  const asked = new Map((['ours', peer] as const).map((who): [Reader, SecondQuestion[]] => [who, []]))
  for (let run = 0; run < runs; run++) for (const [who, all] of asked) all.push(askAgain({ who, path: testModelPath, tokens, folder }))
  const name = `second question, Qwen-0.5B, ${tokens} tokens read before`
  const milliseconds = (who: Reader): readonly number[] => (asked.get(who) ?? []).map((each) => each.milliseconds)
  const ours = printFigure(`${name}: from the reading`, 'ms', milliseconds('ours'))
  const theirs = printFigure(`${name}: libllama from its state file`, 'ms', milliseconds(peer))
  printFigure(`${name}: libllama's state file to the reading`, 'x', [theirs / ours])
  printFigure(`${name}: libllama without a file to the reading`, 'x', [(unsaved.seconds * 1_000) / ours])
  printFigure(`${name}: tokens of the document computed`, 'tokens', (asked.get('ours') ?? []).map(({ reused }) => tokens - reused))
} finally {
  rmSync(folder, { recursive: true, force: true })
}
