import { afterAll, describe, expect, it } from 'vitest'
import { attend, attendEach } from '../../../src-engine/attention/exact'
import { causalMask } from '../../../src-engine/attention/resident'
import { openBackend } from '../../../src-engine/ggml/backend'
import { loadKernels } from '../../../src-engine/ggml/libraries/kernels'
import { dataType, tensorBytes, type Shape, type Tensor } from '../../../src-engine/ggml/tensor'
import { BlockRooms } from '../../../src-engine/kv/block-rooms'
import { openHeadRooms, type HeadRooms } from '../../../src-engine/kv/head-rooms'
import type { ValueRows } from '../../../src-engine/kv/layer'
import { RowRooms } from '../../../src-engine/kv/row-rooms'
import type { BlockBytes } from '../../../src-engine/reading/block-bytes'
import { seededRandom } from '../../support/seeded-random'

const [headSize, heads, past, tail, window] = [32, 4, 320, 70, 448]
const tailCapacity = 192

const random = seededRandom(11)
/** Of both signs, from 0.25 to 2. */
const half = (): number => (random() < 0.5 ? 0x8000 : 0) + 0x3400 + Math.floor(random() * 0xc00)
/** Of all places of the window. */
const keys = Uint16Array.from({ length: window * headSize }, half)
const valueRows = Uint16Array.from({ length: headSize * window }, half)

const keyAt = (place: number, i: number): number => keys[place * headSize + i] ?? 0
const valueAt = (place: number, i: number): number => valueRows[i * window + place] ?? 0
const numbersIn = (bytes: Uint8Array): Uint16Array => new Uint16Array(bytes.buffer, bytes.byteOffset, bytes.length / 2)

/** Fills what is read into with blocks, `[K | V]` together or each by itself. */
async function readHead(from: number, to: number, into: BlockBytes): Promise<void> {
  const blockBytes = 64 * headSize * 2
  for (let block = 0; block < (to - from) / 64; block++) {
    const parts = into instanceof Uint8Array
      ? { k: into.subarray(2 * block * blockBytes), v: into.subarray((2 * block + 1) * blockBytes) }
      : { k: into.keys.subarray(block * blockBytes), v: into.values.subarray(block * blockBytes) }
    const [k, v] = [numbersIn(parts.k), numbersIn(parts.v)]
    for (let token = 0; token < 64; token++) {
      for (let i = 0; i < headSize; i++) {
        k[token * headSize + i] = keyAt(from + block * 64 + token, i)
        v[i * 64 + token] = valueAt(from + block * 64 + token, i)
      }
    }
  }
}

const kernels = loadKernels()

describe.each([
  ['read where they are attended', kernels?.lanes ?? 0, kernels === undefined ? RowRooms : BlockRooms], ['moved, as there are no kernels', 0, RowRooms],
] as const)('rooms of KV heads, their keys and values %s', (_, lanesMax, kind) => {
  const backend = openBackend({ threadsMax: 2, lanesMax })
  afterAll(() => backend.free())

  const sizes = { headSize, places: window, count: 2, tokensAtOnce: 128, lanes: 2 }
  const withRooms = async (use: (rooms: HeadRooms) => Promise<void>): Promise<void> => {
    const rooms = openHeadRooms(backend, sizes, 'fastest')
    try {
      await use(rooms)
    } finally {
      rooms.free()
    }
  }

  it.each<readonly ['each' | 'chunk', number, ValueRows]>([
    ['each', 1, 'by number'], ['each', 3, 'by number'], ['chunk', 3, 'by number'], ['chunk', 70, 'by number'], ['each', 1, 'by token'],
  ])('find the bits that are found in memory (%s of %i tokens, the tail %s)', (tokensAre, tokens, rows) => withRooms(async (rooms) => {
    const plan = (type: number, ...shape: Shape): { readonly type: number; readonly shape: Shape } => ({ type, shape })
    const byNumber = plan(dataType.f16, tailCapacity, headSize, 2, 1)
    const byToken = plan(dataType.f16, headSize, tailCapacity, 2, 1)
    const store = backend.store([
      plan(dataType.f16, headSize, window, 1, 1), plan(dataType.f16, window, headSize, 1, 1), byToken, rows === 'by number' ? byNumber : byToken,
      plan(dataType.f32, headSize, heads, tokens, 1), plan(dataType.f16, window, tokens, 1, 1),
    ])
    const [allKeys, allValues, tailKeys, tailValues, queries, mask] = store.tensors as readonly [Tensor, Tensor, Tensor, Tensor, Tensor, Tensor]
    backend.write(allKeys, keys)
    backend.write(allValues, valueRows)
    // Of two heads the second is the one that is looked at.
    const [k, v] = [new Uint16Array(2 * tailCapacity * headSize), new Uint16Array(2 * tailCapacity * headSize)]
    for (let token = 0; token < tail; token++) {
      for (let i = 0; i < headSize; i++) {
        k[(tailCapacity + token) * headSize + i] = keyAt(past + token, i)
        v[rows === 'by token' ? (tailCapacity + token) * headSize + i : (headSize + i) * tailCapacity + token] = valueAt(past + token, i)
      }
    }
    backend.write(tailKeys, k)
    backend.write(tailValues, v)
    backend.write(queries, Float32Array.from({ length: headSize * heads * tokens }, () => random() - 0.5))
    backend.write(mask, causalMask(window, past + tail - tokens, tokens))

    const room = rooms.room(1)
    await room.bring(past, readHead)
    const graph = backend.graph(64)
    const workspace = backend.workspace()
    const options = { way: 'fastest', threads: 2 } as const
    room.bringTail(graph, { layer: { keys: tailKeys, values: tailValues, valueRows: rows }, head: 1, tokens: { past, tail } })
    const found = room.attend(graph, queries, { window, mask, tokensAre, options })
    const wanted = (tokensAre === 'each' ? attendEach : attend)(graph, queries, { keys: allKeys, values: allValues, valueRows: 'by number' }, mask, options)
    const ownKeys = graph.dense(room.keys(graph, window))
    for (const each of [found, wanted, ownKeys]) graph.output(each)
    workspace.place(graph)
    await backend.run(graph)
    const [a, b] = [found, wanted].map((each) => {
      const numbers = new Float32Array(tensorBytes(each) / 4)
      backend.read(each, numbers)
      return numbers
    })
    expect(a).toEqual(b)
    const read = new Uint16Array(window * headSize)
    backend.read(ownKeys, read)
    expect(read.subarray(0, (past + tail) * headSize)).toEqual(keys.subarray(0, (past + tail) * headSize))
    graph.free()
    workspace.free()
    store.free()
  }))

  it('take what was said, hold no more rooms, and go on after a read that failed', () => withRooms(async (rooms) => {
    expect(rooms).toBeInstanceOf(kind)
    expect(rooms.bytes).toBe(2 * 2 * window * headSize * 2)
    expect(() => rooms.room(2)).toThrow(new RangeError('There is no room 2.'))
    await expect(rooms.room(0).bring(past, () => Promise.reject(new Error('the disk went away')))).rejects.toThrow('the disk went away')
    await expect(rooms.room(0).bring(past, async () => undefined, AbortSignal.abort(new Error('enough')))).rejects.toThrow('enough')
    const reads: [number, number][] = []
    await rooms.room(0).bring(past, async (from, to, into) => {
      reads.push([from, to])
      await readHead(from, to, into)
    })
    expect(reads).toEqual([[0, 128], [128, 256], [256, 320]])
  }))
})

it('rooms are rows for one product for each query head, as for comparing bits, and for heads that are too large', () => {
  const backend = openBackend({ threadsMax: 1 })
  const sizes = { headSize, places: 64, count: 1, tokensAtOnce: 64, lanes: 2 }
  for (const rooms of [openHeadRooms(backend, sizes, 'plain'), openHeadRooms(backend, { ...sizes, headSize: 256 }, 'fastest')]) {
    expect(rooms).toBeInstanceOf(RowRooms)
    rooms.free()
  }
  backend.free()
})
