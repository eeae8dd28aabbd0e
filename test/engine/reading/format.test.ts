/** The file byte for byte as FORMAT.md says, read here without the code that writes it. */
import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { checksum } from '../../../src-engine/reading/checksum'
import type { ReadingIdentity } from '../../../src-engine/reading/identity'
import { createReading, openReading } from '../../../src-engine/reading/reading'
import { expectWhole, extentOf, identity, sourcesOf, tokensOf, writeSegment } from '../../support/known-reading'
import { MemoryStorage } from '../../support/memory-storage'

const pages = (length: number): number => Math.ceil(length / 4096) * 4096

it('is what FORMAT.md says', async () => {
  const storage = new MemoryStorage()
  const reading = await createReading(storage, identity)
  await writeSegment(reading, 192)
  await writeSegment(reading, 100)
  const bytes = Buffer.from(storage.bytes)
  const header = JSON.stringify(identity)
  expect(bytes.subarray(8192, 8192 + header.length).toString()).toBe(header)

  // Generations 1 to 3, in turn: the even one is that of the first segment, the odd one that of both.
  const first = 8192 + pages(header.length)
  const second = first + pages(64 + 12 * 192 + 4 * (2 * 2 * 3) + 4) + 2 * pages(2 * 3 * 1024)
  const records = [first, second].map((start, index) => {
    const [count, blocks] = [[192, 3], [100, 2]][index] as [number, number]
    return { start, count, blocks, length: 64 + 12 * count + 4 * (2 * 2 * blocks) }
  })
  const sums = records.map(({ start, length }) => checksum(bytes.subarray(start, start + length)))
  for (const [at, generation, segments, tokens, end, last] of [[0, 2, 1, 192, second, sums[0]], [4096, 3, 2, 292, bytes.length, sums[1]]] as const) {
    expect(bytes.subarray(at, at + 8).toString()).toBe('LONGLEAF')
    expect([8, 12, 16, 20].map((place) => bytes.readUInt32LE(at + place))).toEqual([3, header.length, checksum(Buffer.from(header)), segments])
    expect([24, 32, 40].map((place) => Number(bytes.readBigUInt64LE(at + place)))).toEqual([generation, tokens, end])
    expect(bytes.readUInt32LE(at + 48)).toBe(last)
    expect(bytes.subarray(at + 52, at + 4092).every((byte) => byte === 0)).toBe(true)
    expect(bytes.readUInt32LE(at + 4092)).toBe(checksum(bytes.subarray(at, at + 4092)))
  }

  for (const [index, { start, count, blocks, length }] of records.entries()) {
    const firstToken = index * 192
    expect(bytes.subarray(start, start + 8).toString()).toBe('SEGMENT1')
    expect([8, 12, 16, 20].map((place) => bytes.readUInt32LE(start + place))).toEqual([count, index, index === 0 ? checksum(Buffer.from(header)) : sums[0], 0])
    expect([24, 32].map((place) => Number(bytes.readBigUInt64LE(start + place)))).toEqual([start, firstToken])
    const { parts, offsets } = sourcesOf(firstToken, count)
    for (const [i, numbers] of [tokensOf(firstToken, count), parts, offsets].entries()) {
      expect(Array.from(numbers, (_, token) => bytes.readInt32LE(start + 64 + 4 * (i * count + token)))).toEqual([...numbers])
    }
    const extents = start + pages(length + 4)
    const layers = [0, 1].map((layer) => extentOf(identity, layer, firstToken, count))
    layers.forEach((extent, layer) => expect(bytes.subarray(extents + layer * pages(extent.length)).subarray(0, extent.length).equals(extent), `layer ${layer}`).toBe(true))
    const blockSums = layers.flatMap((extent) => Array.from({ length: 2 * blocks }, (_, i) => checksum(extent.subarray(i * 1024, (i + 1) * 1024))))
    expect(Array.from({ length: 4 * blocks }, (_, i) => bytes.readUInt32LE(start + 64 + 12 * count + 4 * i))).toEqual(blockSums)
    expect(bytes.readUInt32LE(start + length)).toBe(sums[index])
  }
})

const opened = (name: string): ReturnType<typeof openReading> => {
  const bytes = readFileSync(`test/fixtures/readings/${name}`)
  const of = JSON.parse(bytes.subarray(8192, bytes.indexOf('}', 8192) + 1).toString()) as ReadingIdentity
  return openReading(new MemoryStorage(bytes), of)
}

it.each(['version-3.reading', 'version-3.turns'])('%s, as it was first written, is read', async (name) => {
  const found = await opened(name)
  if (found.kind === 'set-aside') throw new Error(found.why)
  expect(found.reading.tokens).toEqual(tokensOf(0, 69))
  await expectWhole(found.reading)
})

it.each([
  ['1, whose values lay token by token', 'version-1.reading'],
  ['2, which had a place for summaries', 'version-2.reading'],
])('of version %s, is set aside', async (_, name) => {
  expect(await opened(name)).toMatchObject({ kind: 'set-aside', why: expect.stringContaining('another version of Longleaf') as string })
})
