import { tensorTypes } from '../../src-engine/gguf/tensor-types'
import { writeGguf, type WrittenTensor, type WrittenValue } from './gguf-writer'
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

export const tinyNumbers: readonly (readonly [key: string, value: WrittenValue])[] = [
  ['llama.block_count', { type: 'uint32', value: 1 }], ['llama.context_length', { type: 'uint32', value: 512 }], ['llama.embedding_length', { type: 'uint32', value: width }],
  ['llama.feed_forward_length', { type: 'uint32', value: feedForward }], ['llama.attention.head_count', { type: 'uint32', value: 4 }],
  ['llama.attention.head_count_kv', { type: 'uint32', value: 2 }], ['llama.attention.layer_norm_rms_epsilon', { type: 'float32', value: 1e-5 }],
  ['llama.rope.freq_base', { type: 'float32', value: 10_000 }], ['llama.rope.dimension_count', { type: 'uint32', value: 64 }],
]

/** A `llama` file of few layers with random weights: small enough to be loaded hundreds of times. Weights that are not F32 are random bytes. */
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
  return writeGguf({ metadata, tensors, data: weights(tensors, offset) })
}

function weights(tensors: readonly (WrittenTensor & { readonly bytes: number })[], size: number): Uint8Array {
  const random = seededRandom(3)
  const data = new Uint8Array(size)
  for (const tensor of tensors) {
    const start = Number(tensor.offset)
    if (tensor.type === 0) new Float32Array(data.buffer, start, tensor.bytes / 4).forEach((_, i, all) => (all[i] = (random() - 0.5) / 4))
    else for (let i = 0; i < tensor.bytes; i++) data[start + i] = Math.floor(random() * 256)
  }
  return data
}
