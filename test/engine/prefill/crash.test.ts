/**
 * A text read by the real engine into a reading whose disk loses power, is full or fails, at every write, sync and read: what was complete is there and is
 * asked about at once, no more than the super-chunk under way is lost, and what follows has the bits of an unbroken reading.
 */
import { createHash } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openEngine, type Engine, type SyncResult } from '../../../src-engine/engine'
import { keepIn } from '../../../src-engine/prefill/keep-in'
import { keptIn } from '../../../src-engine/prefill/kept-form'
import type { PrefillResult } from '../../../src-engine/prefill/prefill'
import { identityOf, type KvForm, type ReadingIdentity } from '../../../src-engine/reading/identity'
import { createReading, openReading, type Reading } from '../../../src-engine/reading/reading'
import { sourcesOf } from '../../support/known-reading'
import { afterPowerCut, losses, MemoryStorage, type Operation } from '../../support/memory-storage'
import { seededRandom } from '../../support/seeded-random'
import { writeSmallModel } from '../../support/small-model'

const sizes = { superChunkTokens: 64, chunkTokens: 64 } as const
/** What is kept after each super-chunk. */
const complete = [0, 64, 128, 160]
const folder = mkdtempSync(join(tmpdir(), 'longleaf-crash-'))
let engine: Engine
let text: readonly number[]
beforeAll(async () => {
  const path = join(folder, 'chatglm.gguf')
  writeFileSync(path, writeSmallModel({ architecture: 'chatglm', layers: 2 }))
  engine = await openEngine({ path, threads: 1 })
  const random = seededRandom(23)
  text = Array.from({ length: 160 }, () => Math.floor(random() * engine.shape.vocabulary))
})
afterAll(() => {
  engine.close()
  rmSync(folder, { recursive: true })
})

const identityIn = (kvType: KvForm): ReadingIdentity =>
  identityOf(engine.shape, { document: 'd0'.repeat(32), model: 'ab'.repeat(32), modelBytes: 1, template: 'glm', kvType })

const read = async (reading: Reading): Promise<PrefillResult> => engine.prefill(text, await keepIn(reading, text, sourcesOf(0, text.length)), sizes)

interface Unbroken {
  readonly reading: Reading
  readonly digest: string
  readonly logits: Float32Array | undefined
  readonly operations: readonly Operation[]
  /** Operations that were done when each super-chunk was committed. */
  readonly ends: readonly number[]
}

async function readUnbroken(form: KvForm): Promise<Unbroken> {
  const storage = new MemoryStorage()
  const reading = await createReading(storage, identityIn(form))
  const kept = await keepIn(reading, text, sourcesOf(0, text.length))
  const ends: number[] = []
  const { logits } = await engine.prefill(text, {
    ...kept,
    get tokens() {
      return kept.tokens
    },
    async begin(tokens) {
      const segment = await kept.begin(tokens)
      return { ...segment, commit: () => segment.commit().then(() => void ends.push(storage.operations.length)) }
    },
  }, sizes)
  return { reading, digest: await digestOf(reading), logits, operations: storage.operations, ends }
}

/** The same for the same bits in all layers. */
async function digestOf(reading: Reading): Promise<string> {
  const { layers, kvHeads, keyRowBytes, valueRowBytes } = reading.identity
  const hash = createHash('sha256')
  const extent = new Uint8Array(kvHeads * Math.ceil(reading.tokens.length / 64) * 64 * (keyRowBytes + valueRowBytes))
  for (let layer = 0; layer < layers; layer++) {
    await reading.readLayer(layer, 0, reading.tokens.length, extent)
    hash.update(extent)
  }
  return hash.digest('hex')
}

/** What is computed for a question about the first so many tokens of the text, and the logits after it. */
async function ask(about: Reading, count: number): Promise<SyncResult & { readonly logits: Float32Array }> {
  const session = engine.open({ chunkTokens: sizes.chunkTokens })
  try {
    const synced = await session.sync([...text.slice(0, count), 3, 1, 4], { kept: keptIn(about) })
    return { ...synced, logits: session.logits.slice() }
  } finally {
    session.close()
  }
}

describe.each(['f16', 'q8_0'] as const)('a text that is read, kept in %s', (form) => {
  let unbroken: Unbroken
  beforeAll(async () => {
    unbroken = await readUnbroken(form)
  })

  /** What is there are whole super-chunks, at least so many tokens; a question about them computes itself alone, and reading goes on to the same bits. */
  async function expectGoesOn(left: Uint8Array, least: number): Promise<void> {
    const opened = await openReading(new MemoryStorage(left), identityIn(form))
    const reading = opened.kind === 'usable' ? opened.reading : await createReading(new MemoryStorage(), identityIn(form))
    const before = reading.tokens.length
    expect(complete).toContain(before)
    expect(before).toBeGreaterThanOrEqual(least)
    if (before > 0) expect(await ask(reading, before)).toEqual({ reused: before, prefilled: 3, logits: (await ask(unbroken.reading, before)).logits })
    const { reused, prefilled, logits } = await read(reading)
    expect([reused, prefilled]).toEqual([before, text.length - before])
    if (prefilled > 0) expect(logits).toEqual(unbroken.logits)
    expect(await digestOf(reading)).toBe(unbroken.digest)
  }

  it.each(form === 'f16' ? losses : ['some kept', 'garbage'] as const)('loses to a power cut at any write or sync no more than the super-chunk under way: %s', async (loss) => {
    const { operations, ends } = unbroken
    expect(ends).toHaveLength(complete.length - 1)
    const random = seededRandom(losses.indexOf(loss) + 1)
    for (let count = 0; count <= operations.length; count++) {
      const least = complete[ends.filter((end) => end <= count).length] ?? expect.fail()
      await expectGoesOn(afterPowerCut(new Uint8Array(0), operations, count, loss, random), least)
    }
  })

  it.each([['write', 'ENOSPC'], ['write', 'EIO'], ['sync', 'EIO'], ['read', 'EIO']] as const)('loses no more to a %s that fails at any place (%s)', async (kind, code) => {
    let failures = 0
    for (let nth = 1; ; nth++) {
      const storage = new MemoryStorage(new Uint8Array(0), { kind, nth, code, lasts: 'once' })
      const lengths: number[] = []
      try {
        const reading = await createReading(storage, identityIn(form))
        await read(reading).finally(() => lengths.push(reading.tokens.length))
        break
      } catch (thrown) {
        expect(thrown).toBeInstanceOf(Error)
        failures++
      }
      await expectGoesOn(storage.bytes, lengths[0] ?? 0)
    }
    expect(failures).toBeGreaterThan(kind === 'read' ? 2 : 8)
  })
})
