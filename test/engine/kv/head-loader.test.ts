import { afterAll, describe, expect, it } from 'vitest'
import { openBackend, type Backend } from '../../../src-engine/ggml/backend'
import { elementCount, type Tensor } from '../../../src-engine/ggml/tensor'
import { HeadLoader } from '../../../src-engine/kv/head-loader'
import { HeadRooms } from '../../../src-engine/kv/head-rooms'
import type { KeysAndValues } from '../../../src-engine/reading/block-bytes'

const backend = openBackend({ threadsMax: 2 })
afterAll(() => backend.free())

const [headSize, places, tokens, atOnce] = [32, 448, 320, 128]

const keyOf = (token: number, i: number): number => 1 + token * headSize + i
const valueOf = (token: number, i: number): number => 1 + i * tokens + token

/** Blocks as they are kept: keys token by token, values number by number. */
function fill(from: number, to: number, { keys, values }: KeysAndValues): void {
  const [k, v] = [keys, values].map((bytes) => new Uint16Array(bytes.buffer, bytes.byteOffset, bytes.length / 2))
  if (k?.length !== (to - from) * headSize || v?.length !== k.length) throw new RangeError(`${to - from} tokens have not ${keys.length} bytes.`)
  for (let token = 0; token < to - from; token++) {
    for (let i = 0; i < headSize; i++) {
      k[token * headSize + i] = keyOf(from + token, i)
      v[(token - (token % 64)) * headSize + i * 64 + (token % 64)] = valueOf(from + token, i)
    }
  }
}

function numbersOf(tensor: Tensor): Uint16Array {
  const numbers = new Uint16Array(elementCount(tensor.shape))
  backend.read(tensor, numbers)
  return numbers
}

/** Of all places, those past the tokens 0. */
const expected = {
  keys: Uint16Array.from({ length: places * headSize }, (_, at) => (at < tokens * headSize ? keyOf(Math.floor(at / headSize), at % headSize) : 0)),
  values: Uint16Array.from({ length: places * headSize }, (_, at) => (at % places < tokens ? valueOf(at % places, Math.floor(at / places)) : 0)),
}

/** One that has a device's memory beside the processor's has none beside it. */
const withoutBeside = (): Backend => {
  const [share, writeParts] = [backend.share.bind(backend), backend.writeParts.bind(backend)]
  return Object.assign(Object.create(backend) as Backend, { beside: () => undefined, share, writeParts })
}

describe.each([['beside what is computed', () => backend], ['on this thread', withoutBeside]])('the past of a KV head, moved %s', (_, by) => {
  it('comes into its room, and no other', async () => {
    const rooms = new HeadRooms(backend, headSize, places, 2)
    const loader = new HeadLoader(by(), headSize, atOnce, 2)
    const reads: [number, number][] = []
    await loader.bring(rooms.room(1), tokens, async (from, to, into) => {
      reads.push([from, to])
      // The first ends last.
      for (let turn = from; turn < tokens; turn++) await new Promise(setImmediate)
      fill(from, to, into)
    })
    expect(reads).toEqual([[0, 128], [128, 256], [256, 320]])
    const [none, room] = [rooms.room(0).layer, rooms.room(1).layer]
    expect(numbersOf(room.keys)).toEqual(expected.keys)
    expect(numbersOf(room.values)).toEqual(expected.values)
    expect([...numbersOf(none.keys), ...numbersOf(none.values)].every((number) => number === 0)).toBe(true)
    expect(() => rooms.room(2)).toThrow(new RangeError('There is no room 2.'))
    expect(rooms.bytes).toBe(2 * 2 * places * headSize * 2)
    loader.free()
    rooms.free()
  })
})

it('ends with what reading throws, and for who asks, and brings others afterwards', async () => {
  const rooms = new HeadRooms(backend, headSize, places, 1)
  const loader = new HeadLoader(backend, headSize, atOnce, 2)
  await expect(loader.bring(rooms.room(0), tokens, () => Promise.reject(new Error('the disk went away')))).rejects.toThrow('the disk went away')
  await expect(loader.bring(rooms.room(0), tokens, async () => undefined, AbortSignal.abort(new Error('enough')))).rejects.toThrow('enough')
  await loader.bring(rooms.room(0), tokens, async (from, to, into) => fill(from, to, into))
  expect(numbersOf(rooms.room(0).layer.values)).toEqual(expected.values)
  loader.free()
  rooms.free()
})
