/** Power cuts at any moment of writing a reading, on a disk that loses what was not synced in any of several ways. */
import { describe, expect, it } from 'vitest'
import { turnsOf } from '../../../src-engine/reading/identity'
import { createReading, openReading, type Reading } from '../../../src-engine/reading/reading'
import type { Storage } from '../../../src-engine/reading/storage'
import { afterPowerCut, losses, MemoryStorage, type Loss, type Operation } from '../../support/memory-storage'
import { seededRandom } from '../../support/seeded-random'
import { boundaries, complete, expectTrue, expectWhole, extentOf, identity, placeOfBlock, segmentLengths, sourcesOf, tokensOf, writeSegment } from '../../support/known-reading'

interface Recorded {
  readonly start: Uint8Array
  readonly operations: readonly Operation[]
  /** Tokens that are promised after so many operations. */
  readonly promised: readonly { readonly operations: number; readonly tokens: number }[]
}

/** Everything that is done to a storage while `reading`, on it, is completed. */
async function record(start: Uint8Array, storage: MemoryStorage, begin: () => Promise<Reading>): Promise<Recorded> {
  const reading = await begin()
  const promised = [{ operations: storage.operations.length, tokens: reading.tokens.length }]
  for (const [i, count] of segmentLengths.entries()) {
    if (reading.tokens.length !== boundaries[i]) continue
    await writeSegment(reading, count)
    promised.push({ operations: storage.operations.length, tokens: reading.tokens.length })
  }
  return { start, operations: storage.operations, promised }
}

const recordNew = (): Promise<Recorded> => {
  const storage = new MemoryStorage()
  return record(new Uint8Array(0), storage, () => createReading(storage, identity))
}

async function openOrCreate(storage: Storage): Promise<Reading> {
  const found = await openReading(storage, identity)
  return found.kind === 'usable' ? found.reading : createReading(new MemoryStorage(), identity)
}

/** Opens what a power cut left: it has all that was promised, a whole number of segments, all true, and it goes on to the end. Returns the storage then. */
async function expectSound({ operations, promised, start }: Recorded, count: number, loss: Loss, random: () => number): Promise<Uint8Array> {
  const left = afterPowerCut(start, operations, count, loss, random)
  const storage = new MemoryStorage(left)
  const found = await openReading(storage, identity)
  const least = promised.findLast((each) => each.operations <= count)?.tokens
  const where = `after ${count} operations, ${loss}`
  if (found.kind === 'set-aside') {
    expect(least, where).toBeUndefined()
    expect(found.why).toMatch(/never finished/)
    return left
  }
  expect(boundaries, where).toContain(found.reading.tokens.length)
  expect(found.reading.tokens.length, where).toBeGreaterThanOrEqual(least ?? 0)
  await expectWhole(found.reading)
  await complete(found.reading)
  await expectWhole(found.reading)
  await expectWhole(await openOrCreate(new MemoryStorage(storage.bytes)))
  return left
}

describe('a power cut while a reading is written', () => {
  it.each(losses)('keeps what was promised and nothing but the truth, at every write and sync: %s', async (loss) => {
    const recorded = await recordNew()
    const kinds = recorded.operations.map(({ kind }) => kind)
    // Header, sync, two superblocks, sync; then each segment: two layers, sync, record, sync, superblock, sync.
    expect(kinds.join(' ')).toBe(['write sync write write sync', ...segmentLengths.map(() => 'write write sync write sync write sync')].join(' '))
    const random = seededRandom(losses.indexOf(loss) + 1)
    for (let count = 0; count <= recorded.operations.length; count++) {
      for (let again = 0; again < 3; again++) await expectSound(recorded, count, loss, random)
    }
  })

  it('and another one while it is completed after the first', async () => {
    const first = await recordNew()
    const seed = 5
    const random = seededRandom(seed)
    const pick = (count: number): number => Math.floor(random() * count)
    for (let pair = 0; pair < 300; pair++) {
      const left = afterPowerCut(first.start, first.operations, 5 + pick(first.operations.length - 4), losses[pick(losses.length)] ?? 'garbage', random)
      const storage = new MemoryStorage(left)
      const second = await record(left, storage, async () => {
        const found = await openReading(storage, identity)
        if (found.kind === 'set-aside') throw new Error(`seed ${seed}, pair ${pair}: ${found.why}`)
        return found.reading
      })
      await expectSound(second, pick(second.operations.length + 1), losses[pick(losses.length)] ?? 'garbage', random)
    }
  })

  it('and another one while what was damaged is cut off and read again', async () => {
    const whole = new MemoryStorage()
    const reading = await createReading(whole, identity)
    await complete(reading)
    const damaged = whole.bytes.slice()
    const at = placeOfBlock(damaged, 1, 0, 3)
    damaged[at] = (damaged[at] ?? 0) ^ 1
    const storage = new MemoryStorage(damaged)
    const cut = await openOrCreate(storage)
    await expectTrue(cut)
    expect(cut.tokens).toHaveLength(192)
    const recorded = await record(damaged, storage, async () => cut)
    const random = seededRandom(9)
    for (let count = 0; count <= recorded.operations.length; count++) {
      for (const loss of losses) {
        const found = await openReading(new MemoryStorage(afterPowerCut(damaged, recorded.operations, count, loss, random)), identity)
        if (found.kind === 'set-aside') throw new Error(found.why)
        await expectTrue(found.reading)
        expect(boundaries).toContain(found.reading.tokens.length)
        expect(found.reading.tokens.length).toBeGreaterThanOrEqual(recorded.promised.findLast((each) => each.operations <= count)?.tokens ?? 0)
      }
    }
  })

  it('and another one while the turns of a conversation are cut and go on otherwise', async () => {
    const turns = turnsOf(identity, 7, tokensOf(0, 192))
    const storage = new MemoryStorage()
    const first = await createReading(storage, turns)
    await complete(first)
    const start = storage.bytes.slice()
    const again = new MemoryStorage(start)
    const found = await openReading(again, turns)
    if (found.kind === 'set-aside') throw new Error(found.why)
    // The question was another one: what comes after the first segment is replaced.
    await found.reading.rewind(192)
    await writeSegment(found.reading, 64)
    await writeSegment(found.reading, 30)
    const random = seededRandom(11)
    for (let count = 0; count <= again.operations.length; count++) {
      for (const loss of losses) {
        const left = await openReading(new MemoryStorage(afterPowerCut(start, again.operations, count, loss, random)), turns)
        if (left.kind === 'set-aside') throw new Error(left.why)
        await expectTrue(left.reading)
        expect([0, 192, 256, 286, 356]).toContain(left.reading.tokens.length)
        if (count === again.operations.length) expect(left.reading.tokens).toHaveLength(286)
      }
    }
  })

  it('never takes segments from before a cut for those that follow others now', async () => {
    const storage = new MemoryStorage()
    const reading = await createReading(storage, identity)
    await complete(reading)
    await reading.rewind(192)
    // Other tokens, as long as those that were there.
    const writer = reading.begin(tokensOf(1000, 64), sourcesOf(1000, 64))
    for (let layer = 0; layer < 2; layer++) await writer.writeLayer(layer, extentOf(identity, layer, 192, 64))
    await writer.commit()
    const superblock = storage.operations.length - 2
    const left = afterPowerCut(new Uint8Array(0), storage.operations, superblock, 'all kept', seededRandom(1))
    // The superblock of the cut is damaged, so that of before it holds again: it names three segments, and the third is still there.
    left.fill(0, 4096, 8192)
    const found = await openReading(new MemoryStorage(left), identity)
    if (found.kind === 'set-aside') throw new Error(found.why)
    expect([...found.reading.tokens]).toEqual([...tokensOf(0, 192), ...tokensOf(1000, 64)])
    expect(found.lostTokens).toBe(100)
  })
})
