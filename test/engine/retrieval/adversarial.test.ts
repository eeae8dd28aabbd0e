import { afterAll, describe, expect, it } from 'vitest'
import { openBackend } from '../../../src-engine/ggml/backend'
import { dataType } from '../../../src-engine/ggml/tensor'
import type { KeptKv } from '../../../src-engine/prefill/kept'
import { planChoice } from '../../../src-engine/retrieval/budget'
import { chooseBlocks, mostOfHeads, unselectedMasses } from '../../../src-engine/retrieval/choice'
import { Summaries } from '../../../src-engine/retrieval/summaries'
import { SummaryScorer } from '../../../src-engine/retrieval/summary-scorer'
import { halfOf } from '../../support/half-of'
import { seededRandom } from '../../support/seeded-random'

const backend = openBackend({ threadsMax: 1 })
afterAll(() => backend.free())

const d = 64
const blocks = 256
const shape = { layers: 1, heads: 1, headSize: d }
const budget = { textTokens: 64 * blocks, budgetTokens: 64 * 32, choiceTokens: 64 } as const

/** A text whose keys are these, as they are asked for. */
function textOf(key: (place: number) => ArrayLike<number>): KeptKv {
  return {
    tokens: { length: blocks * 64 },
    async readLayer(_layer, from, to, into) {
      const rows = new Uint16Array(into.buffer, into.byteOffset, into.byteLength / 2).fill(0)
      for (let place = from; place < to; place++) {
        const at = (128 * Math.floor((place - from) / 64) + (place % 64)) * d
        rows.set(Array.from(key(place), halfOf), at)
      }
    },
    readHead: () => Promise.reject(new Error('Heads are not read one by one.')),
    readBlocks: () => Promise.reject(new Error('Blocks are not read one by one.')),
  }
}

interface Seen {
  readonly chosen: readonly number[]
  /** As told. */
  readonly unselected: number
  /** As it is. */
  readonly truth: number
}

/** What a query sees of keys, and what it is told that it passes over; behind the text nothing weighs anything. */
async function look(key: (place: number) => ArrayLike<number>, query: Float32Array): Promise<Seen> {
  const summaries = new Summaries(backend, shape, blocks)
  await summaries.fill({ ...textOf(key) })
  const scorer = new SummaryScorer(backend, summaries, 1, 64)
  const [graph, workspace] = [backend.graph(64), backend.workspace()]
  const [queries, tail] = [graph.input(dataType.f32, d, 1, 1), graph.input(dataType.f16, d, 64, 1)]
  scorer.begin(64, 1)
  scorer.add(graph, 0, queries, tail)
  workspace.place(graph)
  backend.write(queries, query)
  backend.write(tail, new Uint16Array(64 * d))
  await backend.run(graph)
  const masses = scorer.masses()
  const chosen = chooseBlocks(mostOfHeads(masses, blocks), planChoice(budget, 0), { pinned: [], held: [] })
  const [told] = unselectedMasses(masses, blocks, chosen)
  const [truth] = unselectedMasses(trueMasses(key, query), blocks, chosen)
  graph.free()
  workspace.free()
  scorer.free()
  summaries.free()
  return { chosen, unselected: told ?? Number.NaN, truth: truth ?? Number.NaN }
}

function trueMasses(key: (place: number) => ArrayLike<number>, query: Float32Array): Float32Array {
  const product = (row: ArrayLike<number>): number => query.reduce((sum, value, i) => sum + value * (row[i] ?? 0), 0)
  const weights = Array.from({ length: blocks * 64 }, (_, place) => Math.exp(product(key(place)) / Math.sqrt(d)))
  const all = weights.reduce((sum, weight) => sum + weight, 1)
  return Float32Array.from({ length: blocks }, (_, block) => weights.slice(64 * block, 64 * block + 64).reduce((sum, weight) => sum + weight, 0) / all)
}

const axis = (i: number, size: number): Float32Array => new Float32Array(d).fill(size, i, i + 1)
/** Gives a weight of e^20. */
const strong = { key: 10, query: (20 * Math.sqrt(d)) / 10 } as const

describe('keys that are meant to mislead', () => {
  it('one unlike key among uniform ones is found, wherever it stands in its block', async () => {
    for (const place of [64 * 100, 64 * 100 + 15, 64 * 100 + 16, 64 * 100 + 41, 64 * 100 + 63]) {
      const { chosen, unselected, truth } = await look((at) => (at === place ? axis(0, strong.key) : axis(1, 3)), axis(0, strong.query))
      expect(chosen).toContain(100)
      expect(truth).toBeLessThan(1e-3)
      expect(unselected).toBeLessThan(1e-3)
    }
  })

  it('five keys beside one another that are unlike all others and each other are found, each by the query for it', async () => {
    const places = [1, 4, 7, 10, 13].map((offset) => 64 * 100 + 32 + offset)
    const key = (at: number): Float32Array => (places.includes(at) ? axis(2 + places.indexOf(at), strong.key) : axis(1, 3))
    for (const i of places.keys()) {
      const { chosen, unselected, truth } = await look(key, axis(2 + i, strong.query))
      expect(chosen).toContain(100)
      expect(truth).toBeLessThan(1e-3)
      expect(unselected).toBeLessThan(1e-3)
    }
  })

  it('sixteen of them, more than are told apart, are found by how widely they lie round their mean, and no mass that is passed over is told too small', async () => {
    const first = 64 * 100 + 32
    const key = (at: number): Float32Array => (at >= first && at < first + 16 ? axis(2 + at - first, strong.key) : axis(1, 3))
    for (const i of [0, 1, 7, 15]) {
      const { chosen, unselected, truth } = await look(key, axis(2 + i, strong.query))
      expect(chosen).toContain(100)
      expect(unselected).toBeGreaterThan(truth - 1e-4)
    }
  })

  it('flat attention, as of counting, passes over what is not in the budget, and that is told', async () => {
    const { unselected, truth } = await look(() => axis(1, 3), axis(0, strong.query))
    expect(truth).toBeCloseTo(1 - 32 / 256, 2)
    expect(unselected).toBeCloseTo(truth, 3)
  })

  it('needles in more blocks than the budget has are passed over, and that is told', async () => {
    const isNeedle = (place: number): boolean => place % (4 * 64) === 70
    const { unselected, truth } = await look((place) => (isNeedle(place) ? axis(0, strong.key) : axis(1, 3)), axis(0, strong.query))
    expect(truth).toBeGreaterThan(0.5)
    expect(unselected).toBeCloseTo(truth, 1)
  })

  it('of random keys, most of the mass is told where it is not chosen', async () => {
    const random = seededRandom(11)
    const keys = Array.from({ length: blocks * 64 }, () => Float32Array.from({ length: d }, () => 4 * (random() + random() + random() - 1.5)))
    const { unselected, truth } = await look((place) => keys[place] ?? [], Float32Array.from({ length: d }, () => 2 * (random() - 0.5)))
    expect(truth).toBeGreaterThan(0.3)
    expect(unselected).toBeCloseTo(truth, 2)
  })
})
