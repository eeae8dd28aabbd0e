import type { ReadingSpeed } from '../../src-engine/protocol'
import type { Forecast, ForecastObstacle } from '../contract/forecast'
import type { ReadingCost } from '../contract/reading'
import { readingSeconds } from '../contract/reading-cost'

/** Keys and values grow by so many tokens at a time. */
const windowTokens = 64
/** Bytes of a mask for each token of a chunk and each that it looks back on. */
const maskBytes = 2
/** Of keys and values that do not fit memory, those of so many layers are there at a time. */
const layersAtOnce = 2
/** Of the room of 32 numbers of two bytes: as many of one and a scale. */
const halfShare = 34 / 64

export interface ForecastBasis {
  readonly model: string
  readonly tokens: number
  readonly contextMax: number
  /** Of the model. */
  readonly layers: number
  readonly speed: ReadingSpeed
  /** Memory of this computer, bytes. */
  readonly computerBytes: number
  /** Whether what is read is kept in half the room. */
  readonly half: boolean
}

export function forecastReading({ model, tokens, contextMax, layers, speed, computerBytes, half }: ForecastBasis): Forecast {
  const allBytes = readingMemory(tokens, speed, 1)
  const cost = costOf(speed, half)
  const mode = allBytes <= computerBytes ? 'resident' : 'streamed'
  const memoryBytes = mode === 'resident' ? allBytes : readingMemory(tokens, speed, layersAtOnce / Math.max(layersAtOnce, layers))
  return {
    model,
    tokens,
    seconds: readingSeconds(tokens, cost),
    memoryBytes,
    diskBytes: tokens * cost.diskBytesEach,
    mode,
    basis: 'measured',
    obstacle: obstacleTo({ tokens, contextMax, memoryBytes, computerBytes }),
  }
}

/** A chunk costs a fixed time and more for each token that it looks back on, itself included; the last may be shorter than the others. */
export const costOf = ({ chunkTokens, chunkMilliseconds, depthMilliseconds, kvBytesPerToken }: ReadingSpeed, half: boolean): ReadingCost => ({
  secondsEach: (chunkMilliseconds / chunkTokens + depthMilliseconds / 2) / 1_000,
  secondsSquare: depthMilliseconds / (2 * chunkTokens) / 1_000,
  diskBytesEach: kvBytesPerToken * (half ? halfShare : 1),
})

/** How many tokens are read in so many seconds: `readingSeconds` the other way round. */
export const tokensReadIn = (seconds: number, { secondsEach, secondsSquare }: ReadingCost): number =>
  // The root of square t² + each t = seconds, in the form that holds without a square too.
  (2 * seconds) / (secondsEach + Math.sqrt(secondsEach ** 2 + 4 * secondsSquare * seconds))

/** @param share of keys and values that is in memory at a time */
function readingMemory(tokens: number, { chunkTokens, kvBytesPerToken, memoryBytes }: ReadingSpeed, share: number): number {
  const places = Math.ceil(tokens / windowTokens) * windowTokens
  return memoryBytes + places * kvBytesPerToken * share + places * Math.min(tokens, chunkTokens) * maskBytes
}

/** Of a model's window, what stays free for the rules, a question, its answer and a conversation: so much, or a quarter of a small one. */
const talkTokens = 1_024

/** How long a text can be for a model to have it in view whole. @param contextMax of the model, tokens */
export const readableTokens = (contextMax: number): number => contextMax - Math.min(talkTokens, Math.floor(contextMax / 4))

type Needs = Pick<ForecastBasis, 'tokens' | 'contextMax' | 'computerBytes'> & Pick<Forecast, 'memoryBytes'>

function obstacleTo({ tokens, contextMax, memoryBytes, computerBytes }: Needs): ForecastObstacle | null {
  const tokensMax = readableTokens(contextMax)
  if (tokens > tokensMax) return { kind: 'longer-than-model', contextMax: tokensMax }
  if (memoryBytes > computerBytes) return { kind: 'too-little-memory', memoryBytes: computerBytes }
  return null
}
