import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openEngine } from '../../src-engine/engine'
import { keepIn } from '../../src-engine/prefill/keep-in'
import type { ReadWhole } from '../programs/read-whole'
import { printFigure, timed } from '../support/figure'
import { heldReading } from '../support/held-reading'
import { sourcesOf } from '../support/known-reading'
import { starterModelPath } from '../support/starter-model'
import { hasTestModel, testModelPath } from '../support/test-model'

/**
 * Reading a whole text into a reading's file, synced, and beginning a session with it; against a session that reads it by itself. And the most memory
 * that reading takes, by the length of the text.
 */
const runs = Number(process.env['LONGLEAF_BENCH_RUNS'] ?? 3)
const length = 8_192
const question = 32
const lengths = [4_096, 8_192, 16_384] as const
const megabyte = 2 ** 20

const folder = mkdtempSync(join(process.env['LONGLEAF_BENCH_FOLDER'] ?? tmpdir(), 'longleaf-prefill-'))
try {
  await compareSpeed()
} finally {
  rmSync(folder, { recursive: true })
}
if (!hasTestModel) throw new Error('Qwen2.5-Coder-0.5B could not be fetched, and memory is measured with it.')
for (const each of lengths) measureMemory(each)

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

function measureMemory(tokens: number): void {
  const program = execFileSync(process.execPath, ['--import', 'tsx', 'test/programs/read-whole.ts', testModelPath, String(tokens)], { encoding: 'utf8' })
  const { seconds, peakBytes, kvBytes } = JSON.parse(program) as ReadWhole
  const name = `Qwen2.5-Coder-0.5B, ${tokens} tokens read into a reading's file`
  printFigure(`${name}: speed`, 'tokens/s', [tokens / seconds])
  printFigure(`${name}: most memory, without keys and values of two layers`, 'MB', [(peakBytes - kvBytes) / megabyte])
}
