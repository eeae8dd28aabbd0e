import { afterAll, expect, it } from 'vitest'
import { wholeMask, type ChunkMask } from '../../../src-engine/attention/chunk-mask'
import { causalMask, runCache } from '../../../src-engine/attention/resident'
import { openBackend } from '../../../src-engine/ggml/backend'
import { dataType, elementCount } from '../../../src-engine/ggml/tensor'
import { windowOf } from '../../../src-engine/kv/layer'
import { ResidentKv } from '../../../src-engine/kv/resident'
import { MovingMask } from '../../../src-engine/prefill/moving-mask'
import { seededRandom } from '../../support/seeded-random'

const backend = openBackend({ threadsMax: 2 })
afterAll(() => backend.free())

const [heads, headSize, tokens, start] = [6, 32, 200, 300]
const window = windowOf(start + tokens)

it('a chunk whose mask is there in parts finds what it finds with all of it, bit for bit', async () => {
  const kv = new ResidentKv(backend, { layers: 1, heads: 2, headSize }, 'f16', window, window)
  const random = seededRandom(7)
  for (const each of [kv.layer(0).keys, kv.layer(0).values]) {
    backend.write(each, Uint16Array.from({ length: elementCount(each.shape) }, () => 0x3000 + Math.floor(random() * 0x800)))
  }
  const store = backend.store([{ type: dataType.f32, shape: [headSize, heads, tokens, 1] }, { type: dataType.f16, shape: [window, tokens, 1, 1] }])
  const [queries, mask] = store.tensors
  if (queries === undefined || mask === undefined) throw new Error('A store lost a tensor.')
  backend.write(queries, Float32Array.from({ length: elementCount(queries.shape) }, () => random() - 0.5))
  backend.write(mask, causalMask(window, start, tokens))
  const moving = new MovingMask(backend, window, tokens, 1)

  const found = async (chunkMask: ChunkMask): Promise<Float32Array> => {
    const graph = backend.graph(256)
    const workspace = backend.workspace()
    const place = { start, window, mask: chunkMask, kept: { first: 0, count: tokens }, attention: { way: 'fastest', threads: 2 } } as const
    const result = runCache(graph, kv, { ...place, positions: queries }).attend(0, queries) ?? expect.fail()
    graph.output(result)
    workspace.place(graph)
    await backend.run(graph)
    const numbers = new Float32Array(elementCount(result.shape))
    backend.read(result, numbers)
    workspace.free()
    graph.free()
    return numbers
  }
  const whole = await found(wholeMask(mask))
  expect(moving.over({ start, count: tokens }).parts).toHaveLength(3)
  expect(await found(moving.over({ start, count: tokens }))).toEqual(whole)
  expect(whole.some((each) => each !== 0)).toBe(true)
  for (const each of [moving, store, kv]) each.free()
})
