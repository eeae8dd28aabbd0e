import { describe, expect, it } from 'vitest'
import { attendByPlaces, attendByTokens, canAttend, inOneBlock } from '../../../src-engine/attention/own'
import { causalMask } from '../../../src-engine/attention/resident'
import { openBackend, type Backend } from '../../../src-engine/ggml/backend'
import { dataType, type Shape, type Tensor } from '../../../src-engine/ggml/tensor'
import { loadKernels } from '../../../src-engine/ggml/libraries/kernels'
import { halves } from '../../../src-engine/half'
import { blocksOf, byDefinition, glm, numbersOf, qwen, viewBlocks, type AttentionCase, type Numbers } from '../../support/attention-case'

type Way = typeof attendByPlaces

interface Run extends AttentionCase {
  readonly way: Way
  readonly maskType?: typeof dataType.f16 | typeof dataType.f32
  /** Places of a block; by default all are one. */
  readonly block?: number
}

async function found(backend: Backend, { way, maskType = dataType.f16, block, ...shape }: Run, numbers: Numbers): Promise<Float32Array> {
  const { d, heads, kvHeads, tokens, n, start } = shape
  const { queries, keys, values } = numbers
  const plan = (type: number, ...sizes: Shape): { readonly type: number; readonly shape: Shape } => ({ type, shape: sizes })
  const store = backend.store([
    plan(dataType.f32, d, heads, tokens, 1), plan(dataType.f16, d, n, kvHeads, 1), plan(dataType.f16, n, d, kvHeads, 1), plan(maskType, n, tokens, 1, 1),
    plan(dataType.f16, d, 2 * n * kvHeads, 1, 1),
  ])
  const workspace = backend.workspace()
  const graph = backend.graph(16)
  try {
    const [q, k, v, mask, blocks] = store.tensors as readonly [Tensor, Tensor, Tensor, Tensor, Tensor]
    const window = { keys: k, values: v, valueRows: 'by number' } as const
    expect(canAttend(graph, window)).toBe(true)
    backend.write(q, queries)
    backend.write(k, keys)
    backend.write(v, values)
    const seen = causalMask(n, start, tokens)
    backend.write(mask, maskType === dataType.f16 ? seen : Float32Array.from(seen, (each) => halves[each] ?? 0))
    if (block !== undefined) backend.write(blocks, blocksOf(shape, block, numbers))
    const result = way(graph, q, block === undefined ? inOneBlock(graph, window) : viewBlocks(graph, blocks, shape, block), mask)
    graph.output(result)
    workspace.place(graph)
    await backend.run(graph)
    const all = new Float32Array(d * heads * tokens)
    backend.read(result, all)
    return all
  } finally {
    graph.free()
    workspace.free()
    store.free()
  }
}

const farthest = (a: Float32Array, b: Float64Array): number => a.reduce((most, value, i) => Math.max(most, Math.abs(value - (b[i] ?? Number.NaN))), 0)

/** All that this processor has. */
const widths = [16, 8, 4].filter((lanes) => loadKernels(lanes)?.lanes === lanes)

describe.each(widths)("Longleaf's own attention with vectors of %i numbers", (lanesMax) => {
  it.each<readonly [string, Run]>([
    ["a token of GLM's", { ...glm, way: attendByPlaces }], ["a token of Qwen's, its mask in f32", { ...qwen, way: attendByPlaces, maskType: dataType.f32 }],
    ['a few tokens', { ...qwen, tokens: 5, way: attendByPlaces }], ['a token of heads that share nothing', { ...qwen, heads: 3, kvHeads: 3, way: attendByPlaces }],
    ['a token that sees one place', { ...glm, start: 0, way: attendByPlaces }], ['a token early in a text', { ...qwen, d: 128, n: 32, start: 30, way: attendByPlaces }],
    ["a chunk of GLM's", { ...glm, tokens: 40, n: 592, start: 530, way: attendByTokens }], ["a chunk of Qwen's", { ...qwen, tokens: 100, start: 470, way: attendByTokens }],
    ['a chunk at the beginning, its mask in f32', { ...qwen, tokens: 64, start: 0, way: attendByTokens, maskType: dataType.f32 }],
    ['a chunk of small heads in threes', { d: 16, heads: 9, kvHeads: 3, tokens: 33, n: 64, start: 20, way: attendByTokens }],
  ])('%s finds what the definition says', async (_, run) => {
    const backend = openBackend({ threadsMax: 2, lanesMax })
    try {
      const numbers = numbersOf(run)
      expect(farthest(await found(backend, run, numbers), byDefinition(run, numbers))).toBeLessThan(3e-6)
    } finally {
      backend.free()
    }
  })

  it.each<readonly [string, Way]>([['places', attendByPlaces], ['tokens', attendByTokens]])('by %s gives a token the same bits in any company, with any number of threads', async (_, way) => {
    const [one, three] = [openBackend({ threadsMax: 1, lanesMax }), openBackend({ threadsMax: 3, lanesMax })]
    try {
      const run: Run = { ...qwen, tokens: 7, way }
      const numbers = numbersOf(run)
      const together = await found(three, run, numbers)
      expect(await found(one, run, numbers)).toEqual(together)
      const size = run.d * run.heads
      for (let token = 0; token < run.tokens; token++) {
        const own = { ...numbers, queries: numbers.queries.slice(token * size, (token + 1) * size) }
        expect(await found(three, { ...run, tokens: 1, start: run.start + token }, own)).toEqual(together.slice(token * size, (token + 1) * size))
      }
    } finally {
      one.free()
      three.free()
    }
  })

  it.each<readonly [string, Run, number]>([
    ["a token of GLM's over blocks of 64", { ...glm, way: attendByPlaces }, 64], ["a token of Qwen's over those of 32", { ...qwen, way: attendByPlaces }, 32],
    ['a chunk over blocks of 64', { ...qwen, tokens: 100, start: 470, way: attendByTokens }, 64], ["a chunk of GLM's over those of 16", { ...glm, tokens: 40, way: attendByTokens }, 16],
  ])('%s finds the bits that it does where all lie in one', async (_, run, block) => {
    const backend = openBackend({ threadsMax: 2, lanesMax })
    try {
      const numbers = numbersOf(run)
      expect(await found(backend, { ...run, block }, numbers)).toEqual(await found(backend, run, numbers))
    } finally {
      backend.free()
    }
  })

  it.each<readonly [string, Way]>([['places', attendByPlaces], ['tokens', attendByTokens]])('by %s, scores of thousands leave the highest alone, as the definition does', async (_, way) => {
    const backend = openBackend({ threadsMax: 2, lanesMax })
    try {
      const run: Run = { ...glm, tokens: 3, way }
      const numbers = numbersOf(run, 4000)
      expect(farthest(await found(backend, run, numbers), byDefinition(run, numbers))).toBeLessThan(3e-4)
    } finally {
      backend.free()
    }
  })
})

describe('what the kernels do not take', () => {
  const shapes = { keys: [64, 64, 2, 1], values: [64, 64, 2, 1] } as const
  const windowIn = (backend: Backend, { keys, values }: { readonly keys: Shape; readonly values: Shape }, type: number): boolean => {
    const graph = backend.graph(4)
    const can = canAttend(graph, { keys: graph.input(type, ...keys), values: graph.input(type, ...values), valueRows: 'by number' })
    graph.free()
    return can
  }

  it('is f32, heads and windows that are no whole vectors, and everything where there are none', () => {
    const backend = openBackend({ threadsMax: 1, lanesMax: widths[0] ?? 0 })
    const without = openBackend({ threadsMax: 1, lanesMax: 0 })
    expect(windowIn(backend, shapes, dataType.f16)).toBe(widths.length > 0)
    expect(windowIn(without, shapes, dataType.f16)).toBe(false)
    expect(windowIn(backend, shapes, dataType.f32)).toBe(false)
    expect(windowIn(backend, { keys: [24, 64, 2, 1], values: [64, 24, 2, 1] }, dataType.f16)).toBe(false)
    expect(windowIn(backend, { keys: [64, 72, 2, 1], values: [72, 64, 2, 1] }, dataType.f16)).toBe(false)
    backend.free()
    without.free()
  })
})
