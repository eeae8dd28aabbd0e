import { describe, expect, it } from 'vitest'
import { extentBytes } from '../../../src-engine/reading/layout'
import type { ReadingDamagedError } from '../../../src-engine/reading/damaged-error'
import { createReading, openReading, type Reading } from '../../../src-engine/reading/reading'
import type { Storage } from '../../../src-engine/reading/storage'
import { MemoryStorage } from '../../support/memory-storage'
import { complete, expectWhole, extentOf, identity, placeOfBlock, segmentLengths, sourcesOf, tokensOf, writeSegment } from '../../support/known-reading'

async function opened(storage: Storage, of = identity): Promise<Reading> {
  const found = await openReading(storage, of)
  if (found.kind === 'set-aside') throw new Error(found.why)
  return found.reading
}

async function whole(of = identity): Promise<{ readonly storage: MemoryStorage; readonly reading: Reading }> {
  const storage = new MemoryStorage()
  const reading = await createReading(storage, of)
  await complete(reading)
  return { storage, reading }
}

describe('a reading', () => {
  it('gives back what was committed, in this run and after opening it again', async () => {
    const { storage, reading } = await whole()
    expect(reading.tokens).toHaveLength(356)
    await expectWhole(reading)
    const again = await opened(new MemoryStorage(storage.bytes))
    expect(again.bytes).toBe(reading.bytes)
    await expectWhole(again)
  })

  it.each([
    ['q8_0', { ...identity, kvType: 'q8_0', keyRowBytes: 34, valueRowBytes: 34 } as const],
    ['keys and values of different lengths', { ...identity, keyRowBytes: 6, valueRowBytes: 10 }],
  ])('takes any length of rows: %s', async (_, of) => {
    const { storage } = await whole(of)
    await expectWhole(await opened(new MemoryStorage(storage.bytes), of))
  })

  it('gives any tokens of a layer, across segments', async () => {
    const { reading } = await whole()
    for (const [from, to] of [[0, 64], [0, 1], [64, 256], [128, 356], [192, 256], [256, 300], [320, 356]] as const) {
      const into = new Uint8Array(extentBytes(identity, to - from))
      await reading.readLayer(1, from, to, into)
      expect(Buffer.from(into).equals(extentOf(identity, 1, from, to - from)), `${from} to ${to}`).toBe(true)
    }
  })

  it('tells where the blocks of a KV head lie in its file, once all were read and found whole', async () => {
    const { storage, reading: inMemory } = await whole()
    await expectWhole(inMemory)
    expect(inMemory.blocksInFile(1, 1, 320)).toBeUndefined()
    const reading = await opened(Object.assign(new MemoryStorage(storage.bytes), { descriptor: 9 }))
    const layer = extentOf(identity, 1, 0, 320)
    const own = new Uint8Array(layer.length / 2)
    await reading.readHead(1, 1, 0, 256, own.subarray(0, (own.length * 4) / 5))
    expect(reading.blocksInFile(1, 1, 320)).toBeUndefined()
    await reading.readHead(1, 1, 0, 320, own)
    const found = reading.blocksInFile(1, 1, 320)
    expect(found).toMatchObject({ descriptor: 9, runs: [{ end: 3 }, { end: 4 }, { end: 5 }] })
    let block = 0
    const bytes = own.length / 5
    for (const { end, offset } of found?.runs ?? []) {
      const there = storage.bytes.subarray(offset, offset + (end - block) * bytes)
      expect(Buffer.from(there).equals(own.subarray(block * bytes, end * bytes)), `blocks ${block} to ${end}`).toBe(true)
      block = end
    }
    expect(() => reading.blocksInFile(1, 2, 320)).toThrow(RangeError)
    expect(reading.blocksInFile(1, 0, 320)).toBeUndefined()
    await reading.rewind(256)
    expect(reading.blocksInFile(1, 1, 320)).toBeUndefined()
    expect(reading.blocksInFile(1, 1, 256)?.runs.at(-1)?.end).toBe(4)
  })

  it('gives any tokens of a KV head, across segments', async () => {
    const { reading } = await whole()
    for (const [head, from, to] of [[0, 0, 64], [1, 64, 256], [0, 128, 356], [1, 0, 356]] as const) {
      const layer = extentOf(identity, 1, from, to - from)
      const into = new Uint8Array(layer.length / 2)
      await reading.readHead(1, head, from, to, into)
      const own = layer.subarray(head * into.length, (head + 1) * into.length)
      expect(Buffer.from(into).equals(own), `head ${head}, ${from} to ${to}`).toBe(true)
      const { keys, values } = { keys: new Uint8Array(into.length / 2), values: new Uint8Array(into.length / 2) }
      await reading.readHead(1, head, from, to, { keys, values })
      const half = extentBytes(identity, 64) / 4
      const blocks = Array.from({ length: keys.length / half }, (_, block) => [keys, values].map((each) => each.subarray(block * half, (block + 1) * half)))
      expect(Buffer.concat(blocks.flat()).equals(own), `head ${head}, ${from} to ${to}, apart`).toBe(true)
    }
    await expect(reading.readHead(0, 2, 0, 64, new Uint8Array(0))).rejects.toThrow(/no KV head 2, of 2/)
    const half = new Uint8Array(extentBytes(identity, 64) / 4)
    await expect(reading.readHead(0, 0, 0, 64, { keys: half, values: half.subarray(1) })).rejects.toThrow(/What values are read into has \d+ bytes, not/)
  })

  it('gives single blocks of a KV head, in the order asked for', async () => {
    const { reading } = await whole()
    const size = extentBytes(identity, 64) / 2
    const blocks = [5, 0, 1, 2, 3, 4, 0]
    const into = new Uint8Array(blocks.length * size)
    await reading.readBlocks(0, 1, blocks, into)
    const head = extentOf(identity, 0, 0, 356).subarray(6 * size)
    expect(Buffer.from(into).equals(Buffer.concat(blocks.map((block) => head.subarray(block * size, (block + 1) * size))))).toBe(true)
  })

  it('reads what lies apart side by side', async () => {
    let [inFlight, most] = [0, 0]
    const storage = new (class extends MemoryStorage {
      override async read(offset: number, into: Uint8Array): Promise<void> {
        most = Math.max(most, ++inFlight)
        await super.read(offset, into)
        inFlight--
      }
    })()
    const reading = await createReading(storage, identity)
    await complete(reading)
    await reading.readBlocks(0, 1, [4, 0, 2], new Uint8Array(3 * 1024))
    expect(most).toBe(3)
  })

  it('takes its layers in any order and several at once, each one time', async () => {
    const storage = new MemoryStorage()
    const reading = await createReading(storage, identity)
    const writer = reading.begin(tokensOf(0, 192), sourcesOf(0, 192))
    expect(writer.extentBytes).toBe(extentBytes(identity, 192))
    await Promise.all([1, 0].map((layer) => writer.writeLayer(layer, extentOf(identity, layer, 0, 192))))
    await expect(writer.writeLayer(0, extentOf(identity, 0, 0, 192))).rejects.toThrow(/Layer 0 was written already/)
    await writer.commit()
    await expectWhole(reading)
  })

  it('knows how much of other tokens it can stand for', async () => {
    const { reading } = await whole()
    const changed = tokensOf(0, 356)
    changed[200] = -1
    expect([tokensOf(0, 400), tokensOf(0, 100), changed, [], [-1]].map((tokens) => reading.commonPrefix(tokens))).toEqual([356, 100, 200, 0, 0])
  })

  it('has a segment only once it is committed', async () => {
    const storage = new MemoryStorage()
    const reading = await createReading(storage, identity)
    await writeSegment(reading, 192)
    const writer = reading.begin(tokensOf(192, 64), sourcesOf(192, 64))
    await writer.writeLayer(0, extentOf(identity, 0, 192, 64))
    await expect(writer.commit()).rejects.toThrow(/Layer 1 of a segment was never written/)
    expect([reading.tokens.length, (await opened(new MemoryStorage(storage.bytes))).tokens.length]).toEqual([192, 192])
    await complete(reading)
    await expectWhole(await opened(new MemoryStorage(storage.bytes)))
  })

  it('forgets what is abandoned, and goes on', async () => {
    const reading = await createReading(new MemoryStorage(), identity)
    const writer = reading.begin(tokensOf(0, 192), sourcesOf(0, 192))
    const writing = writer.writeLayer(0, extentOf(identity, 0, 0, 192))
    expect(() => reading.begin(tokensOf(0, 64), sourcesOf(0, 64))).toThrow(/Another segment/)
    await writer.abandon()
    await writing
    await expect(writer.writeLayer(1, extentOf(identity, 1, 0, 192))).rejects.toThrow(/committed or abandoned already/)
    await expect(writer.commit()).rejects.toThrow(/committed or abandoned already/)
    const next = reading.begin(tokensOf(0, 64), sourcesOf(0, 64))
    await writer.abandon()
    expect(() => reading.begin(tokensOf(0, 64), sourcesOf(0, 64))).toThrow(/Another segment/)
    await next.abandon()
    await complete(reading)
    await expectWhole(reading)
  })

  it('forgets the segments that reach past where it is rewound to, for good', async () => {
    const { storage, reading } = await whole()
    await reading.rewind(300)
    expect(reading.tokens).toHaveLength(256)
    const again = await opened(new MemoryStorage(storage.bytes))
    expect(again.tokens).toHaveLength(256)
    await again.rewind(0)
    expect(again.tokens).toHaveLength(0)
    await complete(again)
    await expectWhole(again)
  })

  it('refuses what would make no sense', async () => {
    const { storage, reading } = await whole()
    const into = (tokens: number): Uint8Array => new Uint8Array(extentBytes(identity, tokens))
    expect(() => reading.begin(tokensOf(356, 64), sourcesOf(356, 64))).toThrow(/ends inside a block/)
    await expect(createReading(storage, identity)).rejects.toThrow(/empty file/)
    await expect(reading.readLayer(0, 32, 64, into(32))).rejects.toThrow(RangeError)
    await expect(reading.readLayer(0, 0, 357, into(357))).rejects.toThrow(RangeError)
    await expect(reading.readLayer(2, 0, 64, into(64))).rejects.toThrow(/no layer 2, of 2/)
    await expect(reading.readLayer(0, 0, 64, into(128))).rejects.toThrow(/has 4096 bytes, not 2048/)
    await expect(reading.readBlocks(0, 2, [0], new Uint8Array(1024))).rejects.toThrow(/no KV head 2, of 2/)
    await expect(reading.readBlocks(0, 0, [6], new Uint8Array(1024))).rejects.toThrow(/no block 6/)
    const empty = await createReading(new MemoryStorage(), identity)
    expect(() => empty.begin(new Int32Array(0), sourcesOf(0, 0))).toThrow(RangeError)
    expect(() => empty.begin(tokensOf(0, 2), sourcesOf(0, 1))).toThrow(RangeError)
  })
})

describe('a reading whose blocks are damaged', () => {
  /** Changes a bit of the first block of the second segment. */
  function damage({ bytes }: MemoryStorage): void {
    const at = placeOfBlock(bytes, 1, 0, 3)
    bytes[at + 500] = (bytes[at + 500] ?? 0) ^ 4
  }
  const readDamaged = (reading: Reading): Promise<void> => reading.readBlocks(1, 0, [3], new Uint8Array(1024))

  it('says so when one is read, keeps what comes before, and is read again from there', async () => {
    const { storage } = await whole()
    damage(storage)
    const reading = await opened(storage)
    expect(reading.tokens).toHaveLength(356)
    await reading.readLayer(0, 0, 356, new Uint8Array(extentBytes(identity, 356)))
    const error = await reading.readLayer(1, 0, 356, new Uint8Array(extentBytes(identity, 356))).catch((thrown: unknown) => thrown as ReadingDamagedError)
    expect(error).toMatchObject({ name: 'ReadingDamagedError', tokens: 192, message: expect.stringContaining('damaged on its disk from token 192 on') as string })
    await expectWhole(reading)
    await complete(reading)
    await expectWhole(reading)
    await expectWhole(await opened(new MemoryStorage(storage.bytes)))
  })

  it('stays cut when it is opened again', async () => {
    const { storage } = await whole()
    damage(storage)
    const reading = await opened(storage)
    await expect(readDamaged(reading)).rejects.toThrow(/damaged/)
    await reading.close()
    const again = await opened(new MemoryStorage(storage.bytes))
    expect(again.tokens).toHaveLength(192)
    await expectWhole(again)
  })

  it('gives up a segment that was begun after it', async () => {
    const storage = new MemoryStorage()
    const reading = await createReading(storage, identity)
    for (const count of segmentLengths.slice(0, 2)) await writeSegment(reading, count)
    damage(storage)
    const again = await opened(storage)
    const writer = again.begin(tokensOf(256, 64), sourcesOf(256, 64))
    for (let layer = 0; layer < 2; layer++) await writer.writeLayer(layer, extentOf(identity, layer, 256, 64))
    await expect(readDamaged(again)).rejects.toThrow(/damaged/)
    await expect(writer.commit()).rejects.toThrow(/damaged/)
    expect(again.tokens).toHaveLength(192)
    await complete(again)
    await expectWhole(await opened(new MemoryStorage(storage.bytes)))
  })
})
