/** What sums up a reading on a disk: all of it, as it was written, or nothing. */
import { describe, expect, it } from 'vitest'
import { createSummaries, hasSummaries, openSummaries, summariesFileBytes, type SummariesIdentity } from '../../../src-engine/reading/stored-summaries'
import { afterPowerCut, losses, MemoryStorage } from '../../support/memory-storage'
import { seededRandom } from '../../support/seeded-random'

const identity: SummariesIdentity = { reading: '0123456789abcdef', tokens: 192, textHash: 'ef'.repeat(32), form: '1: 24 of 64', layers: 3, layerBytes: 5_000 }

const layerOf = (layer: number): Uint8Array => {
  const random = seededRandom(layer + 1)
  return Uint8Array.from({ length: identity.layerBytes }, () => Math.floor(random() * 256))
}

const layers = [0, 1, 2].map(layerOf)

async function written(storage = new MemoryStorage()): Promise<MemoryStorage> {
  const writer = createSummaries(storage, identity)
  for (const layer of [2, 0, 1]) await writer.writeLayer(layer, layerOf(layer))
  await writer.commit()
  return storage
}

/** Which layers of these summaries are there, each with the bytes that were written; null where they are not there at all. */
async function layersIn(bytes: Uint8Array, wanted = identity): Promise<readonly number[] | null> {
  const reader = await openSummaries(new MemoryStorage(bytes), wanted)
  if (reader === null) return null
  const found: number[] = []
  for (let layer = 0; layer < identity.layers; layer++) {
    const into = new Uint8Array(identity.layerBytes)
    if (!(await reader.readLayer(layer, into))) continue
    expect(Buffer.compare(into, layers[layer] ?? new Uint8Array(0))).toBe(0)
    found.push(layer)
  }
  await reader.close()
  return found
}

describe('summaries of a reading', () => {
  it('are what was written, in as many bytes as were said before', async () => {
    const { bytes } = await written()
    expect(await layersIn(bytes)).toEqual([0, 1, 2])
    expect(await hasSummaries(new MemoryStorage(bytes))).toBe(true)
    expect(Math.ceil(bytes.length / 4096) * 4096).toBe(summariesFileBytes(identity))
  })

  it.each<Partial<SummariesIdentity>>([
    { reading: '0123456789abcdee' }, { tokens: 128 }, { textHash: 'ee'.repeat(32) }, { form: '2: 24 of 64' }, { layers: 2 }, { layerBytes: 4_999 },
  ])('are not there for what differs by %o', async (changed) => {
    expect(await layersIn((await written()).bytes, { ...identity, ...changed })).toBeNull()
  })

  it('are whole or not there after a power cut at any moment', async () => {
    const random = seededRandom(4)
    const { operations } = await written()
    for (let count = 0; count <= operations.length; count++) {
      for (const loss of losses) {
        const left = afterPowerCut(new Uint8Array(0), operations, count, loss, random)
        const found = await layersIn(left)
        expect([null, [0, 1, 2]], `after ${count} operations, ${loss}`).toContainEqual(found)
        if (count === operations.length) expect(found).not.toBeNull()
        if (found !== null) expect(await hasSummaries(new MemoryStorage(left))).toBe(true)
      }
    }
  })

  it('give no layer that was changed since, and are not there where what names them was', async () => {
    const { bytes } = await written()
    const random = seededRandom(5)
    for (let i = 0; i < 300; i++) {
      const changed = bytes.slice()
      const at = Math.floor(random() * bytes.length)
      changed[at] = (changed[at] ?? 0) ^ (1 << Math.floor(random() * 8))
      // What lies between the parts counts for nothing.
      const found = await layersIn(changed)
      expect(found?.length ?? 2, `a bit of byte ${at}`).toBeGreaterThanOrEqual(2)
    }
    const last = bytes.slice()
    last[bytes.length - 1] = (last[bytes.length - 1] ?? 0) ^ 1
    expect(await layersIn(last)).toEqual([0, 1])
    expect(await layersIn(bytes.subarray(0, bytes.length - 1))).toEqual([0, 1])
    for (const length of [0, 100, 4096, 8192]) expect(await layersIn(bytes.subarray(0, length))).toBeNull()
  })

  it('take only layers that there are, of their length', async () => {
    const writer = createSummaries(new MemoryStorage(), identity)
    await expect(writer.writeLayer(3, layerOf(0))).rejects.toThrow('There is no layer 3, of 3.')
    await expect(writer.writeLayer(0, new Uint8Array(4_999))).rejects.toThrow(/has 4999 bytes, not 5000/)
  })
})
