import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openEngine } from '../../src-engine/engine'
import { keepIn } from '../../src-engine/prefill/keep-in'
import { printFigure, timed } from '../support/figure'
import { heldReading } from '../support/held-reading'
import { sourcesOf } from '../support/known-reading'
import { readWhole, type ReadWhole, type Reader } from '../support/read-work'
import { starterModelPath } from '../support/starter-model'
import { hasTestModel, testModelPath } from '../support/test-model'

/**
 * Reading a whole text into a reading's file, synced, and beginning a session with it; against a session that reads it by itself, and by the length of the
 * text against libllama, which reads it into memory, in turn and each in a process of its own. And the most memory that reading takes.
 */
const runs = Number(process.env['LONGLEAF_BENCH_RUNS'] ?? 3)
const length = 8_192
const question = 32
const lengths = (process.env['LONGLEAF_BENCH_LENGTHS'] ?? '4096,16384,32768').split(',').map(Number)
/** Of texts of which the last tokens are read, and the others count as read: memory does not know the difference. */
const memoryLengths = [4_096, 16_384, 32_768] as const
const readLast = 2_048
const readers: readonly Reader[] = ['ours', 'libllama with flash attention', 'libllama without']
const megabyte = 2 ** 20

const folder = mkdtempSync(join(process.env['LONGLEAF_BENCH_FOLDER'] ?? tmpdir(), 'longleaf-prefill-'))
try {
  await compareSpeed()
} finally {
  rmSync(folder, { recursive: true })
}
if (!hasTestModel) throw new Error('Qwen2.5-Coder-0.5B could not be fetched, and libllama is compared with it.')
const peaks = memoryLengths.map(measureMemory)
printFigure('Qwen-0.5B: most memory without keys and values of two layers, longest text to shortest', 'x', [Math.max(...peaks) / Math.min(...peaks)])
for (const each of lengths) compareWithPeer(each)

async function compareSpeed(): Promise<void> {
  const engine = await openEngine({ path: starterModelPath() })
  const text = Array.from({ length }, (_, i) => (i * 7919) % engine.shape.vocabulary)
  const sources = sourcesOf(0, length)
  const [layerMajor, tokenMajor, begun, held]: [number[], number[], number[], number[]] = [[], [], [], []]
  for (let run = 0; run < runs; run++) {
    const alone = engine.open({ contextMax: length })
    tokenMajor.push(length / (await timed(() => alone.sync(text)) / 1_000))
    alone.close()
    const { reading, close } = await heldReading(engine, join(folder, String(run)))
    const kept = await keepIn(reading, text, sources)
    layerMajor.push(length / (await timed(() => engine.prefill(text, kept)) / 1_000))
    await close()
    // As after a restart: the file is opened again.
    const again = await heldReading(engine, join(folder, String(run)))
    const session = engine.open({ contextMax: length })
    const asked = [...text.slice(0, length - question), ...text.slice(0, question)]
    begun.push(await timed(() => session.sync(asked, { kept: again.reading })))
    session.rewind(length - question)
    held.push(await timed(() => session.sync(asked)))
    session.close()
    await again.close()
  }
  engine.close()
  const name = `SmolLM2, ${length} tokens`
  const ours = printFigure(`${name}: read into a reading's file`, 'tokens/s', layerMajor)
  const theirs = printFigure(`${name}: read by a session`, 'tokens/s', tokenMajor)
  printFigure(`${name}: reading's file to session`, 'x', [ours / theirs])
  printFigure(`${name}: a question of ${question} tokens from the file, until its logits`, 'ms', begun)
  printFigure(`${name}: the same question where all is in memory`, 'ms', held)
}

/** Gives the most memory that reading takes, without keys and values of two layers, bytes. */
function measureMemory(tokens: number): number {
  const { peakBytes, kvBytes } = readWhole({ who: 'ours', path: testModelPath, tokens, filled: tokens - readLast, superChunkTokens: readLast })
  printFigure(`Qwen-0.5B, ${tokens} tokens: most memory while the last ${readLast} are read, without keys and values of two layers`, 'MB', [(peakBytes - kvBytes) / megabyte])
  return peakBytes - kvBytes
}

function compareWithPeer(tokens: number): void {
  const found = new Map(readers.map((who): [Reader, ReadWhole[]] => [who, []]))
  for (let run = 0; run < runs; run++) for (const who of readers) found.get(who)?.push(readWhole({ who, path: testModelPath, tokens }))
  const name = `Qwen-0.5B, ${tokens} tokens`
  const [ours = 0, ...theirs] = [...found].map(([who, all]) => printFigure(`${name}: read by ${who}`, 'tokens/s', all.map(({ seconds }) => tokens / seconds)))
  printFigure(`${name}: ratio to libllama, our file written and synced included`, 'x', [ours / Math.max(...theirs)])
  for (const [who, all] of found) printFigure(`${name}: most memory, ${who}`, 'MB', all.map(({ peakBytes }) => peakBytes / megabyte))
}
