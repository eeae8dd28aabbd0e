import { closeSync, ftruncateSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { attendByPlaces, attendInFile, type KvInBlocks } from '../../../src-engine/attention/own'
import { causalMask } from '../../../src-engine/attention/resident'
import { openBackend, type Backend } from '../../../src-engine/ggml/backend'
import { loadKernels } from '../../../src-engine/ggml/libraries/kernels'
import { dataType, type Shape, type Tensor } from '../../../src-engine/ggml/tensor'
import { halves } from '../../../src-engine/half'
import { blocksOf, glm, numbersOf, qwen, viewBlocks, type AttentionCase } from '../../support/attention-case'

const folder = mkdtempSync(join(tmpdir(), 'longleaf-own-file-'))
const file = openSync(join(folder, 'blocks'), 'w+')
afterAll(() => {
  closeSync(file)
  rmSync(folder, { recursive: true })
})

const block = 64

interface FileCase extends AttentionCase {
  /** Blocks that lie in the file together, one run after the other. */
  readonly runs: readonly number[]
  readonly maskType?: typeof dataType.f16 | typeof dataType.f32
}

/** Writes the first blocks of each head, runs apart from one another; gives rows as `file-blocks.h` has them. */
function written({ d, kvHeads, n, runs }: FileCase, blocks: Uint16Array): BigInt64Array {
  const bytes = new Uint8Array(blocks.buffer)
  const blockBytes = 4 * block * d
  const past = runs.reduce((sum, count) => sum + count, 0)
  let offset = 13
  const rows = Array.from({ length: kvHeads }, (_, head) => {
    let at = 0
    const places = runs.flatMap((count) => {
      const first = offset
      writeSync(file, bytes, (head * (n / block) + at) * blockBytes, count * blockBytes, first)
      at += count
      offset += count * blockBytes + 4_096
      return [at, first]
    })
    return [file, 0, past, ...places]
  })
  return BigInt64Array.from(rows.flat(), BigInt)
}

interface Found {
  readonly inFile: Float32Array
  readonly inMemory: Float32Array
  /** Of each head. */
  readonly failed: readonly bigint[]
}

async function found(backend: Backend, shape: FileCase, spoil: () => void = () => undefined): Promise<Found> {
  const { d, heads, kvHeads, tokens, n, start, runs, maskType = dataType.f16 } = shape
  const numbers = numbersOf(shape)
  const all = blocksOf(shape, block, numbers)
  const rows = written(shape, all)
  spoil()
  const plan = (type: number, ...sizes: Shape): { readonly type: number; readonly shape: Shape } => ({ type, shape: sizes })
  const store = backend.store([plan(dataType.f32, d, heads, tokens, 1), plan(maskType, n, tokens, 1, 1), plan(dataType.f16, d, 2 * n * kvHeads, 1, 1)])
  const past = backend.share(rows.byteLength, rows.byteLength / kvHeads / 2)
  const parts = backend.share(backend.threadsMax * 4 * 512 * d)
  const graph = backend.graph(24)
  const workspace = backend.workspace()
  try {
    const [q, mask, blocks] = store.tensors as readonly [Tensor, Tensor, Tensor]
    backend.write(q, numbers.queries)
    const seen = causalMask(n, start, tokens)
    backend.write(mask, maskType === dataType.f16 ? seen : Float32Array.from(seen, (each) => halves[each] ?? 0))
    backend.write(blocks, all)
    past.bytes.set(new Uint8Array(rows.buffer))
    const kv = viewBlocks(graph, blocks, shape, block)
    const first = runs.reduce((sum, count) => sum + count, 0)
    const behind = (x: Tensor): Tensor => graph.slice(x, 2, { first, count: n / block - first })
    const tail: KvInBlocks = { keys: behind(kv.keys), values: behind(kv.values) }
    const results = [attendInFile(graph, q, { past: past.tensor, parts: parts.tensor, tail }, mask), attendByPlaces(graph, q, kv, mask)]
    for (const result of results) graph.output(result)
    workspace.place(graph)
    await backend.run(graph)
    const [inFile, inMemory] = results.map((result) => {
      const each = new Float32Array(d * heads * tokens)
      backend.read(result, each)
      return each
    }) as [Float32Array, Float32Array]
    const after = new BigInt64Array(past.bytes.buffer, past.bytes.byteOffset, rows.length)
    return { inFile, inMemory, failed: Array.from({ length: kvHeads }, (_, head) => after[(head * rows.length) / kvHeads + 1] ?? 0n) }
  } finally {
    graph.free()
    workspace.free()
    store.free()
    past.free()
    parts.free()
  }
}

/** All that this processor has and that read files. */
const widths = [16, 8, 4].filter((lanes) => loadKernels(lanes)?.lanes === lanes && loadKernels(lanes)?.readFiles === true)

describe.each(widths)('what lies in a file, attended with vectors of %i numbers', (lanesMax) => {
  const large = { ...glm, n: 1_664, start: 1_600 }

  it.each<readonly [string, FileCase]>([
    ['a token of GLM’s, its past in runs that end inside of parts', { ...large, runs: [3, 9, 1, 11] }], ['a past that fills parts', { ...large, runs: [8, 16] }],
    ['a past of one block', { ...large, runs: [1] }], ['nothing but the past, and one block', { ...large, runs: [25] }],
    ['a token of Qwen’s, its mask in f32', { ...qwen, runs: [4, 3], maskType: dataType.f32 }], ['some tokens of Qwen’s', { ...qwen, tokens: 5, start: 560, runs: [2, 5] }],
    ['a token of heads that share nothing', { ...qwen, heads: 3, kvHeads: 3, runs: [7] }], ['heads of 16 numbers', { ...qwen, d: 16, runs: [1, 6] }],
  ])('has the bits of what is in memory: %s', async (_, shape) => {
    for (const threadsMax of [1, 2, 5]) {
      const backend = openBackend({ threadsMax, lanesMax })
      const { inFile, inMemory, failed } = await found(backend, shape)
      expect(failed).toEqual(Array.from({ length: shape.kvHeads }, () => 0n))
      expect(inFile).toEqual(inMemory)
      backend.free()
    }
  })

  it('says for each head whether the file gave it', async () => {
    const backend = openBackend({ threadsMax: 2, lanesMax })
    const shape = { ...large, runs: [3, 9, 1, 11] }
    const ofAHead = 24 * 4 * block * large.d
    // The second head’s last blocks are missing.
    expect((await found(backend, shape, () => ftruncateSync(file, 2 * ofAHead))).failed).toEqual([0n, -1n])
    expect((await found(backend, shape, () => ftruncateSync(file, 0))).failed).toEqual([-1n, -1n])
    backend.free()
  })
})
