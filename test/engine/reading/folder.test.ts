import { appendFileSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync, statSync, truncateSync, utimesSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { openReadings, type Readings } from '../../../src-engine/reading/folder'
import type { ReadingIdentity } from '../../../src-engine/reading/identity'
import type { HeldReading } from '../../../src-engine/reading/shared-readings'
import { StorageError } from '../../../src-engine/reading/storage'
import type { SummariesIdentity } from '../../../src-engine/reading/stored-summaries'
import { complete, expectWhole, extentOf, identity, sourcesOf, tokensOf, writeSegment } from '../../support/known-reading'

let folder: string
beforeEach(() => { folder = mkdtempSync(join(tmpdir(), 'longleaf-readings-')) })
afterEach(() => { rmSync(folder, { recursive: true, force: true }) })

const documents = ['a1', 'b2', 'c3'].map((hash) => hash.repeat(32))
const of = (document = '', changed: Partial<ReadingIdentity> = {}): ReadingIdentity => ({ ...identity, document, ...changed })
const limits = { quotaBytes: 1e9, keepFreeBytes: 0 }

/** A reading of each document, written in this order, an hour between them. */
async function shelf(readings: Readings): Promise<void> {
  for (const [i, document] of documents.entries()) {
    const held = await readings.create(of(document))
    await complete(held.reading)
    await held.close()
    const [file = ''] = readdirSync(folder).filter((name) => name.startsWith(document))
    utimesSync(join(folder, file), 1_700_000_000 + 3600 * i, 1_700_000_000 + 3600 * i)
  }
}

async function held(readings: Readings, wanted: ReadingIdentity): Promise<HeldReading> {
  const found = await readings.find(wanted)
  if (found.kind === 'none') throw new Error(found.why ?? 'none')
  return found.held
}

const documentsOf = async (readings: Readings): Promise<readonly string[]> => (await readings.list()).map((each) => each.identity.document.slice(0, 2))

describe('the folder of readings', () => {
  it('finds what was read before, in another run too', async () => {
    await shelf(await openReadings(folder))
    const again = await openReadings(folder)
    for (const document of documents) {
      const { reading, close } = await held(again, of(document))
      await expectWhole(reading)
      await close()
    }
    expect(await again.find(of('d4'.repeat(32)))).toEqual({ kind: 'none', why: null })
  })

  it('lists sizes, tokens and last use, the last used first', async () => {
    const now = new Date('2026-11-27T12:00:00Z')
    const readings = await openReadings(folder, { now: () => now, freeBytes: async () => 1e12 })
    await shelf(readings)
    expect(await documentsOf(readings)).toEqual(['c3', 'b2', 'a1'])
    const first = await held(readings, of(documents[0]))
    const list = await readings.list()
    expect(list.map((each) => [each.identity.document.slice(0, 2), each.isInUse])).toEqual([['a1', true], ['c3', false], ['b2', false]])
    expect(list[0]).toMatchObject({ tokens: 356, bytes: statSync(join(folder, list[0]?.name ?? '')).size, lastUse: now.getTime(), identity: of(documents[0]) })
    await first.close()
  })

  it('keeps a reading for each model that read a document, and says why none of them will do', async () => {
    const readings = await openReadings(folder)
    await shelf(readings)
    const other = of(documents[0], { model: 'ee'.repeat(32) })
    expect(await readings.find(other)).toEqual({ kind: 'none', why: expect.stringContaining('because the model is another') as string })
    const written = await readings.create(other)
    await writeSegment(written.reading, 192)
    await written.close()
    for (const [wanted, tokens] of [[of(documents[0]), 356], [other, 192]] as const) {
      const { reading, close } = await held(readings, wanted)
      await expectWhole(reading)
      expect(reading.tokens).toHaveLength(tokens)
      await close()
    }
  })

  it('removes one that is of no use when it is looked for, says why, and takes a new one', async () => {
    const readings = await openReadings(folder)
    await (await readings.create(of(documents[0]))).close()
    const [file = ''] = readdirSync(folder)
    truncateSync(join(folder, file), 5_000)
    expect(await readings.find(of(documents[0]))).toEqual({ kind: 'none', why: expect.stringContaining('damaged, or was never finished') as string })
    expect(readdirSync(folder)).toEqual([])
    const { reading, close } = await readings.create(of(documents[0]))
    await expect(readings.create(of(documents[0]))).rejects.toMatchObject({ code: 'EEXIST' })
    await complete(reading)
    await close()
    const again = await held(readings, of(documents[0]))
    await expectWhole(again.reading)
    await again.close()
  })

  it('shares one that is held twice, and closes it with the last', async () => {
    const readings = await openReadings(folder)
    await shelf(readings)
    const [one, two] = await Promise.all([held(readings, of(documents[0])), held(readings, of(documents[0]))])
    expect(one.reading).toBe(two.reading)
    await one.close()
    await one.close()
    await expectWhole(two.reading)
    await two.close()
    expect((await readings.list()).some(({ isInUse }) => isInUse)).toBe(false)
  })

  it('gives one back though the disk went that it is on', async () => {
    const readings = await openReadings(folder)
    await shelf(readings)
    const { reading, name, close } = await held(readings, of(documents[0]))
    vi.spyOn(reading, 'close').mockRejectedValue(new StorageError('EIO', null))
    await close()
    await readings.remove(name)
    expect(await documentsOf(readings)).toEqual(['c3', 'b2'])
  })

  it('makes room by what was used least recently, never by what is in use', async () => {
    const readings = await openReadings(folder, { now: () => new Date(), freeBytes: async () => 1e12 })
    await shelf(readings)
    const bytes = (await readings.list()).reduce((sum, each) => sum + each.bytes, 0)
    const oldest = await held(readings, of(documents[0]))
    await readings.makeRoom(1000, { ...limits, quotaBytes: bytes })
    expect(await documentsOf(readings)).toEqual(['a1', 'c3'])
    await expect(readings.makeRoom(bytes, { ...limits, quotaBytes: bytes })).rejects.toThrow(/There is no room to keep what is read.*Free space on the disk/)
    expect(await documentsOf(readings)).toEqual(['a1', 'c3'])
    await oldest.close()
    await readings.makeRoom(bytes, { ...limits, quotaBytes: bytes })
    expect(await documentsOf(readings)).toEqual([])
  })

  it('keeps within a quota that is smaller now, as far as nothing is in use', async () => {
    const readings = await openReadings(folder)
    await shelf(readings)
    const [one] = await readings.list()
    await readings.keepWithin(3 * (one?.bytes ?? 0))
    expect(await documentsOf(readings)).toEqual(['c3', 'b2', 'a1'])
    await readings.keepWithin(2 * (one?.bytes ?? 0) + 1)
    expect(await documentsOf(readings)).toEqual(['c3', 'b2'])
    const used = await held(readings, of(documents[1]))
    await readings.keepWithin(0)
    expect(await documentsOf(readings)).toEqual(['b2'])
    await used.close()
    await readings.keepWithin(0)
    expect(await documentsOf(readings)).toEqual([])
  })

  it('keeps space free on the disk that it is really on', async () => {
    const readings = await openReadings(folder)
    await shelf(readings)
    await readings.makeRoom(1, limits)
    expect(await documentsOf(readings)).toHaveLength(3)
    await expect(readings.makeRoom(1, { ...limits, keepFreeBytes: 1e18 })).rejects.toThrow(/are missing/)
  })

  it('removes one that a person deletes, and all of documents that are gone, but none in use', async () => {
    const readings = await openReadings(folder)
    await shelf(readings)
    const used = await held(readings, of(documents[0]))
    const nameOf = async (document: string): Promise<string> => (await readings.list()).find((each) => each.identity.document === document)?.name ?? ''
    await expect(readings.remove(await nameOf(documents[0] ?? ''))).rejects.toThrow(/is being used/)
    await readings.remove(await nameOf(documents[1] ?? ''))
    expect(await documentsOf(readings)).toEqual(['a1', 'c3'])
    await readings.keepOnly(new Set())
    expect(await documentsOf(readings)).toEqual(['a1'])
    await used.close()
    await readings.keepOnly(new Set(documents))
    expect(await documentsOf(readings)).toEqual(['a1'])
    await expect(readings.remove('../elsewhere.reading')).rejects.toThrow(/not there any more/)
  })

  it('drops what was written and not committed when it is closed', async () => {
    const readings = await openReadings(folder)
    const { reading, close } = await readings.create(of(documents[0]))
    await writeSegment(reading, 192)
    const writer = reading.begin(tokensOf(192, 64), sourcesOf(192, 64))
    await writer.writeLayer(1, extentOf(reading.identity, 1, 192, 64))
    await writer.abandon()
    const [file = ''] = readdirSync(folder)
    expect(statSync(join(folder, file)).size).toBeGreaterThan(reading.bytes)
    await close()
    expect(statSync(join(folder, file)).size).toBe(reading.bytes)
  })
})

describe('what sums up readings, in their folder', () => {
  const kind: SummariesIdentity = { reading: '0123456789abcdef', tokens: 192, textHash: 'ef'.repeat(32), form: 'as a test does', layers: 2, layerBytes: 6_000 }
  const files = (): readonly string[] => readdirSync(folder).filter((name) => name.endsWith('.summaries'))
  const readingBytes = (readings: Readings): Promise<number> => readings.list().then((list) => list.reduce((sum, each) => sum + each.bytes, 0))

  async function sumUp(readings: Readings, document: string | undefined, room = limits): Promise<boolean> {
    const { name, close } = await held(readings, of(document))
    const writer = await readings.summariesToWrite(name, kind, room)
    for (let layer = 0; layer < kind.layers; layer++) await writer?.writeLayer(layer, new Uint8Array(kind.layerBytes).fill(layer + 1))
    await writer?.commit()
    await writer?.close()
    await close()
    return writer !== null
  }

  it('is found in another run, and counts as its reading', async () => {
    const before = await openReadings(folder)
    await shelf(before)
    const bytes = await readingBytes(before)
    expect(await sumUp(before, documents[1])).toBe(true)
    expect(await readingBytes(before)).toBe(bytes + statSync(join(folder, files()[0] ?? '')).size)
    const readings = await openReadings(folder)
    const { name, close } = await held(readings, of(documents[1]))
    const found = await readings.summaries(name, kind)
    const layer = new Uint8Array(kind.layerBytes)
    expect(await found?.readLayer(1, layer)).toBe(true)
    expect(layer).toEqual(new Uint8Array(kind.layerBytes).fill(2))
    await found?.close()
    expect(await readings.summaries(name, { ...kind, tokens: 128 })).toBeNull()
    expect(await readings.summaries((await readings.list()).find((each) => each.name !== name)?.name ?? '', kind)).toBeNull()
    await close()
  })

  it('goes with its reading, and at the start where it was not finished or sums up none', async () => {
    const before = await openReadings(folder)
    await shelf(before)
    for (const document of documents) await sumUp(before, document)
    const [first = '', second = '', third = ''] = documents.map((document) => files().find((name) => name.startsWith(document)))
    await before.remove(first.replace('.summaries', '.reading'))
    expect(files()).toEqual([second, third])
    truncateSync(join(folder, second), 4_000)
    writeFileSync(join(folder, first), readFileSync(join(folder, third)))
    await openReadings(folder)
    expect(files()).toEqual([third])
  })

  it('is not written where there is no room, or where somebody else may write to the reading', async () => {
    const readings = await openReadings(folder, { now: () => new Date(), freeBytes: async () => 1e6 })
    await shelf(readings)
    const bytes = await readingBytes(readings)
    expect(await sumUp(readings, documents[0], { quotaBytes: bytes + 20_000, keepFreeBytes: 0 })).toBe(false)
    expect(await sumUp(readings, documents[0], { quotaBytes: 1e9, keepFreeBytes: 0.99e6 })).toBe(false)
    const other = await held(readings, of(documents[0]))
    expect(await sumUp(readings, documents[0])).toBe(false)
    await other.close()
    expect(files()).toEqual([])
    expect(await sumUp(readings, documents[0], { quotaBytes: bytes + 30_000, keepFreeBytes: 0.9e6 })).toBe(true)
    expect(await documentsOf(readings)).toHaveLength(3)
  })

  it('makes room before any reading does, what was made first before the rest', async () => {
    const readings = await openReadings(folder, { now: () => new Date(), freeBytes: async () => 1e12 })
    await shelf(readings)
    const bytes = await readingBytes(readings)
    for (const document of documents) await sumUp(readings, document)
    for (const [i, document] of documents.entries()) utimesSync(join(folder, files().find((name) => name.startsWith(document)) ?? ''), i + 1, i + 1)
    const all = await readingBytes(readings)
    await readings.makeRoom(100, { ...limits, quotaBytes: all })
    expect(files().map((name) => name.slice(0, 2))).toEqual(['b2', 'c3'])
    await readings.keepWithin(bytes)
    expect(files()).toEqual([])
    expect(await documentsOf(readings)).toHaveLength(3)
  })
})

describe('the folder of readings at the start', () => {
  it('loses what was half written, what is no reading, what lies under a wrong name and what an older engine made; nothing else', async () => {
    const before = await openReadings(folder)
    await shelf(before)
    const [whole = '', halfWritten = '', misnamed = ''] = documents.map((document) => join(folder, readdirSync(folder).find((name) => name.startsWith(document)) ?? ''))
    const size = statSync(whole).size
    await (await before.create(of(documents[0], { engine: 0 }))).close()
    writeFileSync(join(folder, `${'d4'.repeat(32)}-0123456789abcdef.reading`), new Uint8Array(12_288))
    writeFileSync(join(folder, 'notes.txt'), 'of the person')
    appendFileSync(whole, new Uint8Array(50_000))
    truncateSync(halfWritten, size - 5000)
    renameSync(misnamed, misnamed.replace('c3', 'c4'))
    const after = await openReadings(folder)
    expect(readdirSync(folder).sort()).toEqual([whole, halfWritten, 'notes.txt'].map((path) => basename(path)))
    for (const [document, tokens] of [[documents[0], 356], [documents[1], 256]] as const) {
      const { reading, close } = await held(after, of(document))
      expect(reading.tokens).toHaveLength(tokens)
      await expectWhole(reading)
      await close()
    }
    expect(statSync(whole).size).toBe(size)
  })

  it('is made where it is not there', async () => {
    const readings = await openReadings(join(folder, 'data', 'readings'))
    expect(await readings.list()).toEqual([])
  })
})
