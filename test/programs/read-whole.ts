/**
 * Run as a program: reads a text of so many tokens into a reading's file, synced, in super-chunks; prints the seconds that it took and the most memory
 * that the process had meanwhile, as JSON. A process of its own: its memory is what is measured.
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openEngine } from '../../src-engine/engine'
import { keepIn } from '../../src-engine/prefill/keep-in'
import { heldReading } from '../support/held-reading'
import { sourcesOf } from '../support/known-reading'

export interface ReadWhole {
  readonly seconds: number
  readonly peakBytes: number
  /** Of keys and values of two layers. */
  readonly kvBytes: number
}

const [, , path = '', count = '0'] = process.argv
const folder = mkdtempSync(join(process.env['LONGLEAF_BENCH_FOLDER'] ?? tmpdir(), 'longleaf-read-'))
const engine = await openEngine({ path })
try {
  const tokens = Array.from({ length: Number(count) }, (_, i) => (i * 7919) % engine.shape.vocabulary)
  const { reading, close } = await heldReading(engine, folder)
  const begun = performance.now()
  let peakBytes = 0
  const onProgress = (): void => { peakBytes = Math.max(peakBytes, process.memoryUsage.rss()) }
  await engine.prefill(tokens, await keepIn(reading, tokens, sourcesOf(0, tokens.length)), { onProgress })
  const seconds = (performance.now() - begun) / 1_000
  await close()
  const kvBytes = (2 * tokens.length * engine.kvBytesPerToken) / engine.shape.layers
  const read: ReadWhole = { seconds, peakBytes, kvBytes }
  process.stdout.write(JSON.stringify(read))
} finally {
  engine.close()
  rmSync(folder, { recursive: true })
}
