/** What is damaged, exchanged or of something else is refused or cut off; never is another byte given than was committed. */
import { beforeAll, describe, expect, it } from 'vitest'
import type { ModelShape } from '../../../src-engine/model/shape'
import { checksum } from '../../../src-engine/reading/checksum'
import { encodeIdentity, identityOf, turnsOf, type ReadingIdentity, type TurnsIdentity } from '../../../src-engine/reading/identity'
import { placeSegment, recordBytes } from '../../../src-engine/reading/layout'
import { createReading, openReading } from '../../../src-engine/reading/reading'
import { formatVersion, segmentsStart } from '../../../src-engine/reading/superblock'
import { MemoryStorage } from '../../support/memory-storage'
import { mutate } from '../../support/mutate'
import { seededRandom } from '../../support/seeded-random'
import { complete, expectTrue, expectWhole, identity, segmentLengths, tokensOf, writeSegment } from '../../support/known-reading'

async function wholeOf(of: ReadingIdentity, lengths: readonly number[] | null = null): Promise<Uint8Array> {
  const storage = new MemoryStorage()
  const reading = await createReading(storage, of)
  if (lengths === null) await complete(reading)
  else for (const count of lengths) await writeSegment(reading, count)
  return storage.bytes
}

const corruptions = Number(process.env['LONGLEAF_TEST_CORRUPTIONS'] ?? 1000)
const pageBytes = 4096

let whole: Uint8Array
/** Of another document, of another model, of the same in other segments: all have the same tokens and lengths of rows, the first two other blocks. */
let others: readonly Uint8Array[]
beforeAll(async () => {
  whole = await wholeOf(identity)
  others = [await wholeOf({ ...identity, document: 'e1'.repeat(32) }), await wholeOf({ ...identity, model: 'cd'.repeat(32) }), await wholeOf(identity, [64, 64, 128, 100])]
})

const kinds = ['changed', 'bit', 'cut off', 'zeroed', 'pages exchanged', 'pages of another', 'start of another', 'end of another'] as const

function corrupt(kind: (typeof kinds)[number], random: () => number): Uint8Array {
  const pick = (count: number): number => Math.floor(random() * count)
  const pages = Math.floor(whole.length / pageBytes)
  const [from, to, count] = [pick(pages) * pageBytes, pick(pages) * pageBytes, (1 + pick(3)) * pageBytes]
  const other = others[pick(others.length)] ?? whole
  const bytes = whole.slice()
  switch (kind) {
    case 'changed': return mutate(whole, random)
    case 'bit': {
      const at = pick(bytes.length)
      bytes[at] = (bytes[at] ?? 0) ^ (1 << pick(8))
      return bytes
    }
    case 'cut off': return bytes.subarray(0, pick(bytes.length))
    case 'zeroed': return bytes.fill(0, from, from + count)
    case 'pages exchanged':
      bytes.set(whole.subarray(to, to + pageBytes), from)
      bytes.set(whole.subarray(from, from + pageBytes), to)
      return bytes
    case 'pages of another':
      bytes.set(other.subarray(from, Math.min(from + count, bytes.length)), from)
      return bytes
    case 'start of another': return Uint8Array.from([...other.subarray(0, from), ...whole.subarray(from)])
    case 'end of another': return Uint8Array.from([...whole.subarray(0, from), ...other.subarray(from)])
  }
}

describe('a corrupted reading', () => {
  it.each(kinds)(`gives what was committed or nothing, ${corruptions} corruptions in all: %s`, async (kind) => {
    const seed = kinds.indexOf(kind) + 1
    const random = seededRandom(seed)
    let [refused, cut] = [0, 0]
    for (let i = 0; i < corruptions / kinds.length; i++) {
      const storage = new MemoryStorage(corrupt(kind, random))
      try {
        const found = await openReading(storage, identity)
        if (found.kind === 'set-aside') {
          refused++
          continue
        }
        await expectTrue(found.reading)
        if (found.reading.tokens.length < 356) cut++
        // It goes on where it was cut, and is whole again where segments begin at the same tokens.
        await complete(found.reading)
        await expectWhole(found.reading)
      } catch (error) {
        throw new Error(`seed ${seed}, corruption ${i}`, { cause: error })
      }
    }
    // The corruptions are felt: most are not in unused bytes.
    expect(refused + cut).toBeGreaterThan(corruptions / kinds.length / 4)
  })
})

describe('a reading whose numbers are others, with checksums that are right', () => {
  const numberBytes = { superblock: [8, 12, 16, 20, 24, 28, 32, 36, 40, 44, 48], record: [8, 12, 16, 24, 28, 32, 36] } as const
  const others = [(n: number) => n + 1, (n: number) => n - 1, (n: number) => n ^ 64, () => 0, () => 0xffff_ffff]

  /** The bytes with a number changed, and the checksum of its part made anew. */
  function changed(part: number, checksumAt: number, at: number, to: (before: number) => number): Uint8Array {
    const bytes = whole.slice()
    const view = new DataView(bytes.buffer)
    view.setUint32(part + at, to(view.getUint32(part + at, true)) >>> 0, true)
    view.setUint32(checksumAt, checksum(bytes.subarray(part, checksumAt)), true)
    return bytes
  }

  it.each(numberBytes.superblock)('gives what was committed or nothing: a superblock at byte %i', async (at) => {
    // The one that holds, and the one before it.
    for (const part of [0, pageBytes]) {
      for (const to of others) {
        const found = await openReading(new MemoryStorage(changed(part, part + pageBytes - 4, at, to)), identity)
        if (found.kind === 'set-aside') continue
        await expectTrue(found.reading)
        await complete(found.reading)
        await expectWhole(found.reading)
      }
    }
  })

  it.each(numberBytes.record)('gives what comes before it and nothing else: a record at byte %i', async (at) => {
    const firsts = [0, 192, 256]
    let start = segmentsStart(encodeIdentity(identity).length)
    for (const [index, count] of segmentLengths.entries()) {
      for (const to of others) {
        const bytes = changed(start, start + recordBytes(identity, count) - 4, at, to)
        if (Buffer.from(bytes).equals(whole)) continue
        const found = await openReading(new MemoryStorage(bytes), identity)
        if (found.kind === 'set-aside') throw new Error(found.why)
        expect(found.reading.tokens).toHaveLength(firsts[index] ?? 0)
        await expectTrue(found.reading)
      }
      start = placeSegment(identity, start, count).end
    }
  })
})

describe('a reading of something else', () => {
  const turns = turnsOf(identity, 3, tokensOf(0, 192))
  const fields = Object.keys(turns) as (keyof TurnsIdentity)[]

  it.each(fields)('is set aside with the reason: another %s', async (field) => {
    const wanted = field in identity ? identity : turns
    const value = typeof turns[field] === 'number' ? turns[field] + 1 : `${turns[field]}x`
    const of = { ...wanted, [field]: value }
    const storage = new MemoryStorage()
    await createReading(storage, of)
    const found = await openReading(storage, wanted)
    expect(found).toEqual({ kind: 'set-aside', why: expect.stringMatching(/^What was read before cannot be used, because .* is another \(.*\): the document is read again\.$/) as string })
    expect(found).toMatchObject({ why: expect.stringContaining(`(${value} then, ${turns[field]} now)`) as string })
    expect(await openReading(new MemoryStorage(storage.bytes), of)).toMatchObject({ kind: 'usable', lostTokens: 0 })
  })

  it('is never taken for the turns of a conversation about it, and these never for it', async () => {
    for (const [written, wanted] of [[identity, turns], [turns, identity]] as const) {
      const storage = new MemoryStorage()
      await createReading(storage, written)
      expect(await openReading(storage, wanted)).toMatchObject({ kind: 'set-aside' })
    }
  })

  it('is told by all that the shape of the model says', () => {
    const rotary = { dimensions: 64, pairs: 'adjacent', base: 5e6, contextOriginal: 131_072 } as const
    const shape: ModelShape = {
      architecture: 'chatglm', layers: 40, width: 4096, heads: 32, kvHeads: 2, headSize: 128, feedForward: 13_696, vocabulary: 151_552, contextMax: 131_072,
      normEpsilon: 1e-5, rotary,
    }
    const made = { document: 'd0', model: 'ab', modelBytes: 9, template: 'glm' }
    expect(identityOf(shape, { ...made, kvType: 'f16' })).toEqual({
      ...made, kvType: 'f16', architecture: 'chatglm', layers: 40, heads: 32, kvHeads: 2, headSize: 128, rotaryDimensions: 64, rotaryPairs: 'adjacent',
      rotaryBase: 5e6, contextOriginal: 131_072, keyRowBytes: 256, valueRowBytes: 256, engine: 1,
    })
    expect(identityOf(shape, { ...made, kvType: 'q8_0' })).toMatchObject({ keyRowBytes: 136, valueRowBytes: 136 })
  })

  it('has its fields in words that any viewer shows', () => {
    for (const each of [identity, turns]) expect(JSON.parse(Buffer.from(encodeIdentity(each)).toString())).toEqual(each)
  })

  it('is told apart from one by another version of Longleaf, from an empty file and from any file', async () => {
    const newer = whole.slice()
    for (const at of [8, pageBytes + 8]) newer[at] = formatVersion + 1
    const whyOf = async (bytes: Uint8Array): Promise<unknown> => openReading(new MemoryStorage(bytes), identity)
    expect(await whyOf(newer)).toMatchObject({ kind: 'set-aside', why: expect.stringContaining('another version of Longleaf') as string })
    for (const bytes of [new Uint8Array(0), new Uint8Array(100_000), new TextEncoder().encode('GGUF'.repeat(5000))]) {
      expect(await whyOf(bytes)).toMatchObject({ kind: 'set-aside', why: expect.stringContaining('damaged, or was never finished') as string })
    }
  })

  it('says how many tokens were lost where its last segment is not there any more', async () => {
    const found = await openReading(new MemoryStorage(whole.subarray(0, whole.length - 5000)), identity)
    expect(found).toMatchObject({ kind: 'usable', lostTokens: 100 })
  })
})
