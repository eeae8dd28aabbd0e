import { afterAll, describe, expect, it } from 'vitest'
import { openBackend } from '../../../src-engine/ggml/backend'
import { elementCount, type Tensor } from '../../../src-engine/ggml/tensor'
import { layerPlans, layersOf } from '../../../src-engine/kv/layer'
import { ResidentKv } from '../../../src-engine/kv/resident'
import { extentBytes } from '../../../src-engine/prefill/extent'
import { loadExtent, moveExtent, saveExtent } from '../../../src-engine/prefill/extent-copy'
import { seededRandom } from '../../support/seeded-random'

const backend = openBackend({ threadsMax: 2 })
const beside = backend.beside() ?? expect.fail()
afterAll(() => {
  beside.free()
  backend.free()
})

const shape = { heads: 3, headSize: 32 }
const capacity = 256

/** The place of one number of an extent, by its description. */
const placeIn = (tokens: number, { kind, head, token, i }: { kind: 'key' | 'value'; head: number; token: number; i: number }): number => {
  const blocks = Math.ceil(tokens / 64)
  const block = head * blocks + Math.floor(token / 64)
  const row = token % 64
  return block * 2 * 64 * shape.headSize + (kind === 'key' ? row * shape.headSize + i : (shape.headSize + i) * 64 + row)
}

function readAll(tensor: Tensor): Uint16Array {
  const numbers = new Uint16Array(elementCount(tensor.shape))
  backend.read(tensor, numbers)
  return numbers
}

describe('an extent', () => {
  it.each([[0, 64], [64, 192], [128, 70], [192, 1]])('of layer places from %i on, %i of them, has each number where the format says, and brings it back', async (start, count) => {
    const kv = new ResidentKv(backend, { ...shape, layers: 1 }, 'f16', capacity)
    const { keys, values } = kv.layer(0)
    const random = seededRandom(start)
    const numbers = (): Uint16Array => Uint16Array.from({ length: elementCount(keys.shape) }, () => Math.floor(random() * 0x7c00))
    // Places behind the tokens hold what was there before.
    const [k, v] = [numbers(), numbers()]
    backend.write(keys, k)
    backend.write(values, v)
    const extent = new Uint8Array(extentBytes(shape, count)).fill(7)
    saveExtent(backend, kv.layer(0), { start, count }, extent)

    const found = new Uint16Array(extent.buffer)
    const expected = new Uint16Array(found.length)
    for (let head = 0; head < shape.heads; head++) {
      for (let token = 0; token < count; token++) {
        for (let i = 0; i < shape.headSize; i++) {
          expected[placeIn(count, { kind: 'key', head, token, i })] = k[(head * capacity + start + token) * shape.headSize + i] ?? 0
          expected[placeIn(count, { kind: 'value', head, token, i })] = v[(head * shape.headSize + i) * capacity + start + token] ?? 0
        }
      }
    }
    expect(found).toEqual(expected)

    const shared = backend.share(2 * extent.length)
    shared.bytes.fill(9).set(extent)
    const empty = (): ResidentKv => new ResidentKv(backend, { ...shape, layers: 1 }, 'f16', capacity)
    const [loaded, moved] = [empty(), empty()]
    loadExtent(backend, extent, loaded.layer(0), { start, count })
    await moveExtent(beside, shared.tensor, moved.layer(0), { start, count })
    for (const other of [loaded, moved]) {
      const again = extent.slice().fill(7)
      saveExtent(backend, other.layer(0), { start, count }, again)
      expect(again).toEqual(extent)
      const whole = readAll(other.layer(0).keys)
      const [end, row] = [64 * Math.ceil((start + count) / 64), shape.headSize]
      expect(whole.every((each, i) => each === 0 || ((i / row) % capacity >= start && (i / row) % capacity < end))).toBe(true)
    }

    const room = backend.store(layerPlans(shape, 'f16', capacity, 'by token'))
    backend.clear(room)
    const byToken = layersOf(room, () => 'by token')[0] ?? expect.fail()
    loadExtent(backend, extent, byToken, { start, count })
    expect(readAll(byToken.keys)).toEqual(readAll(loaded.layer(0).keys))
    const [head, place, i] = [2, start + count - 1, 5]
    expect(readAll(byToken.values)[(head * capacity + place) * shape.headSize + i]).toBe(v[(head * shape.headSize + i) * capacity + place])
    const fromRows = extent.slice().fill(7)
    saveExtent(backend, byToken, { start, count }, fromRows)
    expect(fromRows).toEqual(extent)
    for (const each of [kv, loaded, moved, shared, room]) each.free()
  })

  it('is refused where it has other bytes than its tokens need, or the layer has another type', async () => {
    const [half, single] = (['f16', 'f32'] as const).map((type) => new ResidentKv(backend, { ...shape, layers: 1 }, type, capacity))
    const stretch = { start: 0, count: 65 }
    const load = (kv: ResidentKv | undefined, bytes: number) => () => loadExtent(backend, new Uint8Array(bytes), (kv ?? expect.fail()).layer(0), stretch)
    expect(load(half, extentBytes(shape, 64))).toThrow('24576 bytes are no extent of 65 tokens, which has 49152')
    expect(load(single, extentBytes(shape, 65))).toThrow('kept in f16, and the layer has another type')
    const shared = backend.share(extentBytes(shape, 64))
    const move = (kv: ResidentKv | undefined, count: number): Promise<void> =>
      moveExtent(beside, shared.tensor, (kv ?? expect.fail()).layer(0), { start: 0, count })
    await expect(move(half, 65)).rejects.toThrow('leaves a tensor of 24576 bytes')
    await expect(move(single, 64)).rejects.toThrow('kept in f16, and the layer has another type')
    for (const each of [half, single, shared]) each?.free()
  })
})
