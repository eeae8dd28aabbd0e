import { afterAll, expect, it } from 'vitest'
import { openBackend } from '../../../src-engine/ggml/backend'
import { dataType, tensorBytes, type Tensor } from '../../../src-engine/ggml/tensor'
import { fromHalf } from '../../../src-engine/half'
import { extentBytes } from '../../../src-engine/prefill/extent'
import type { KeptKv, KeptSummaries, SummaryKind } from '../../../src-engine/prefill/kept'
import { keepSummaries } from '../../../src-engine/retrieval/keep-summaries'
import { Summaries } from '../../../src-engine/retrieval/summaries'
import { summaryBytes } from '../../../src-engine/retrieval/summary-layout'
import { halfOf } from '../../support/half-of'

const backend = openBackend({ threadsMax: 1 })
afterAll(() => backend.free())

const shape = { layers: 2, heads: 2, headSize: 32 }
/** More than what is summed up at once. */
const blocks = 130
const valueOf = (layer: number, head: number, block: number): number => (1000 * layer + 500 * head + block) / 16

/** All keys of a block are alike, and its values are as large with the other sign. */
const kept: KeptKv = {
  tokens: { length: blocks * 64 },
  async readLayer(layer, from, to, into) {
    const numbers = new Uint16Array(into.buffer, into.byteOffset, into.byteLength / 2)
    const each = numbers.length / (shape.heads * ((to - from) / 64))
    for (let head = 0; head < shape.heads; head++) {
      for (let i = 0; i < (to - from) / 64; i++) {
        const at = (head * ((to - from) / 64) + i) * each
        numbers.fill(halfOf(valueOf(layer, head, from / 64 + i)), at, at + each / 2)
        numbers.fill(halfOf(-valueOf(layer, head, from / 64 + i)), at + each / 2, at + each)
      }
    }
  },
  readHead: () => Promise.reject(new Error('Heads are not read one by one.')),
  readBlocks: () => Promise.reject(new Error('Blocks are not read one by one.')),
}

/** In memory; reading and writing of layers may end before the last. */
function summariesInMemory({ readMax = Infinity, writeMax = Infinity } = {}): KeptSummaries & { readonly written: number } {
  const layers = new Map<string, Uint8Array>()
  let written = 0
  const nameOf = ({ tokens, form, layerBytes }: SummaryKind, layer: number): string => `${tokens} ${form} ${layerBytes} ${layer}`
  return {
    get written() {
      return written
    },
    async read(kind, take) {
      for (let layer = 0; layer < kind.layers; layer++) {
        const bytes = layers.get(nameOf(kind, layer))
        if (bytes === undefined || layer >= readMax) return false
        expect(bytes).toHaveLength(kind.layerBytes)
        await take(layer, bytes.slice())
      }
      return true
    },
    has: (kind) => Promise.resolve(layers.has(nameOf(kind, kind.layers - 1))),
    async write(kind, give) {
      const count = Math.min(kind.layers, writeMax)
      for (let layer = 0; layer < count; layer++) layers.set(nameOf(kind, layer), (await give(layer)).slice())
      written++
      return count
    },
  }
}

/** All bytes of all tensors of a layer. */
const bytesIn = (summaries: Summaries, layer: number): Buffer => Buffer.concat([plainBytesIn(summaries, layer), bytesOf(summaries.layer(layer).values)])

/** The same without its values: memory in which those of 4 bits are multiplied fastest cannot be read. */
function plainBytesIn(summaries: Summaries, layer: number): Buffer {
  const { keys, weights, directions, centre } = summaries.layer(layer)
  return bytesOf([keys, weights, directions, centre])
}

const bytesOf = (tensors: readonly Tensor[]): Buffer => Buffer.concat(tensors.map((tensor) => {
  const bytes = new Uint8Array(tensorBytes(tensor))
  backend.read(tensor, bytes)
  return bytes
}))

it('takes what was kept before, to the last bit, and makes it anew where not all of it is there or it is of another text', async () => {
  const types = { keys: dataType.q8_0, values: dataType.f16 }
  const summed = (count: number): Summaries => new Summaries(backend, shape, count, undefined, types)
  const [once, again, later] = [summed(blocks), summed(blocks), summed(blocks - 1)]
  const summaries = summariesInMemory()
  await once.fill({ ...kept, summaries })
  await again.fill({ ...kept, readLayer: () => Promise.reject(new Error('It is summed up already.')), summaries })
  for (const layer of [0, 1]) expect(bytesIn(again, layer).equals(bytesIn(once, layer))).toBe(true)
  expect(summaries.written).toBe(1)
  await later.fill({ ...kept, summaries })
  expect(summaries.written).toBe(2)
  const half = summariesInMemory({ readMax: 1 })
  await again.fill({ ...kept, summaries: half })
  await again.fill({ ...kept, summaries: half })
  for (const layer of [0, 1]) expect(bytesIn(again, layer).equals(bytesIn(once, layer))).toBe(true)
  expect(half.written).toBe(2)
  // Where there is no room for all, all are made.
  await later.fill({ ...kept, summaries: summariesInMemory({ writeMax: 1 }) })
  await again.fill({ ...kept, summaries: summariesInMemory({ writeMax: 0 }) })
  for (const layer of [0, 1]) expect(bytesIn(again, layer).equals(bytesIn(once, layer))).toBe(true)
  for (const each of [once, again, later]) each.free()
})

it('are made for later, a piece at a time, unless they are there', async () => {
  const summaries = summariesInMemory()
  let pieces = 0
  const text = { kept, summaries }
  const between = async (): Promise<void> => void pieces++
  await keepSummaries(backend, shape, text, between)
  // Of each layer two extents.
  expect([pieces, summaries.written]).toEqual([4, 1])
  await keepSummaries(backend, shape, text, between)
  expect([pieces, summaries.written]).toEqual([4, 1])
  const [made, found] = [new Summaries(backend, shape, blocks), new Summaries(backend, shape, blocks)]
  await made.fill(kept)
  await found.fill({ ...kept, readLayer: () => Promise.reject(new Error('It is summed up already.')), summaries })
  for (const layer of [0, 1]) expect(plainBytesIn(found, layer).equals(plainBytesIn(made, layer))).toBe(true)
  for (const each of [made, found]) each.free()
})

it('are left half made where that is stopped', async () => {
  const summaries = summariesInMemory()
  let pieces = 0
  const between = async (): Promise<void> => {
    if (++pieces > 3) throw new DOMException('stopped', 'AbortError')
  }
  await expect(keepSummaries(backend, shape, { kept, summaries }, between)).rejects.toThrow('stopped')
  expect(summaries.written).toBe(0)
})

it('sums up blocks in their order, layer by layer and head by head, in pieces', async () => {
  const summaries = new Summaries(backend, shape, blocks, undefined, { keys: dataType.f16, values: dataType.f16 })
  await summaries.fill(kept)
  const rows = summaries.form.rows
  for (const layer of [0, 1]) {
    const keys = new Uint16Array(shape.headSize * summaries.rows * shape.heads)
    backend.read(summaries.layer(layer).keys, keys)
    const centres = new Float32Array(shape.headSize * shape.heads)
    backend.read(summaries.layer(layer).centre, centres)
    for (const head of [0, 1]) {
      const values = new Uint16Array(summaries.rows * shape.headSize)
      const matrix = summaries.layer(layer).values[head]
      if (matrix !== undefined) backend.read(matrix, values)
      // Of what is read at first.
      expect(centres[head * shape.headSize]).toBeCloseTo(valueOf(layer, head, 63.5), 3)
      for (const block of [0, 1, 127, 128, 129]) {
        // All keys of a block are alike: its first row is the only one.
        const [row, value] = [block * rows, valueOf(layer, head, block)]
        const key = fromHalf(keys[(head * summaries.rows + row) * shape.headSize] ?? 0) + (centres[head * shape.headSize] ?? 0)
        expect(key, `key of layer ${layer}, head ${head}, block ${block}`).toBeCloseTo(value, 2)
        expect(values[(shape.headSize - 1) * summaries.rows + row], `value of layer ${layer}, head ${head}, block ${block}`).toBe(halfOf(-value))
      }
    }
  }
  expect(summaries.bytes).toBeGreaterThan(extentBytes(shape, blocks * 64) / 16)
  summaries.free()
})

it('keeps keys in 8 bits and values in 4, whose blocks the last rows fill up with what stands for nothing', async () => {
  const summaries = new Summaries(backend, shape, blocks - 1)
  await summaries.fill(kept)
  const { keys, values, weights } = summaries.layer(1)
  expect([keys.type, ...values.map(({ type }) => type)]).toEqual([dataType.q8_0, dataType.q4_0, dataType.q4_0])
  const rows = (blocks - 1) * summaries.form.rows
  expect(summaries.rows % 32).toBe(0)
  expect(summaries.rows).toBeGreaterThan(rows)
  const numbers = new Float32Array(3 * summaries.rows * shape.heads)
  backend.read(weights, numbers)
  // All keys of a block are one row; a row that stands for nothing weighs exp(-Infinity).
  const last = rows - summaries.form.rows
  expect(numbers[last]).toBeCloseTo(Math.log(64) * Math.sqrt(shape.headSize))
  expect([numbers[last + 1], numbers[rows]]).toEqual([-Infinity, -Infinity])
  summaries.free()
})

it('takes the memory that is counted for it', () => {
  const summaries = new Summaries(backend, shape, blocks)
  expect(summaries.bytes).toBe(summaryBytes(shape, blocks))
  summaries.free()
})
