import { mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { openBackend } from '../../../src-engine/ggml/backend'
import { dataType, rowBytes } from '../../../src-engine/ggml/tensor'
import type { ByteSource, TensorInfo } from '../../../src-engine/gguf/file'
import { GgufError } from '../../../src-engine/gguf/reader'
import { openFileSource } from '../../../src-engine/gguf/source'
import { OffsetRows, sumRows, UnoffsetRows } from '../../../src-engine/model/offset-blocks'
import { Stack, type Rows } from '../../../src-engine/model/stack'
import { WeightLoader } from '../../../src-engine/model/weights'
import { memorySource } from '../../support/byte-source'
import { seededRandom } from '../../support/seeded-random'

const folder = mkdtempSync(join(tmpdir(), 'longleaf-weights-'))
const backend = openBackend({ threadsMax: 1 })
afterAll(() => {
  backend.free()
  rmSync(folder, { recursive: true })
})

const columns = 256

/** Matrices of such heights with gaps between them, and a file of random bytes that holds them. */
function matrices(type: number, heights: readonly number[]): { readonly infos: [TensorInfo, ...TensorInfo[]]; readonly bytes: Uint8Array } {
  let offset = 64
  const infos = heights.map((height, i): TensorInfo => {
    const bytes = height * rowBytes(type, columns)
    const info = { name: `m${i}`, type, typeName: '', dimensions: [columns, height], offset, bytes }
    offset += bytes + 32
    return info
  })
  const random = seededRandom(5)
  return { infos: infos as [TensorInfo, ...TensorInfo[]], bytes: Uint8Array.from({ length: offset }, () => Math.floor(random() * 256)) }
}

/** The rows as they come by parts. */
async function byParts(rows: Rows, source: ByteSource, row: number, counts: readonly number[]): Promise<Uint8Array> {
  const all = new Uint8Array(counts.reduce((a, b) => a + b, 0) * row)
  let first = 0
  for (const count of counts) {
    await rows.fill(source, first, all.subarray(first * row, (first + count) * row))
    first += count
  }
  return all
}

describe('rows out of a file', () => {
  it('are those of the matrices in order, wherever they are cut', async () => {
    const { infos, bytes } = matrices(dataType.q4_0, [5, 1, 30])
    const wanted = Buffer.concat(infos.map((info) => bytes.subarray(info.offset, info.offset + info.bytes)))
    const row = rowBytes(dataType.q4_0, columns)
    for (const counts of [[36], [4, 2, 30], [1, 34, 1], [7, 29]]) {
      expect(await byParts(new Stack(infos), memorySource(bytes), row, counts)).toEqual(new Uint8Array(wanted))
    }
  })

  it('of Q4_1 are those of Q4_0 with the same d and q, then one for each block that adds it up, wherever they are cut', async () => {
    const { infos, bytes } = matrices(dataType.q4_1, [5, 1, 30])
    const stack = new Stack(infos)
    const row = rowBytes(dataType.q4_0, columns)
    const whole = await byParts(new UnoffsetRows(stack), memorySource(bytes), row, [36 + sumRows(columns)])
    const from = infos[2]?.offset ?? 0
    expect([...whole.subarray(6 * row, 6 * row + 18)]).toEqual([...bytes.subarray(from, from + 2), ...bytes.subarray(from + 4, from + 20)])
    const blockOfSums = (sum: number, block: number): readonly number[] => [...whole.subarray((36 + sum) * row + block * 18).subarray(0, 18)]
    expect(blockOfSums(2, 2)).toEqual([0, 0x3c, ...new Array<number>(16).fill(0x99)])
    expect(blockOfSums(2, 3)).toEqual([0, 0, ...new Array<number>(16).fill(0x88)])
    expect(blockOfSums(8, 0)).toEqual([0, 0, ...new Array<number>(16).fill(0x88)])
    for (const counts of [[32, 36], [36, 32], [40, 28], [10, 10, 48]]) {
      expect(await byParts(new UnoffsetRows(stack), memorySource(bytes), row, counts)).toEqual(whole)
    }
  })

  it('of offsets of Q4_1 hold m + 8 d by block, and 0 after the last', async () => {
    const { infos, bytes } = matrices(dataType.q4_1, [2, 1500])
    const at = infos[1]?.offset ?? 0
    // d = 1, m = -2 in the fourth block of the last row.
    bytes.set([0, 0x3c, 0, 0xc0], at + 1499 * rowBytes(dataType.q4_1, columns) + 3 * 20)
    const filled = await byParts(new OffsetRows(new Stack(infos)), memorySource(bytes), 1502 * 4, [sumRows(columns)])
    const offsets = new Float32Array(filled.buffer)
    expect(offsets[3 * 1502 + 1501]).toBe(6)
    expect(offsets.subarray(8 * 1502).every((value) => value === 0)).toBe(true)
  })
})

describe('loading', () => {
  const { infos, bytes } = matrices(dataType.f16, [40_000])
  const path = join(folder, 'weights')
  const loader = (): WeightLoader => {
    const made = new WeightLoader(backend)
    made.plain(infos[0])
    return made
  }

  it('says how far it is, up to all of it, and takes no more memory than the file', async () => {
    writeFileSync(path, bytes)
    const source = openFileSource(path)
    const told: number[] = []
    const weights = await loader().load(source, { onProgress: (done, total) => told.push(done / total) })
    expect(told.length).toBeGreaterThan(3)
    expect(told).toEqual([...told].sort((a, b) => a - b))
    expect(told.at(-1)).toBe(1)
    expect(weights.bytes).toBeLessThan(bytes.length + 4096)
    weights.free()
    source.close()
  })

  it('ends with the reason for which it was cancelled', async () => {
    writeFileSync(path, bytes)
    const source = openFileSource(path)
    const stop = new AbortController()
    await expect(loader().load(source, { signal: stop.signal, onProgress: () => stop.abort(new Error('enough')) })).rejects.toThrow('enough')
    source.close()
  })

  it('ends with a reason when the file becomes shorter meanwhile', async () => {
    writeFileSync(path, bytes)
    const source = openFileSource(path)
    truncateSync(path, 10_000_000)
    await expect(loader().load(source, {})).rejects.toThrow(GgufError)
    source.close()
  })
})
