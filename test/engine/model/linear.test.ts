import { afterAll, describe, expect, it } from 'vitest'
import { openBackend, type Backend } from '../../../src-engine/ggml/backend'
import { dataType } from '../../../src-engine/ggml/tensor'
import type { TensorInfo } from '../../../src-engine/gguf/file'
import { applyLinear } from '../../../src-engine/model/linear'
import { fromHalf } from '../../../src-engine/half'
import { WeightLoader } from '../../../src-engine/model/weights'
import { memorySource } from '../../support/byte-source'
import { seededRandom } from '../../support/seeded-random'

const backend = openBackend({ threadsMax: 2 })
afterAll(() => backend.free())

const columns = 192

/**
 * Rows of three matrices and how near the products must be: so many rows that no kernel takes Q4_1 itself, and such as AMX takes, which keeps sums of
 * inputs in f16.
 */
const cases = [1, 2, 33].flatMap((tokens) => [{ tokens, rowCounts: [40, 16, 24], bound: 1e-6 }, { tokens, rowCounts: [32, 64, 32], bound: 2 ** -11 }])

/** Q4_1 rows with scales near those of real weights: f16 d of about 0.01 and m of about -8 d. */
function randomRows(rows: number, random: () => number): Uint8Array {
  const bytes = new Uint8Array((rows * columns * 20) / 32)
  const view = new DataView(bytes.buffer)
  for (let at = 0; at < bytes.length; at += 20) {
    view.setUint16(at, 0x2100 + Math.floor(random() * 256), true)
    view.setUint16(at + 2, 0xad00 + Math.floor(random() * 256), true)
    for (let i = 4; i < 20; i++) bytes[at + i] = Math.floor(random() * 256)
  }
  return bytes
}

function numberAt(bytes: Uint8Array, row: number, column: number): number {
  const at = (row * (columns / 32) + Math.floor(column / 32)) * 20
  const byte = bytes[at + 4 + (column % 16)] ?? 0
  const half = (from: number): number => fromHalf((bytes[from] ?? 0) + 256 * (bytes[from + 1] ?? 0))
  return half(at) * (column % 32 < 16 ? byte & 15 : byte >> 4) + half(at + 2)
}

/** Products of three matrices in one file with `tokens` inputs, as the engine computes them, one array per matrix. */
async function products(on: Backend, files: readonly Uint8Array[], x: Float32Array, tokens: number): Promise<readonly Float32Array[]> {
  let offset = 0
  const infos = files.map((bytes, i): TensorInfo => {
    const info = { name: `m${i}`, type: dataType.q4_1, typeName: 'Q4_1', dimensions: [columns, (bytes.length / columns / 20) * 32], offset, bytes: bytes.length }
    offset += bytes.length
    return info
  })
  const all = new Uint8Array(offset)
  infos.forEach((info, i) => all.set(files[i] ?? new Uint8Array(0), info.offset))
  const loader = new WeightLoader(on)
  const linear = loader.linear(...infos)
  const store = await loader.load(memorySource(all), {})
  const graph = on.graph(32)
  const input = graph.input(dataType.f32, columns, tokens)
  const results = applyLinear(graph, linear(), input).map((result) => graph.dense(result))
  results.forEach((result) => graph.output(result))
  const workspace = on.workspace()
  workspace.place(graph)
  on.write(input, x)
  await on.run(graph)
  const found = results.map((result) => {
    const numbers = new Float32Array(result.shape[0] * tokens)
    on.read(result, numbers)
    return numbers
  })
  graph.free()
  workspace.free()
  store.free()
  return found
}

describe('Q4_1, as itself or as Q4_0 with offsets', () => {
  it.each(cases)('gives for $tokens tokens the products of matrices of $rowCounts rows that the file holds', async ({ tokens, rowCounts, bound }) => {
    const random = seededRandom(tokens)
    const files = rowCounts.map((rows) => randomRows(rows, random))
    // Whole numbers up to 127 pass the 8-bit rounding of inputs unchanged, if one of them is 127 in each block.
    const x = Float32Array.from({ length: columns * tokens }, (_, i) => (i % 32 === 0 ? 127 : Math.round(random() * 254 - 127)))
    const found = await products(backend, files, x, tokens)
    rowCounts.forEach((rows, matrix) => {
      for (let token = 0; token < tokens; token++) {
        for (let row = 0; row < rows; row++) {
          let wanted = 0
          let size = 0
          for (let column = 0; column < columns; column++) {
            const term = numberAt(files[matrix] ?? new Uint8Array(0), row, column) * (x[token * columns + column] ?? 0)
            wanted += term
            size += Math.abs(term)
          }
          expect(Math.abs((found[matrix]?.[token * rows + row] ?? Number.NaN) - wanted)).toBeLessThan(size * bound)
        }
      }
    })
  })
})
