import type { GgufFile, TensorInfo } from '../gguf/file'
import { isWeightType, plainType } from '../gguf/tensor-types'
import type { Rotary } from '../ggml/graph'

/** What a model file says about its model; lengths are numbers of floats. */
export interface ModelShape {
  readonly architecture: string
  readonly layers: number
  /** Length of a token's hidden state. */
  readonly width: number
  readonly heads: number
  readonly kvHeads: number
  readonly headSize: number
  readonly feedForward: number
  readonly vocabulary: number
  /** Tokens that the model was made to have in view. */
  readonly contextMax: number
  readonly normEpsilon: number
  readonly rotary: Rotary
}

/** Why a sound file cannot be used here. `predicate` follows the file's name in a sentence. */
export class ModelUnsupportedError extends Error {
  readonly predicate: string
  constructor(predicate: string) {
    super(`The model ${predicate}.`)
    this.name = 'ModelUnsupportedError'
    this.predicate = predicate
  }
}

/** Caps far above every known model: a file cannot make the engine ask for absurd amounts of memory. */
const caps = { layers: 1024, width: 1 << 17, heads: 1024, vocabulary: 1 << 22, context: 1 << 24 } as const

/** @throws ModelUnsupportedError if the key is missing or not a whole number from 1 to `max`. */
export function wholeNumber(file: GgufFile, key: string, max: number): number {
  const entry = file.metadata.get(key)
  if (entry === undefined) throw new ModelUnsupportedError(`does not say its ${key}`)
  const value = typeof entry.value === 'number' || typeof entry.value === 'bigint' ? Number(entry.value) : Number.NaN
  if (!Number.isInteger(value) || value < 1 || value > max) throw new ModelUnsupportedError(`says of its ${key} what cannot be`)
  return value
}

/** @throws ModelUnsupportedError if the key is missing or not a positive number. */
function positiveNumber(file: GgufFile, key: string): number {
  const entry = file.metadata.get(key)
  const value = typeof entry?.value === 'number' ? entry.value : Number.NaN
  if (!(value > 0 && Number.isFinite(value))) throw new ModelUnsupportedError(`does not say its ${key}, or says what cannot be`)
  return value
}

export function architectureOf(file: GgufFile): string {
  const entry = file.metadata.get('general.architecture')
  if (entry?.type !== 'string') throw new ModelUnsupportedError('does not say its general.architecture')
  return entry.value
}

/** The keys that decoder models share. @throws ModelUnsupportedError for numbers that are missing or contradict each other. */
export function readShape(file: GgufFile, pairs: Rotary['pairs']): ModelShape {
  const architecture = architectureOf(file)
  const whole = (key: string, max: number): number => wholeNumber(file, `${architecture}.${key}`, max)
  const optional = (key: string, max: number, otherwise: number): number => (file.metadata.has(`${architecture}.${key}`) ? whole(key, max) : otherwise)
  const width = whole('embedding_length', caps.width)
  const heads = whole('attention.head_count', caps.heads)
  const kvHeads = optional('attention.head_count_kv', caps.heads, heads)
  const headSize = optional('attention.key_length', caps.width, width / heads)
  const rotaryDimensions = optional('rope.dimension_count', caps.width, headSize)
  const contextMax = whole('context_length', caps.context)
  if (!Number.isInteger(headSize) || heads % kvHeads !== 0) throw new ModelUnsupportedError(`has ${heads} query heads over ${kvHeads} KV heads on a width of ${width}`)
  if (optional('attention.value_length', caps.width, headSize) !== headSize) throw new ModelUnsupportedError('has values of another length than its keys')
  if (rotaryDimensions > headSize || rotaryDimensions % 2 !== 0) throw new ModelUnsupportedError(`turns ${rotaryDimensions} of ${headSize} numbers of a head`)
  return {
    architecture, width, heads, kvHeads, headSize, contextMax,
    layers: whole('block_count', caps.layers),
    feedForward: whole('feed_forward_length', caps.width * 8),
    vocabulary: vocabularyOf(file),
    normEpsilon: positiveNumber(file, `${architecture}.attention.layer_norm_rms_epsilon`),
    rotary: { dimensions: rotaryDimensions, pairs, base: positiveNumber(file, `${architecture}.rope.freq_base`), contextOriginal: contextMax },
  }
}

function vocabularyOf(file: GgufFile): number {
  const tokens = file.metadata.get('tokenizer.ggml.tokens')
  if (tokens?.type !== 'array' || tokens.of !== 'string') throw new ModelUnsupportedError('brings no vocabulary')
  if (tokens.value.length > caps.vocabulary) throw new ModelUnsupportedError(`has a vocabulary of ${tokens.value.length} tokens`)
  return tokens.value.length
}

/** Looks tensors up by name, each with the sizes that the model's shape asks for. What was never asked for is found by `unexpected`. */
export class TensorTable {
  readonly #byName: ReadonlyMap<string, TensorInfo>
  readonly #asked = new Set<string>()

  constructor(file: GgufFile) {
    this.#byName = new Map(file.tensors.map((tensor) => [tensor.name, tensor]))
  }

  has(name: string): boolean {
    return this.#byName.has(name)
  }

  /** A vector of F32, or a matrix of a type that ggml multiplies with. @throws ModelUnsupportedError if it is missing or has other sizes. */
  get(name: string, ...sizes: readonly number[]): TensorInfo {
    const tensor = this.#byName.get(name)
    if (tensor === undefined) throw new ModelUnsupportedError(`lacks the tensor ${name}`)
    const significant = tensor.dimensions.filter((size, i) => i < sizes.length || size !== 1)
    if (significant.length !== sizes.length || sizes.some((size, i) => size !== significant[i])) {
      throw new ModelUnsupportedError(`has a tensor ${name} of size ${tensor.dimensions.join(' x ')}, not ${sizes.join(' x ')}`)
    }
    const usable = sizes.length === 1 ? tensor.type === plainType : isWeightType(tensor.type)
    if (!usable) throw new ModelUnsupportedError(`stores the tensor ${name} as ${tensor.typeName}, with which nothing can be computed`)
    this.#asked.add(name)
    return tensor
  }

  /** Names that no one asked for: a part of the model that would be left out of the computation. */
  unexpected(): readonly string[] {
    return [...this.#byName.keys()].filter((name) => !this.#asked.has(name))
  }
}
