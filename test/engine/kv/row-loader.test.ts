import { afterAll, describe, expect, it } from 'vitest'
import { openBackend, type Backend } from '../../../src-engine/ggml/backend'
import { dataType, elementCount, type Tensor } from '../../../src-engine/ggml/tensor'
import { RowLoader, type RowPlaces } from '../../../src-engine/kv/row-loader'
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

interface Opened extends RowPlaces {
  free(): void
}

function openPlaces(): Opened {
  const store = backend.store([{ type: dataType.f16, shape: [places, headSize, 1, 1] }])
  const shared = backend.share(places * headSize * 2, headSize)
  const [values] = store.tensors
  if (values === undefined) throw new Error('A store lost its tensor.')
  backend.clear(store)
  return { layer: { keys: shared.tensor, values, valueRows: 'by number' }, keyBytes: shared.bytes, free: () => (store.free(), shared.free()) }
}

describe.each([['beside what is computed', () => backend], ['on this thread', withoutBeside]])('the past of a KV head, moved %s', (_, by) => {
  it('comes to its places, whichever of it is read first', async () => {
    const to = openPlaces()
    const loader = new RowLoader(by(), headSize, atOnce, 2)
    const reads: [number, number][] = []
    await loader.bring(to, tokens, async (from, end, into) => {
      reads.push([from, end])
      // The first ends last.
      for (let turn = from; turn < tokens; turn++) await new Promise(setImmediate)
      fill(from, end, into)
    })
    expect(reads).toEqual([[0, 128], [128, 256], [256, 320]])
    expect(numbersOf(to.layer.keys)).toEqual(expected.keys)
    expect(numbersOf(to.layer.values)).toEqual(expected.values)
    loader.free()
    to.free()
  })
})

it('ends with what reading throws, and for who asks, and brings others afterwards', async () => {
  const to = openPlaces()
  const loader = new RowLoader(backend, headSize, atOnce, 2)
  await expect(loader.bring(to, tokens, () => Promise.reject(new Error('the disk went away')))).rejects.toThrow('the disk went away')
  await expect(loader.bring(to, tokens, async () => undefined, AbortSignal.abort(new Error('enough')))).rejects.toThrow('enough')
  await loader.bring(to, tokens, async (from, end, into) => fill(from, end, into))
  expect(numbersOf(to.layer.values)).toEqual(expected.values)
  loader.free()
  to.free()
})
