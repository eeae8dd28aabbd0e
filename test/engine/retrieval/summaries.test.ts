import { afterAll, expect, it } from 'vitest'
import { openBackend } from '../../../src-engine/ggml/backend'
import { dataType } from '../../../src-engine/ggml/tensor'
import { extentBytes } from '../../../src-engine/prefill/extent'
import type { KeptKv } from '../../../src-engine/prefill/kept'
import { Summaries } from '../../../src-engine/retrieval/summaries'
import { halfOf } from '../../support/half-of'

const backend = openBackend({ threadsMax: 1 })
afterAll(() => backend.free())

const shape = { layers: 2, heads: 2, headSize: 32 }
/** More than what is summed up at once. */
const blocks = 130
const valueOf = (layer: number, head: number, block: number): number => (1000 * layer + 500 * head + block) / 16

/** All keys of a block are alike. */
const kept: KeptKv = {
  tokens: { length: blocks * 64 },
  async readLayer(layer, from, to, into) {
    const numbers = new Uint16Array(into.buffer, into.byteOffset, into.byteLength / 2)
    const each = numbers.length / (shape.heads * ((to - from) / 64))
    for (let head = 0; head < shape.heads; head++) {
      for (let i = 0; i < (to - from) / 64; i++) {
        const at = (head * ((to - from) / 64) + i) * each
        numbers.fill(halfOf(valueOf(layer, head, from / 64 + i)), at, at + each / 2)
      }
    }
  },
  readHead: () => Promise.reject(new Error('Heads are not read one by one.')),
  readBlocks: () => Promise.reject(new Error('Blocks are not read one by one.')),
}

it('sums up blocks in their order, layer by layer and head by head, in pieces', async () => {
  const summaries = new Summaries(backend, shape, blocks, undefined, dataType.f16)
  await summaries.fill(kept)
  const rows = summaries.form.rows
  for (const layer of [0, 1]) {
    const numbers = new Uint16Array(shape.headSize * blocks * rows * shape.heads)
    backend.read(summaries.layer(layer).rows, numbers)
    for (const head of [0, 1]) {
      for (const block of [0, 1, 127, 128, 129]) {
        const at = ((head * blocks + block) * rows + 4) * shape.headSize
        expect(numbers[at], `layer ${layer}, head ${head}, block ${block}`).toBe(halfOf(valueOf(layer, head, block)))
      }
    }
  }
  expect(summaries.bytes).toBeGreaterThan(extentBytes(shape, blocks * 64) / 16)
  summaries.free()
})

it('sums up a long text in 8 bits', async () => {
  const summaries = new Summaries(backend, shape, blocks)
  await summaries.fill(kept)
  expect(summaries.layer(0).rows.type).toBe(dataType.q8_0)
  summaries.free()
})
