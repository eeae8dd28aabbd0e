/** Keys and values of tokens that follow a text go from memory to where they are kept, and come back, layer by layer. */
import type { Backend } from '../ggml/backend'
import type { Stretch } from '../model/chunk'
import type { ModelShape } from '../model/shape'
import type { TailPlaces } from '../model/token-reader'
import { blockTokens, extentBytes } from './extent'
import { loadExtent, saveExtent } from './extent-copy'
import type { GrowingKv, KeptKv } from './kept'

/** What is kept of the tokens from `start` on, a multiple of 64; its own first token is that one. */
export interface KeptTail<Kept extends KeptKv = KeptKv> {
  readonly start: number
  readonly kept: Kept
}

/**
 * Puts kept tokens, of which the first is at a multiple of 64, into their places.
 * @throws what `kept` throws; the reason of `signal`; then some layers have them
 */
export async function loadTail(
  backend: Backend, shape: ModelShape, { start, kept }: KeptTail, stretch: Stretch, into: TailPlaces, signal?: AbortSignal,
): Promise<void> {
  const extent = extentOf(shape, stretch.count)
  for (let layer = 0; layer < shape.layers; layer++) {
    signal?.throwIfAborted()
    await kept.readLayer(layer, stretch.start - start, stretch.start - start + stretch.count, extent)
    loadExtent(backend, extent, into.layers.layer(layer), placed(stretch, into))
  }
}

/**
 * Keeps all of the tokens that are not kept yet, of which there are whole blocks. What fills no block is a segment of its own, so that the rest need not be
 * written again when more follows.
 * @throws what `kept` throws; what was committed before stays
 */
export async function saveTail(
  backend: Backend, shape: ModelShape, { start, kept }: KeptTail<GrowingKv>, tokens: readonly number[], from: TailPlaces,
): Promise<void> {
  const first = start + kept.tokens.length
  const whole = Math.floor((tokens.length - first) / blockTokens) * blockTokens
  for (const stretch of [{ start: first, count: whole }, { start: first + whole, count: tokens.length - first - whole }]) {
    if (stretch.count > 0) await saveStretch(backend, shape, kept, tokens, stretch, from)
  }
}

async function saveStretch(
  backend: Backend, shape: ModelShape, kept: GrowingKv, tokens: readonly number[], stretch: Stretch, from: TailPlaces,
): Promise<void> {
  const extent = extentOf(shape, stretch.count)
  const segment = await kept.begin(tokens.slice(stretch.start, stretch.start + stretch.count))
  try {
    for (let layer = 0; layer < shape.layers; layer++) {
      saveExtent(backend, from.layers.layer(layer), placed(stretch, from), extent)
      await segment.writeLayer(layer, extent)
    }
    await segment.commit()
  } catch (error) {
    await segment.abandon()
    throw error
  }
}

const extentOf = ({ kvHeads, headSize }: ModelShape, tokens: number): Uint8Array => new Uint8Array(extentBytes({ heads: kvHeads, headSize }, tokens))

function placed({ start, count }: Stretch, { first, place }: TailPlaces): Stretch {
  if (start < first) throw new RangeError(`Token ${start} is not in the tail, which begins at ${first}.`)
  return { start: place + start - first, count }
}
