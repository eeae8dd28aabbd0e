/** How far a prefill is, and how long it still takes. */
import type { Stretch } from '../model/chunk'
import { LayerCost } from './layer-cost'

export interface PrefillProgress {
  /** Tokens through all layers; of the super-chunk under way, by the work that is done on it. */
  readonly tokensDone: number
  readonly tokensTotal: number
  readonly millisecondsLeft: number
}

export interface CoursePlan {
  readonly layers: number
  readonly tokensTotal: number
  /** See `attentionShare`. */
  readonly attentionShare: number
}

/** Of late means so long, or this part of what is left if that is more: what was measured that long ago counts 1/e of what is measured now. */
const lately = { millisecondsMin: 60_000, part: 0.05 } as const
/** What takes so many times as long as foreseen tells of the computer, not of depth. */
const strayTimes = 1.5
/** What is told follows what is reckoned with a delay: a part of the time gone by, and at most so long. */
const delay = { part: 0.25, millisecondsMax: 30_000 } as const
/** What takes so long, and so many times as long as foreseen, was not computing: the computer slept, or the process was stopped. */
const sleep = { milliseconds: 30_000, times: 10 } as const
/** So much counts as measured just as foreseen at first. */
const steadyMilliseconds = 20_000

export class PrefillCourse {
  readonly #plan: CoursePlan
  readonly #cost: LayerCost
  #superChunk: Stretch = { start: 0, count: 0 }
  /** The layer under way, and up to where. */
  #layer = 0
  #place = 0
  #tokensDone = 0
  /** The last layer computes keys and values alone, and costs the same everywhere. */
  #last = { tokens: 0, milliseconds: 0 }
  /** Not for computing, by the super-chunks that are kept. */
  #waited = { tokens: 0, milliseconds: 0 }
  // Of late: what layers took, and what the costs let foresee.
  #taken = steadyMilliseconds
  #foreseen = steadyMilliseconds
  /** Gone by so far. */
  #clock = 0
  /** Milliseconds left as told last. */
  #told = Infinity

  constructor(plan: CoursePlan) {
    this.#plan = plan
    this.#cost = new LayerCost(plan.attentionShare)
  }

  /** A super-chunk begins. */
  begin(superChunk: Stretch): void {
    this.#superChunk = superChunk
    this.#layer = 0
    this.#place = superChunk.start
    this.#tokensDone = superChunk.start
  }

  /** A layer was computed over a chunk of the super-chunk; all that come before were. */
  computed(layer: number, chunk: Stretch, milliseconds: number): PrefillProgress {
    this.#layer = layer
    this.#place = chunk.start + chunk.count
    const counted = awake(milliseconds, layer === this.#plan.layers - 1 ? mean(this.#last) * chunk.count : this.#cost.of(chunk))
    this.#measure(layer, chunk, counted)
    return this.#tell(counted)
  }

  /** So long the super-chunk was not computed: its past came, its layers went, it was committed. */
  waited(milliseconds: number): void {
    const { count } = this.#superChunk
    const counted = awake(milliseconds, mean(this.#waited) * count)
    this.#waited = { tokens: this.#waited.tokens + count, milliseconds: this.#waited.milliseconds + counted }
    this.#goBy(counted)
  }

  #goBy(milliseconds: number): void {
    this.#clock += milliseconds
    this.#told = Math.max(0, this.#told - milliseconds)
  }

  #measure(layer: number, chunk: Stretch, milliseconds: number): void {
    if (layer === this.#plan.layers - 1) {
      this.#last = { tokens: this.#last.tokens + chunk.count, milliseconds: this.#last.milliseconds + milliseconds }
      return
    }
    const foreseen = this.#cost.of(chunk)
    this.#cost.add(chunk, foreseen === 0 ? milliseconds : Math.min(milliseconds, strayTimes * foreseen))
    if (foreseen === 0) return
    const faded = Math.exp(-milliseconds / Math.max(lately.millisecondsMin, lately.part * this.#told))
    this.#taken = this.#taken * faded + milliseconds
    this.#foreseen = this.#foreseen * faded + foreseen
  }

  #tell(milliseconds: number): PrefillProgress {
    const { tokensTotal, layers } = this.#plan
    const { start, count } = this.#superChunk
    const [whole, left] = [this.#work(this.#superChunk, 0, start), this.#work(this.#superChunk, this.#layer, this.#place)]
    const isThrough = this.#layer === layers - 1 && this.#place === start + count
    const done = isThrough ? count : Math.floor(whole === 0 ? 0 : count * (1 - left / whole))
    this.#tokensDone = Math.max(this.#tokensDone, start + done)
    const after = { start: start + count, count: tokensTotal - start - count }
    const pace = this.#taken / this.#foreseen
    const reckoned = pace * (left + this.#work(after, 0, after.start)) + mean(this.#waited) * (tokensTotal - start)
    this.#goBy(milliseconds)
    const share = 1 - Math.exp(-milliseconds / Math.min(delay.part * this.#clock, delay.millisecondsMax))
    this.#told = this.#told === Infinity || this.#tokensDone === tokensTotal ? reckoned : this.#told + share * (reckoned - this.#told)
    return { tokensDone: this.#tokensDone, tokensTotal, millisecondsLeft: this.#told }
  }

  /** Milliseconds that a stretch takes from this place of this layer on. */
  #work({ start, count }: Stretch, layer: number, place: number): number {
    const last = this.#plan.layers - 1
    const end = start + count
    const lastEach = mean(this.#last)
    if (layer === last) return lastEach * (end - place)
    return this.#cost.of({ start: place, count: end - place }) + (last - layer - 1) * this.#cost.of({ start, count }) + lastEach * count
  }
}

/** Of the milliseconds that something took those that count. @param foreseen 0 before anything is known */
function awake(milliseconds: number, foreseen: number): number {
  return milliseconds > Math.max(sleep.milliseconds, sleep.times * foreseen) ? foreseen : milliseconds
}

/** Milliseconds for each token; 0 before there is any. */
function mean({ tokens, milliseconds }: { readonly tokens: number; readonly milliseconds: number }): number {
  return tokens === 0 ? 0 : milliseconds / tokens
}
