/** A text read into a file, stopped, read on when the file is opened again, and asked about from there: with the bits of a session that read it by itself. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, it } from 'vitest'
import { openEngine, type Engine } from '../../../src-engine/engine'
import { keepIn } from '../../../src-engine/prefill/keep-in'
import type { HeldReading } from '../../../src-engine/reading/shared-readings'
import { heldReading } from '../../support/held-reading'
import { sourcesOf } from '../../support/known-reading'
import { seededRandom } from '../../support/seeded-random'
import { writeSmallModel } from '../../support/small-model'

const folder = mkdtempSync(join(tmpdir(), 'longleaf-keep-'))
afterAll(() => rmSync(folder, { recursive: true }))

const sizes = { superChunkTokens: 256, chunkTokens: 64 } as const

const held = (engine: Engine): Promise<HeldReading> => heldReading(engine, join(folder, 'readings'))

it('is read on where it was stopped, and asked about without being read again', async () => {
  const path = join(folder, 'chatglm.gguf')
  writeFileSync(path, writeSmallModel({ architecture: 'chatglm', layers: 3, kvHeads: 4 }))
  const engine = await openEngine({ path, threads: 2 })
  const random = seededRandom(29)
  const tokens = (count: number): number[] => Array.from({ length: count }, () => Math.floor(random() * engine.shape.vocabulary))
  const [document, question] = [tokens(1_001), tokens(30)]
  const sources = sourcesOf(0, document.length)

  const first = await held(engine)
  const stop = new AbortController()
  let chunks = 0
  // The third super-chunk is under way.
  const between = async (): Promise<void> => { if (++chunks === 2 * 3 * 4 + 5) stop.abort() }
  await expect(engine.prefill(document, await keepIn(first.reading, document, sources), { ...sizes, signal: stop.signal, between })).rejects.toThrow(/abort/)
  await first.close()

  const second = await held(engine)
  expect(second.reading.tokens).toHaveLength(512)
  expect(await engine.prefill(document, await keepIn(second.reading, document, sources), sizes)).toMatchObject({ reused: 512, prefilled: 489 })
  await second.close()

  const { reading, close } = await held(engine)
  expect([reading.tokens, reading.sources]).toEqual([Int32Array.from(document), sources])
  const kept = engine.open({ chunkTokens: sizes.chunkTokens })
  expect(await kept.sync([...document, ...question], { kept: reading })).toEqual({ reused: 1_001, prefilled: 30 })
  const alone = engine.open({ chunkTokens: sizes.chunkTokens })
  await alone.sync(document)
  await alone.sync([...document, ...question])
  expect(kept.logits).toEqual(alone.logits)

  // Of another text only whole super-chunks that are the same stay.
  const other = [...document.slice(0, 700), ...tokens(100)]
  expect((await keepIn(reading, other, sources)).tokens).toHaveLength(512)
  await close()
  engine.close()
})
