/** Summaries beside a reading: what a disk does with them is no matter of who asks. */
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { SummaryKind } from '../../../src-engine/prefill/kept'
import { openReadings, type Readings } from '../../../src-engine/reading/folder'
import type { HeldReading } from '../../../src-engine/reading/shared-readings'
import { StorageError } from '../../../src-engine/reading/storage'
import { summariesBeside } from '../../../src-engine/scheduler/kept-summaries'
import { complete, identity } from '../../support/known-reading'

const kind: SummaryKind = { tokens: 320, form: 'as a test does', layers: 3, layerBytes: 5_000 }
const room = { quotaBytes: 1e9, keepFreeBytes: 0 }

let folder: string
let readings: Readings
let held: HeldReading
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'longleaf-summaries-'))
  readings = await openReadings(folder)
  held = await readings.create(identity)
  await complete(held.reading)
})
afterEach(async () => {
  await held.close()
  rmSync(folder, { recursive: true })
})

const layerOf = (layer: number): Uint8Array => new Uint8Array(kind.layerBytes).fill(layer + 1)
const files = (): readonly string[] => readdirSync(folder).filter((name) => name.endsWith('.summaries'))

/** Layers that are taken, and whether these were all. */
async function read(of = kind): Promise<readonly [readonly number[], boolean]> {
  const taken: number[] = []
  const isThere = await summariesBeside(readings, held, room).read(of, async (layer, bytes) => {
    expect(bytes).toEqual(layerOf(layer))
    taken.push(layer)
  })
  return [taken, isThere]
}

const write = (): Promise<number> => summariesBeside(readings, held, room).write(kind, async (layer) => layerOf(layer))
const has = (of = kind): Promise<boolean> => summariesBeside(readings, held, room).has(of)

describe('summaries beside a reading', () => {
  it('are taken as they were kept, for the same tokens and the same way alone', async () => {
    expect([await read(), await has()]).toEqual([[[], false], false])
    expect(await write()).toBe(3)
    expect([await read(), await has()]).toEqual([[[0, 1, 2], true], true])
    expect([await read({ ...kind, tokens: 256 }), await has({ ...kind, tokens: 256 })]).toEqual([[[], false], false])
    expect(await read({ ...kind, form: 'otherwise' })).toEqual([[], false])
  })

  it('end at what is damaged', async () => {
    await write()
    const path = join(folder, files()[0] ?? '')
    const bytes = readFileSync(path)
    bytes[bytes.length - 10_000] = 0xff
    writeFileSync(path, bytes)
    expect(await read()).toEqual([[0], false])
    await write()
    expect(await read()).toEqual([[0, 1, 2], true])
  })

  it('are nowhere where who sums up is stopped, and that is told', async () => {
    await write()
    const stopped = summariesBeside(readings, held, room).write(kind, async (layer) => {
      if (layer === 1) throw new Error('The question was taken back.')
      return layerOf(layer)
    })
    await expect(stopped).rejects.toThrow('The question was taken back.')
    expect(files()).toEqual([])
  })

  it.each([
    ['full', 'ENOSPC', 'writeLayer', [0]], ['gone', 'EIO', 'writeLayer', [0]], ['full at the end', 'ENOSPC', 'commit', [0, 1, 2]],
  ] as const)('are nowhere where the disk is %s, and nothing more is summed up for it', async (_, code, step, layers) => {
    const create = readings.summariesToWrite.bind(readings)
    vi.spyOn(readings, 'summariesToWrite').mockImplementation(async (...wanted) => {
      const writer = await create(...wanted)
      return writer && { ...writer, [step]: () => Promise.reject(new StorageError(code, null)) }
    })
    const given: number[] = []
    const count = await summariesBeside(readings, held, room).write(kind, async (layer) => {
      given.push(layer)
      return layerOf(layer)
    })
    expect([given, count]).toEqual([layers, layers.length])
    expect(files()).toEqual([])
  })

  it('are not written where nobody said how much room there is', async () => {
    expect(await summariesBeside(readings, held, null).write(kind, async (layer) => layerOf(layer))).toBe(0)
    expect(files()).toEqual([])
  })
})
