/**
 * Model files of GLM-4-9B-Chat's shape with random weights, for measuring: as large and as slow as the real ones, and quickly made. The kernels' time
 * does not depend on what the numbers are, so rows are drawn from a pool that is quantised once.
 */
import { closeSync, openSync, writeSync } from 'node:fs'
import { byteCharacters } from '../../src-engine/tokenizer/byte-alphabet'
import { glm2024Template } from './chat-templates'
import { writeGguf, type WrittenTensor, type WrittenValue } from './gguf-writer'
import { glmVocabularyPath } from './glm-reference'
import { glmSpecialTokens, glmVocabulary } from './glm-vocabulary'
import { quantise, typeNamed } from './quantise'
import { seededRandom } from './seeded-random'

const width = 4096
const feedForward = 13_696
const heads = 32
const headSize = 128
const vocabulary = 151_552
const ordinaryTokens = 151_329

/**
 * Which type each tensor has. `Q4_K_M` is llama.cpp's choice of that name, to the tensor: 40 layers have 6,244,892,672 bytes, and the published file
 * has 6,250,926,848 with its vocabulary. Rows of 13,696 numbers are no whole blocks of 256, so `ffn_down` has Q5_0 and Q8_0 where other models have
 * Q4_K and Q6_K.
 */
export type GlmMix = 'Q4_0' | 'Q4_K_M'

export interface GlmShape {
  readonly mix: GlmMix
  /** 40 is the real number. */
  readonly layers: number
  /** 2 in GLM-4-9B-Chat, 4 in the 1M variant. */
  readonly kvHeads?: 2 | 4
  readonly contextMax?: number
  /** The model's own tokens; otherwise bytes, and tokens that stand for nothing. */
  readonly ownTokens?: boolean
}

/** Writes the file; returns its size in bytes. @throws if set-up could not get the model's own tokens */
export function writeGlmShape(path: string, shape: GlmShape): number {
  const tensors = place(tensorsOf(shape))
  const head = writeGguf({ metadata: metadataOf(shape), tensors })
  const pool = new RowPool()
  const descriptor = openSync(path, 'w')
  try {
    writeSync(descriptor, head, 0, head.length, 0)
    for (const tensor of tensors) {
      const start = head.length + tensor.offset
      for (let done = 0; done < tensor.bytes;) {
        const part = pool.take(tensor, tensor.bytes - done)
        done += writeSync(descriptor, part, 0, part.length, start + done)
      }
    }
  } finally {
    closeSync(descriptor)
  }
  const last = tensors.at(-1)
  return last === undefined ? head.length : head.length + last.offset + last.bytes
}

interface Planned {
  readonly name: string
  readonly typeName: string
  readonly dimensions: readonly number[]
}

interface Placed extends WrittenTensor, Planned {
  readonly dimensions: readonly number[]
  readonly offset: number
  readonly bytes: number
}

function tensorsOf({ mix, layers, kvHeads = 2 }: GlmShape): readonly Planned[] {
  const types = typesOf(mix, layers)
  const attention = (heads + 2 * kvHeads) * headSize
  const vector = (name: string, length: number): Planned => ({ name, typeName: 'F32', dimensions: [length] })
  return [
    { name: 'token_embd.weight', typeName: types.embedding, dimensions: [width, vocabulary] },
    ...Array.from({ length: layers }, (_, i) => [
      vector(`blk.${i}.attn_norm.weight`, width),
      { name: `blk.${i}.attn_qkv.weight`, typeName: types.attention, dimensions: [width, attention] },
      vector(`blk.${i}.attn_qkv.bias`, attention),
      { name: `blk.${i}.attn_output.weight`, typeName: types.others, dimensions: [width, width] },
      vector(`blk.${i}.ffn_norm.weight`, width),
      { name: `blk.${i}.ffn_up.weight`, typeName: types.others, dimensions: [width, 2 * feedForward] },
      { name: `blk.${i}.ffn_down.weight`, typeName: types.down(i), dimensions: [feedForward, width] },
    ]).flat(),
    vector('output_norm.weight', width),
    { name: 'output.weight', typeName: 'Q6_K', dimensions: [width, vocabulary] },
  ]
}

interface MixTypes {
  readonly embedding: string
  readonly attention: string
  readonly others: string
  readonly down: (layer: number) => string
}

function typesOf(mix: GlmMix, layers: number): MixTypes {
  if (mix === 'Q4_0') return { embedding: 'Q4_0', attention: 'Q4_0', others: 'Q4_0', down: () => 'Q4_0' }
  const eighth = Math.floor(layers / 8)
  const precise = (layer: number): boolean => layer < eighth || layer >= Math.floor((7 * layers) / 8) || (layer - eighth) % 3 === 2
  return { embedding: 'Q4_K', attention: 'Q5_K', others: 'Q4_K', down: (layer) => (precise(layer) ? 'Q8_0' : 'Q5_0') }
}

function place(planned: readonly Planned[]): readonly Placed[] {
  let offset = 0
  return planned.map((tensor) => {
    const { id, elements, bytes } = typeNamed(tensor.typeName)
    const placed = { ...tensor, type: id, offset, bytes: (tensor.dimensions.reduce((a, b) => a * b, 1) / elements) * bytes }
    offset = Math.ceil((offset + placed.bytes) / 32) * 32
    return placed
  })
}

const poolRows = 1024
/** Of normally distributed weights, as large as keeps a hidden state's size through a layer. */
const spread = 0.02

/** Rows of random numbers in every type and length that was asked for. */
class RowPool {
  readonly #rows = new Map<string, Uint8Array>()
  readonly #random = seededRandom(9)

  /** Some rows of the tensor, at most `bytesMax` of them; vectors are ones or, where they are biases, zeros. */
  take({ name, typeName, dimensions }: Placed, bytesMax: number): Uint8Array {
    const columns = dimensions[0] ?? 0
    if (typeName === 'F32') return new Uint8Array(new Float32Array(columns).fill(name.endsWith('bias') ? 0 : 1).buffer).subarray(0, bytesMax)
    const rows = this.#of(typeName, columns)
    const start = Math.floor(this.#random() * (poolRows / 2)) * (rows.length / poolRows)
    return rows.subarray(start, Math.min(rows.length, start + bytesMax))
  }

  #of(typeName: string, columns: number): Uint8Array {
    const key = `${typeName} ${columns}`
    const made = this.#rows.get(key) ?? quantise(typeNamed(typeName), Float32Array.from({ length: poolRows * columns }, () => this.#normal()), columns)
    this.#rows.set(key, made)
    return made
  }

  /** The sum of four even numbers has nearly the shape. */
  #normal(): number {
    return (this.#random() + this.#random() + this.#random() + this.#random() - 2) * Math.sqrt(3) * spread
  }
}

function metadataOf({ layers, kvHeads = 2, contextMax = 131_072, ownTokens = false }: GlmShape): [key: string, value: WrittenValue][] {
  const whole = (key: string, value: number): [string, WrittenValue] => [`chatglm.${key}`, { type: 'uint32', value }]
  return [
    ['general.architecture', { type: 'string', value: 'chatglm' }],
    ['general.name', { type: 'string', value: `GLM-4-9B's shape with ${layers} layers of random weights` }],
    whole('block_count', layers), whole('context_length', contextMax), whole('embedding_length', width), whole('feed_forward_length', feedForward),
    whole('attention.head_count', heads), whole('attention.head_count_kv', kvHeads), whole('rope.dimension_count', headSize / 2),
    ['chatglm.attention.layer_norm_rms_epsilon', { type: 'float32', value: 1.5625e-7 }],
    ['chatglm.rope.freq_base', { type: 'float32', value: 5_000_000 }],
    ...(ownTokens ? glmVocabulary(glmVocabularyPath, 'chatglm-bpe', 'all').filter(([key]) => key.startsWith('tokenizer.')) : placeholderTokens()),
    ['tokenizer.chat_template', { type: 'string', value: glm2024Template }],
  ]
}

/** As many tokens as the model has: first bytes, then what stands for nothing, and where the model has them its special ones. */
function placeholderTokens(): [key: string, value: WrittenValue][] {
  const tokens = Array.from({ length: vocabulary }, (_, id) => byteCharacters[id] ?? glmSpecialTokens[id - ordinaryTokens] ?? `[${id}]`)
  const types = tokens.map((_, id) => (id < ordinaryTokens ? 1 : 3))
  return [
    ['tokenizer.ggml.model', { type: 'string', value: 'gpt2' }],
    ['tokenizer.ggml.pre', { type: 'string', value: 'chatglm-bpe' }],
    ['tokenizer.ggml.tokens', { type: 'array', of: 'string', value: tokens }],
    ['tokenizer.ggml.token_type', { type: 'array', of: 'int32', value: types }],
    ['tokenizer.ggml.merges', { type: 'array', of: 'string', value: [] }],
    ['tokenizer.ggml.eos_token_id', { type: 'uint32', value: ordinaryTokens }],
    ['tokenizer.ggml.eot_token_id', { type: 'uint32', value: ordinaryTokens + 7 }],
  ]
}
