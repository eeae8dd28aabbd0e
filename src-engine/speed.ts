/**
 * How fast a model reads here, from a few layers of two chunks: one at the start of a text and one deep in it. What a chunk costs grows with
 * the tokens before it, and the layers of a model cost much the same, so that a few seconds tell how long a whole book takes.
 */
import type { Engine, Session } from './engine'
import type { ReadingSpeed } from './protocol'
import { prefillChunk } from './protocol'

/** Where the second chunk ends, tokens, if the model has room for so many. */
const depth = 8_192
/** Layers that are timed, besides the last, which need not compute all. */
const layersTimed = 6

/** @throws RangeError without memory; the reason of `signal` */
export async function measureSpeed(engine: Engine, residentBytes: () => number, signal?: AbortSignal): Promise<ReadingSpeed> {
  const memoryBytes = residentBytes() - engine.kvBytes
  const contextMax = Math.min(depth, engine.shape.contextMax)
  const session = engine.open({ contextMax })
  try {
    const chunkTokens = Math.min(prefillChunk, Math.floor(contextMax / 2))
    const start = await timeChunk(session, engine.shape.layers, { start: 0, count: chunkTokens }, signal)
    const deep = await timeChunk(session, engine.shape.layers, { start: contextMax - chunkTokens, count: chunkTokens }, signal)
    return { ...speedFrom(chunkTokens, contextMax, { start, deep }), kvBytesPerToken: engine.kvBytesPerToken, memoryBytes }
  } finally {
    session.close()
  }
}

async function timeChunk(session: Session, layers: number, stretch: { readonly start: number; readonly count: number }, signal?: AbortSignal): Promise<number> {
  const last = layers - 1
  const [ofLast = 0, ...ofOthers] = await session.time(stretch, [last, ...spread(last, layersTimed)], signal)
  return chunkMilliseconds(layers, ofLast, ofOthers)
}

/** The median stands for all layers but the last: one in which the computer slept, or did something else, says nothing of the model. */
export function chunkMilliseconds(layers: number, ofLast: number, ofOthers: readonly number[]): number {
  const sorted = [...ofOthers].sort((a, b) => a - b)
  const middle = sorted.length / 2
  const median = ((sorted[Math.ceil(middle) - 1] ?? 0) + (sorted[Math.floor(middle)] ?? 0)) / 2
  return median * (layers - 1) + ofLast
}

/** At most `most` of the numbers below `count`, evenly spread. */
export function spread(count: number, most: number): readonly number[] {
  const taken = Math.min(count, most)
  return Array.from({ length: taken }, (_, i) => Math.floor((i * count) / taken))
}

/** From the milliseconds of a chunk that ends at its own length and of one that ends at `depthTokens`. */
export function speedFrom(chunkTokens: number, depthTokens: number, chunk: { readonly start: number; readonly deep: number }): Pick<ReadingSpeed, 'chunkTokens' | 'chunkMilliseconds' | 'depthMilliseconds'> {
  const further = depthTokens - chunkTokens
  const depthMilliseconds = further === 0 ? 0 : Math.max(0, (chunk.deep - chunk.start) / further)
  return { chunkTokens, chunkMilliseconds: Math.max(0, chunk.start - depthMilliseconds * chunkTokens), depthMilliseconds }
}
