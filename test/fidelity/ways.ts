/** The ways of choosing blocks that are compared; all of them look at equally many. */
import type { Backend } from '../../src-engine/ggml/backend'
import { dataType } from '../../src-engine/ggml/tensor'
import type { KvShape } from '../../src-engine/kv/layer'
import type { KeptKv } from '../../src-engine/prefill/kept'
import type { ChoiceTokens } from '../../src-engine/retrieval/budget'
import type { SummaryForm } from '../../src-engine/retrieval/block-parts'
import { keyClusters, keyClustersIn } from '../../src-engine/retrieval/key-clusters'
import type { BlockScorer } from '../../src-engine/retrieval/scorer'
import { Summaries } from '../../src-engine/retrieval/summaries'
import type { SummaryTypes } from '../../src-engine/retrieval/summary-layout'
import { SummaryScorer } from '../../src-engine/retrieval/summary-scorer'
import { seededRandom } from '../support/seeded-random'
import { MinMaxScorer } from './min-max'

/**
 * `dropping` and `oracle`, which knows the true masses, leave out what they pass over. `means-4` has as many rows as `retrieval`, `means-8` half,
 * `q4` all keys and values in four bits; `blocks-16` and `blocks-128` are `retrieval` with blocks of so many tokens.
 */
export const wayNames = ['retrieval', 'dropping', 'min-max', 'window', 'random', 'oracle', 'means-4', 'means-8', 'q4', 'blocks-16', 'blocks-128'] as const
export type Way = (typeof wayNames)[number]

/** Without those that only sum up keys in another way. */
export const usualWays: readonly Way[] = wayNames.slice(0, 6)

export interface Place {
  readonly backend: Backend
  readonly shape: KvShape
  /** Query heads. */
  readonly heads: number
  readonly blocks: number
  readonly behindMax: number
}

/** The means of so many keys and nothing else. */
const meansOf = (count: number): SummaryForm =>
  ({ rows: 64 / count, unitTokens: 64, part: () => Uint8Array.from({ length: 64 }, (_, token) => Math.floor(token / count)) })
const keyClusters16 = keyClustersIn(16)
const means8 = meansOf(8)
const means4 = meansOf(4)
/** Every key: what is told of masses is the truth. */
const allKeys = meansOf(1)
const allKeys4 = meansOf(1)

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
      case 'dropping': return dropping(await this.scorer('retrieval'))
      case 'means-8': return this.#summaryScorer(means8)
      case 'means-4': return this.#summaryScorer(means4)
      case 'q4': return this.#summaryScorer(allKeys4, { keys: dataType.q4_0, values: dataType.q4_0 })
      case 'blocks-16': return this.#summaryScorer(keyClusters16, undefined, 16)
      case 'blocks-128': return this.#summaryScorer(keyClusters, undefined, 128)
      case 'oracle': return dropping(await this.#summaryScorer(allKeys, { keys: dataType.f16, values: dataType.f16 }))
      case 'min-max': return MinMaxScorer.make(this.#place, this.#kept)
      case 'window': return fixedScorer(this.#place, () => 0)
      case 'random': return fixedScorer(this.#place, seededRandom(7))
    }
  }

  free(): void {
    for (const summaries of this.#made.values()) summaries.free()
  }

  async #summaryScorer(form: SummaryForm, types?: SummaryTypes, choiceTokens?: ChoiceTokens): Promise<BlockScorer> {
    const { backend, shape, heads, blocks, behindMax } = this.#place
    const summaries = this.#made.get(form) ?? new Summaries(backend, shape, blocks, form, types)
    if (!this.#made.has(form)) await summaries.fill(this.#kept)
    this.#made.set(form, summaries)
    return new SummaryScorer(backend, summaries, heads, behindMax, choiceTokens)
  }
}

/** The same choice, and what is not chosen counts for nothing. */
function dropping(scorer: BlockScorer): BlockScorer {
  return {
    choiceTokens: scorer.choiceTokens,
    begin: (...place) => scorer.begin(...place),
    add: (...place) => scorer.add(...place),
    masses: (layer) => scorer.masses(layer),
    free: () => scorer.free(),
  }
}

/** Looks at no key; of blocks with equal scores the last are taken. */
function fixedScorer({ heads, blocks }: Place, score: () => number): BlockScorer {
  return {
    choiceTokens: 64,
    begin: () => undefined,
    add: () => undefined,
    masses: () => Float32Array.from({ length: heads * blocks }, score),
    free: () => undefined,
  }
}
