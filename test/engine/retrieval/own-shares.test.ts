import { describe, expect, it } from 'vitest'
import { attendWithRest } from '../../../src-engine/attention/with-rest'
import { openBackend, type Backend } from '../../../src-engine/ggml/backend'
import { loadKernels } from '../../../src-engine/ggml/libraries/kernels'
import { dataType } from '../../../src-engine/ggml/tensor'
import type { KeptKv } from '../../../src-engine/prefill/kept'
import { unselectedMasses } from '../../../src-engine/retrieval/choice'
import { keyClusters, keyClustersIn } from '../../../src-engine/retrieval/key-clusters'
import { scoresItself } from '../../../src-engine/retrieval/own-shares'
import { Summaries } from '../../../src-engine/retrieval/summaries'
import { SummaryScorer } from '../../../src-engine/retrieval/summary-scorer'
import { seededRandom } from '../../support/seeded-random'

interface Case {
  readonly d: number
  readonly heads: number
  readonly kvHeads: number
  readonly blocks: number
  /** Places behind the text, and how many of them are seen. */
  readonly window: number
  readonly seen: number
  readonly unitTokens: 16 | 64
  /** How many times larger the keys of the blocks that are looked at are than all others, and than what is found in their place. */
  readonly times?: number
}

/** What is looked at: the first blocks of the text, and what is behind it. */
const nearBlocks = 2

interface Found {
  /** f32 [heads][blocks] */
  readonly masses: Float32Array
  /** f32 [heads][d] */
  readonly attended: Float32Array
}

/** Numbers in f16, of both signs, from 0.25 to 2. */
function halves(count: number, seed: number): Uint16Array {
  const random = seededRandom(seed)
  return Uint16Array.from({ length: count }, () => (random() < 0.5 ? 0x8000 : 0) + 0x3400 + Math.floor(random() * 0xc00))
}

/** A text of which each layer is the same random numbers. */
function textOf({ d, kvHeads, blocks, times = 1 }: Case): KeptKv {
  return {
    tokens: { length: blocks * 64 },
    async readLayer(_layer, from, to, into) {
      const numbers = new Uint16Array(into.buffer, into.byteOffset, into.byteLength / 2)
      numbers.set(halves((to - from) * 2 * d * kvHeads, from))
      const [block, ofHead] = [2 * 64 * d, ((to - from) / 64) * 2 * 64 * d]
      for (let head = 0; head < kvHeads && from === 0; head++) {
        for (let own = 0; own < nearBlocks; own++) {
          const keys = numbers.subarray(head * ofHead + own * block, head * ofHead + own * block + block / 2)
          keys.forEach((each, i) => (keys[i] = each + (Math.log2(times) << 10)))
        }
      }
    },
    readHead: () => Promise.reject(new Error('Heads are not read one by one.')),
    readBlocks: () => Promise.reject(new Error('Blocks are not read one by one.')),
  }
}

async function look(backend: Backend, own: Case): Promise<Found> {
  const { d, heads, kvHeads, blocks, window, seen, unitTokens } = own
  const near = nearBlocks * 64 + window
  const summaries = new Summaries(backend, { layers: 1, heads: kvHeads, headSize: d }, blocks, unitTokens === 64 ? keyClusters : keyClustersIn(unitTokens))
  await summaries.fill(textOf(own))
  const scorer = new SummaryScorer(backend, summaries, heads, window, unitTokens)
  const [queries, keys, values, mask] = backend.store([
    { type: dataType.f32, shape: [d, heads, 1, 1] }, { type: dataType.f16, shape: [d, near, kvHeads, 1] }, { type: dataType.f16, shape: [near, d, kvHeads, 1] },
    { type: dataType.f32, shape: [near, 1, 1, 1] },
  ]).tensors
  if (queries === undefined || keys === undefined || values === undefined || mask === undefined) throw new Error('A store lost a tensor.')
  const random = seededRandom(9)
  backend.write(queries, Float32Array.from({ length: d * heads }, () => (random() - 0.5) * 4))
  backend.write(keys, halves(d * near * kvHeads, 3))
  backend.write(values, halves(d * near * kvHeads, 4))
  backend.write(mask, new Float32Array(near).fill(-Infinity, nearBlocks * 64 + seen))
  const [first, second, workspace] = [backend.graph(96), backend.graph(96), backend.workspace()]
  scorer.begin(window, seen)
  const [, column, kvHead] = keys.strides
  scorer.add(first, 0, queries, first.view(keys, [d, window, kvHeads, 1], [column, kvHead, kvHead * kvHeads], nearBlocks * 64 * column))
  workspace.place(first)
  await backend.run(first)
  const masses = scorer.masses().slice()
  const all = (blocks * 64) / unitTokens
  const chosen = Array.from({ length: (nearBlocks * 64) / unitTokens }, (_, block) => block)
  scorer.rest.except(Array.from({ length: kvHeads }, () => chosen), unselectedMasses(masses, all, chosen))
  const result = attendWithRest(second, queries, { keys, values, valueRows: 'by number' }, mask, scorer.rest.of(second, 0), { way: 'fastest' })
  second.output(result)
  workspace.place(second)
  await backend.run(second)
  const attended = new Float32Array(d * heads)
  backend.read(result, attended)
  for (const each of [first, second, workspace, scorer, summaries]) each.free()
  return { masses, attended }
}

const worst = (a: Float32Array, b: Float32Array): number => a.reduce((most, each, i) => Math.max(most, Math.abs(each - (b[i] ?? Number.NaN))), 0)

const widths = [16, 8, 4].filter((lanes) => loadKernels(lanes)?.lanes === lanes)

describe.each(widths)("what heads give to summaries by Longleaf's own kernels, with vectors of %i numbers", (lanesMax) => {
  it.each<readonly [string, Case]>([
    ["GLM's heads", { d: 128, heads: 32, kvHeads: 2, blocks: 23, window: 64, seen: 30, unitTokens: 64 }],
    ["the 1M variant's, with a long window", { d: 128, heads: 32, kvHeads: 4, blocks: 12, window: 640, seen: 600, unitTokens: 64 }],
    ["Qwen's heads", { d: 64, heads: 14, kvHeads: 2, blocks: 45, window: 128, seen: 65, unitTokens: 64 }],
    ["Qwen's heads in blocks of 16", { d: 64, heads: 14, kvHeads: 2, blocks: 13, window: 64, seen: 1, unitTokens: 16 }],
    ['more heads than are taken together', { d: 32, heads: 24, kvHeads: 1, blocks: 20, window: 64, seen: 64, unitTokens: 64 }],
  ])("of %s is what ggml's operations say, and so is what is found with it", async (_, own) => {
    const [ours, ggmls] = [openBackend({ threadsMax: 3, lanesMax }), openBackend({ threadsMax: 2, lanesMax: 0 })]
    const [found, wanted] = [await look(ours, own), await look(ggmls, own)]
    const all = wanted.masses.reduce((sum, each) => sum + each, 0)
    expect(all).toBeGreaterThan(own.heads / 4)
    // ggml rounds queries to 8 bits where keys have 8.
    expect(worst(found.masses, wanted.masses)).toBeLessThan(4e-3)
    expect(found.masses.reduce((sum, each) => sum + each, 0) / all).toBeCloseTo(1, 2)
    expect(worst(found.attended, wanted.attended)).toBeLessThan(8e-3)
    ours.free()
    ggmls.free()
  })

  it('leave what is looked at as it is where all that is passed over weighs nothing beside it, and their estimate is far from true', async () => {
    const own = { d: 128, heads: 32, kvHeads: 2, blocks: 23, window: 64, seen: 30, unitTokens: 64, times: 64 } as const
    const [ours, ggmls] = [openBackend({ threadsMax: 3, lanesMax }), openBackend({ threadsMax: 2, lanesMax: 0 })]
    const [found, wanted] = [await look(ours, own), await look(ggmls, own)]
    for (let head = 0; head < own.heads; head++) {
      const masses = found.masses.subarray(head * own.blocks, (head + 1) * own.blocks)
      expect(masses.reduce((sum, each) => sum + each, 0)).toBeCloseTo(1, 5)
      expect(masses.subarray(nearBlocks).every((each) => each === 0)).toBe(true)
    }
    expect(worst(found.attended, wanted.attended)).toBeLessThan(8e-3)
    ours.free()
    ggmls.free()
  })
})

it('they do not take keys of other types, heads that are too long, and anything where there are none', () => {
  const scores = (lanesMax: number, type: number, d: number): boolean => {
    const backend = openBackend({ threadsMax: 1, lanesMax })
    const graph = backend.graph(2)
    const can = scoresItself(graph, graph.input(type, d, 96, 2))
    graph.free()
    backend.free()
    return can
  }
  const widest = widths[0] ?? 0
  expect(scores(widest, dataType.q8_0, 64)).toBe(widest > 0)
  expect(scores(0, dataType.q8_0, 64)).toBe(false)
  expect(scores(widest, dataType.f16, 64)).toBe(false)
  expect(scores(widest, dataType.q8_0, 160)).toBe(false)
})
