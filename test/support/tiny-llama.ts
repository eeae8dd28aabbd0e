import { tensorTypes } from '../../src-engine/gguf/tensor-types'
import { writeGguf, type WrittenTensor, type WrittenValue } from './gguf-writer'
import { quantise } from './quantise'
import { seededRandom } from './seeded-random'
import { smallVocabulary } from './small-vocabulary'

const width = 256
const keys = 128
const feedForward = 256

/** A change to a file that is otherwise good: values of metadata (null takes a key out), and types or sizes of tensors by name. */
export interface TinyChange {
  readonly metadata?: Readonly<Record<string, WrittenValue | null>>
  readonly types?: Readonly<Record<string, number>>
  readonly dimensions?: Readonly<Record<string, readonly number[]>>
  /** One, if not said. */
  readonly layers?: number
  /** Weights are random bytes where they are not F32, or random numbers that ggml has quantised. */
  readonly weights?: 'bytes' | 'quantised'
}

const vocabularySize = (): number => {
  const tokens = smallVocabulary('gpt-2').find(([key]) => key === 'tokenizer.ggml.tokens')?.[1]
  return tokens?.type === 'array' ? tokens.value.length : 0
}

type NamedShape = readonly [name: string, dimensions: readonly number[]]

function shapes(layers: number): readonly NamedShape[] {
  const layer = (index: number): readonly NamedShape[] => ([
    ['attn_norm', [width]], ['attn_q', [width, width]], ['attn_k', [width, keys]], ['attn_v', [width, keys]], ['attn_output', [width, width]],
    ['ffn_norm', [width]], ['ffn_gate', [width, feedForward]], ['ffn_up', [width, feedForward]], ['ffn_down', [feedForward, width]],
  ] as const).map(([name, dimensions]) => [`blk.${index}.${name}.weight`, dimensions])
  return [
    ['token_embd.weight', [width, vocabularySize()]], ['output_norm.weight', [width]], ['output.weight', [width, vocabularySize()]],
    ...Array.from({ length: layers }, (_, index) => layer(index)).flat(),
  ]
}

/** The names of all matrices, the table of embeddings included. */
export const tinyMatrices = (layers: number): readonly string[] => shapes(layers).filter(([, { length }]) => length === 2).map(([name]) => name)

export const tinyNumbers: readonly (readonly [key: string, value: WrittenValue])[] = [
  ['llama.block_count', { type: 'uint32', value: 1 }], ['llama.context_length', { type: 'uint32', value: 512 }], ['llama.embedding_length', { type: 'uint32', value: width }],
  ['llama.feed_forward_length', { type: 'uint32', value: feedForward }], ['llama.attention.head_count', { type: 'uint32', value: 4 }],
  ['llama.attention.head_count_kv', { type: 'uint32', value: 2 }], ['llama.attention.layer_norm_rms_epsilon', { type: 'float32', value: 1e-5 }],
  ['llama.rope.freq_base', { type: 'float32', value: 10_000 }], ['llama.rope.dimension_count', { type: 'uint32', value: 64 }],
]

/** A `llama` file of few layers with random weights: small enough to be loaded hundreds of times. */
export function writeTinyLlama(change: TinyChange = {}): Uint8Array {
  const layers = change.layers ?? 1
  const changed: TinyChange['metadata'] = { ...(layers > 1 && { 'llama.block_count': { type: 'uint32', value: layers } }), ...change.metadata }
  const metadata = [...tinyNumbers, ...smallVocabulary('gpt-2')].filter(([key]) => !(key in changed))
  for (const [key, value] of Object.entries(changed)) if (value !== null) metadata.push([key, value])
  let offset = 0
  const tensors = shapes(layers).map(([name, usual]): WrittenTensor & { readonly bytes: number } => {
    const dimensions = change.dimensions?.[name] ?? usual
    const type = change.types?.[name] ?? 0
    const { elements, bytes } = tensorTypes.get(type) ?? { elements: 1, bytes: 4 }
    const tensor = { name, type, dimensions, offset, bytes: (dimensions.reduce((a, b) => a * b, 1) / elements) * bytes }
    offset = Math.ceil((offset + tensor.bytes) / 32) * 32
    return tensor
  })
  return writeGguf({ metadata, tensors, data: weights(tensors, offset, change.weights ?? 'bytes') })
}

type Stored = WrittenTensor & { readonly bytes: number }

function weights(tensors: readonly Stored[], size: number, kind: 'bytes' | 'quantised'): Uint8Array {
  const random = seededRandom(3)
  const data = new Uint8Array(size)
  const pools = new Map<string, Uint8Array>()
  for (const tensor of tensors) {
    const own = data.subarray(Number(tensor.offset), Number(tensor.offset) + tensor.bytes)
    if (tensor.type === 0) own.set(new Uint8Array(smallNumbers(tensor.bytes / 4, random).buffer))
    else if (kind === 'quantised') fillQuantised(own, tensor, pools, random)
    else for (let i = 0; i < own.length; i++) own[i] = Math.floor(random() * 256)
  }
  return data
}

const smallNumbers = (count: number, random: () => number): Float32Array => Float32Array.from({ length: count }, () => (random() - 0.5) / 4)

/** Some of ggml's types take long to find: rows are drawn from so many, a number that no kernel's groups of rows divide. */
const poolRows = 61

function fillQuantised(into: Uint8Array, { type: id, dimensions: [width = 0] }: Stored, pools: Map<string, Uint8Array>, random: () => number): void {
  const [type, columns] = [tensorTypes.get(id), Number(width)]
  if (type === undefined) throw new Error(`There is no type ${id}.`)
  const pool = pools.get(`${id} ${columns}`) ?? quantise(type, smallNumbers(poolRows * columns, random), columns)
  pools.set(`${id} ${columns}`, pool)
  const row = pool.length / poolRows
  for (let at = 0; at < into.length; at += row) {
    const chosen = Math.floor(random() * poolRows) * row
    into.set(pool.subarray(chosen, chosen + row), at)
  }
}
