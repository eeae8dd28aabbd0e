/** The ways of choosing blocks that are compared; all of them look at equally many. */
import type { Backend } from '../../src-engine/ggml/backend'
import { dataType } from '../../src-engine/ggml/tensor'
import type { KvShape } from '../../src-engine/kv/resident'
import type { KeptKv } from '../../src-engine/prefill/kept'
import { halves, keyClusters, type SummaryForm } from '../../src-engine/retrieval/key-clusters'
import type { BlockScorer } from '../../src-engine/retrieval/scorer'
import { Summaries } from '../../src-engine/retrieval/summaries'
import { SummaryScorer } from '../../src-engine/retrieval/summary-scorer'
import { seededRandom } from '../support/seeded-random'
import { MinMaxScorer } from './min-max'

/** `means-4` has as many numbers in memory as `retrieval`, `means-8` half, `q4` all keys in four bits; `oracle` knows the true masses. */
export const wayNames = ['retrieval', 'min-max', 'window', 'random', 'oracle', 'means-4', 'means-8', 'q4'] as const
export type Way = (typeof wayNames)[number]

/** Without those that only sum up keys in another way. */
export const usualWays: readonly Way[] = wayNames.slice(0, 5)

export interface Place {
  readonly backend: Backend
  readonly shape: KvShape
  /** Query heads. */
  readonly heads: number
  readonly blocks: number
  readonly behindMax: number
}

/** The means of so many keys and nothing else. */
const meansOf = (count: number): SummaryForm => ({
  rows: 64 / count,
  fill(keys, d, into, counts) {
    into.fill(0)
    counts.fill(count)
    for (let at = 0; at < keys.length; at++) {
      const i = Math.floor(at / (count * d)) * d + (at % d)
      into[i] = (into[i] ?? 0) + (halves[keys[at] ?? 0] ?? 0) / count
    }
  },
})
const means8 = meansOf(8)
const means4 = meansOf(4)

/** Every key: what is told of masses is the truth. */
const allKeys: SummaryForm = {
  rows: 64,
  fill(keys, _d, into, counts) {
    counts.fill(1)
    for (let at = 0; at < keys.length; at++) into[at] = halves[keys[at] ?? 0] ?? 0
  },
}

const allKeys4: SummaryForm = { ...allKeys }

/** What scorers know of a text is made once for each way. */
export class Ways {
  readonly #place: Place
  readonly #kept: KeptKv
  readonly #made = new Map<SummaryForm, Summaries>()

  constructor(place: Place, kept: KeptKv) {
    this.#place = place
    this.#kept = kept
  }

  async scorer(way: Way): Promise<BlockScorer> {
    switch (way) {
      case 'retrieval': return this.#summaryScorer(keyClusters)
      case 'means-8': return this.#summaryScorer(means8)
      case 'means-4': return this.#summaryScorer(means4)
      case 'q4': return this.#summaryScorer(allKeys4, dataType.q4_0)
      case 'oracle': return this.#summaryScorer(allKeys, dataType.f16)
      case 'min-max': return MinMaxScorer.make(this.#place, this.#kept)
      case 'window': return fixedScorer(this.#place, () => 0)
      case 'random': return fixedScorer(this.#place, seededRandom(7))
    }
  }

  free(): void {
    for (const summaries of this.#made.values()) summaries.free()
  }

  async #summaryScorer(form: SummaryForm, type?: number): Promise<BlockScorer> {
    const { backend, shape, heads, blocks, behindMax } = this.#place
    const summaries = this.#made.get(form) ?? new Summaries(backend, shape, blocks, form, type)
    if (!this.#made.has(form)) await summaries.fill(this.#kept)
    this.#made.set(form, summaries)
    return new SummaryScorer(backend, summaries, heads, behindMax)
  }
}

/** Looks at no key; of blocks with equal scores the last are taken. */
function fixedScorer({ heads, blocks }: Place, score: () => number): BlockScorer {
  return {
    begin: () => undefined,
    add: () => undefined,
    masses: () => Float32Array.from({ length: heads * blocks }, score),
    free: () => undefined,
  }
}
