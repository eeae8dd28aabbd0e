/** The n-th write, read or sync fails, for every n until all goes well: nothing wrong is kept, and the reading goes on when it is opened again. */
import { expect, it } from 'vitest'
import { createReading, openReading } from '../../../src-engine/reading/reading'
import { MemoryStorage } from '../../support/memory-storage'
import { boundaries, complete, expectWhole, identity, sourcesOf, tokensOf, writeSegment } from '../../support/known-reading'

/** Writes a reading on a storage with a fault and reads it back; what was promised before the fault, and what was thrown. */
async function attempt(storage: MemoryStorage): Promise<{ readonly promised: number | null; readonly thrown: unknown }> {
  let promised: number | null = null
  try {
    const reading = await createReading(storage, identity)
    for (const count of [192, 64, 100]) {
      promised = reading.tokens.length
      await writeSegment(reading, count)
    }
    promised = reading.tokens.length
    await expectWhole(reading)
    return { promised, thrown: null }
  } catch (thrown) {
    return { promised, thrown }
  }
}

const causes = (thrown: unknown): readonly unknown[] => (thrown instanceof Error ? [thrown, ...causes(thrown.cause)] : [])

const faults = (['for good', 'once'] as const).flatMap((lasts) => (['write', 'sync', 'read'] as const).flatMap((kind) => (['EIO', 'ENOSPC'] as const).map((code) => ({ kind, code, lasts }))))

it.each(faults)('a failing $kind ($code, $lasts) at every place', async ({ kind, ...fault }) => {
  let nth = 1
  for (; nth < 100; nth++) {
    const storage = new MemoryStorage(new Uint8Array(0), { kind, nth, ...fault })
    const { promised, thrown } = await attempt(storage)
    if (thrown === null) break
    expect(causes(thrown), `${kind} ${nth}`).toContainEqual(expect.objectContaining({ code: fault.code }))
    const healthy = new MemoryStorage(storage.bytes)
    const found = await openReading(healthy, identity)
    if (found.kind === 'set-aside') {
      expect(promised).toBeNull()
      continue
    }
    expect(boundaries).toContain(found.reading.tokens.length)
    expect(found.reading.tokens.length).toBeGreaterThanOrEqual(promised ?? 0)
    await expectWhole(found.reading)
    await complete(found.reading)
    await expectWhole(found.reading)
  }
  expect(nth).toBeGreaterThan(kind === 'read' ? 4 : 10)
})

it('a full disk while layers are written leaves the reading as it was, and it goes on when there is room', async () => {
  let isFull = false
  const storage = new (class extends MemoryStorage {
    override async write(offset: number, bytes: Uint8Array): Promise<void> {
      if (isFull) throw Object.assign(new Error('ENOSPC'), { code: 'ENOSPC' })
      await super.write(offset, bytes)
    }
  })()
  const reading = await createReading(storage, identity)
  await writeSegment(reading, 192)
  isFull = true
  await expect(writeSegment(reading, 64)).rejects.toMatchObject({ code: 'ENOSPC' })
  isFull = false
  await complete(reading)
  await expectWhole(reading)
})

it('after a sync that failed nothing is written any more, what was committed can be read, and the reason is a sentence', async () => {
  const storage = new MemoryStorage(new Uint8Array(0), { kind: 'sync', nth: 6, code: 'EIO', lasts: 'once' })
  const reading = await createReading(storage, identity)
  await writeSegment(reading, 192)
  await expect(writeSegment(reading, 64)).rejects.toMatchObject({ name: 'ReadingFailedError', message: expect.stringContaining('could not be saved') as string, cause: { code: 'EIO' } })
  const operations = storage.operations.length
  expect(() => reading.begin(tokensOf(192, 64), sourcesOf(192, 64))).toThrow(/could not be saved.*open the document again/)
  expect(storage.operations).toHaveLength(operations)
  await expectWhole(reading)
})
