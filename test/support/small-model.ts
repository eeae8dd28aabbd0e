/**
 * Model files of each architecture, with few layers and random weights: small enough for every length, chunk and quantisation, and with the true
 * proportions of a head. A hidden number is about 1, a score a few units, so that neither attention nor the answer is flat.
 */
import { writeGguf, type WrittenValue } from './gguf-writer'
import { quantise, typeNamed } from './quantise'
import { seededRandom } from './seeded-random'
import { smallVocabulary } from './small-vocabulary'

export interface SmallModel {
  readonly architecture: 'chatglm' | 'glm4' | 'llama' | 'qwen2'
  /** Of the matrices, in ggml's words; F16 if not said. */
  readonly type?: string
  /** Two, if not said. */
  readonly layers?: number
  /** Two, as GLM-4-9B-Chat, if not said; the 1M variant has four. Half as many as there are query heads. */
  readonly kvHeads?: number
  /** How queries, keys and values are stored; as published files of the architecture do, if not said. */
  readonly queryKeyValue?: 'fused' | 'split'
  /** Of queries, keys and values; all but `llama` have them, if not said. */
  readonly bias?: boolean
  /** Largest bias; 1 if not said. */
  readonly biasMax?: number
  /** Numbers of a tensor by its name, row by row, instead of random ones. */
  readonly numbers?: (name: string) => Float32Array | undefined
  /** Values of metadata besides or instead of the usual; null takes a key out. */
  readonly metadata?: Readonly<Record<string, WrittenValue | null>>
}

const feedForward = 512
export const vocabulary = 288
const heads = { chatglm: { size: 128, turned: 64 }, glm4: { size: 128, turned: 64 }, llama: { size: 64, turned: 64 }, qwen2: { size: 64, turned: 64 } } as const
const numbers = {
  chatglm: { epsilon: 1.5625e-7, base: 5_000_000, context: 131_072, words: 'chatglm-bpe' },
  glm4: { epsilon: 1e-5, base: 10_000, context: 32_768, words: 'glm4' },
  llama: { epsilon: 1e-5, base: 10_000, context: 8192, words: 'smollm' },
  qwen2: { epsilon: 1e-6, base: 1_000_000, context: 32_768, words: 'qwen2' },
} as const

interface Planned {
  readonly name: string
  readonly dimensions: readonly [columns: number, rows?: number]
}

export function writeSmallModel(model: SmallModel): Uint8Array {
  let offset = 0
  const parts = tensorsOf(model).map((tensor) => {
    const { type, bytes } = weights(tensor, model)
    const placed = { name: tensor.name, type, dimensions: tensor.dimensions.map((size) => size ?? 1), offset, bytes }
    offset = Math.ceil((offset + bytes.length) / 32) * 32
    return placed
  })
  const data = new Uint8Array(offset)
  for (const part of parts) data.set(part.bytes, part.offset)
  return writeGguf({ metadata: metadataOf(model), tensors: parts, data })
}

function tensorsOf({ architecture, layers = 2, kvHeads = 2, queryKeyValue, bias = architecture !== 'llama' }: SmallModel): readonly Planned[] {
  const isGlm = architecture === 'chatglm' || architecture === 'glm4'
  const { size } = heads[architecture]
  const width = 2 * kvHeads * size
  const fused = queryKeyValue === undefined ? architecture === 'chatglm' : queryKeyValue === 'fused'
  const projections = fused ? { attn_qkv: width + 2 * kvHeads * size } : { attn_q: width, attn_k: kvHeads * size, attn_v: kvHeads * size }
  const layer = (index: number): readonly Planned[] => {
    const matrix = (name: string, columns: number, rows: number): Planned => ({ name: `blk.${index}.${name}.weight`, dimensions: [columns, rows] })
    const norm = (name: string): Planned => ({ name: `blk.${index}.${name}.weight`, dimensions: [width] })
    return [
      norm('attn_norm'),
      ...Object.entries(projections).map(([name, rows]) => matrix(name, width, rows)),
      ...Object.entries(projections).flatMap(([name, rows]): Planned[] => (bias ? [{ name: `blk.${index}.${name}.bias`, dimensions: [rows] }] : [])),
      matrix('attn_output', width, width),
      norm('ffn_norm'),
      ...(isGlm ? [matrix('ffn_up', width, 2 * feedForward)] : [matrix('ffn_gate', width, feedForward), matrix('ffn_up', width, feedForward)]),
      matrix('ffn_down', feedForward, width),
      ...(architecture === 'glm4' ? [norm('post_attention_norm'), norm('post_ffw_norm')] : []),
    ]
  }
  return [
    { name: 'token_embd.weight', dimensions: [width, vocabulary] },
    ...Array.from({ length: layers }, (_, index) => layer(index)).flat(),
    { name: 'output_norm.weight', dimensions: [width] },
    { name: 'output.weight', dimensions: [width, vocabulary] },
  ]
}

/** The same numbers for the same name, whatever else the file holds. */
function weights({ name, dimensions: [columns, rows] }: Planned, { type = 'F16', biasMax = 1, numbers: given }: SmallModel): { readonly type: number; readonly bytes: Uint8Array } {
  const random = seededRandom([...name].reduce((sum, letter) => Math.imul(sum, 31) + letter.charCodeAt(0), 7))
  const own = given?.(name)
  const drawn = (count: number, middle: number, most: number): Float32Array => Float32Array.from({ length: count }, () => middle + (2 * random() - 1) * most)
  const spread = (count: number, middle: number, most: number): Float32Array => own ?? drawn(count, middle, most)
  if (rows === undefined) {
    const vector = name.endsWith('.bias') ? spread(columns, 0, biasMax) : spread(columns, 1, 0.25)
    return { type: 0, bytes: new Uint8Array(vector.buffer) }
  }
  // Even numbers up to sqrt(3) have variance 1; attention's are larger, so that scores are a few units.
  const most = Math.sqrt(3) * (name.startsWith('token_embd') ? 1 : (name.includes('attn_q') || name.includes('attn_k') ? 1.5 : 1) / Math.sqrt(columns))
  const stored = typeNamed(type)
  return { type: stored.id, bytes: quantise(stored, spread(columns * rows, 0, most), columns) }
}

function metadataOf({ architecture, layers = 2, kvHeads = 2, metadata: changes = {} }: SmallModel): [key: string, value: WrittenValue][] {
  const { epsilon, base, context, words } = numbers[architecture]
  const { size, turned } = heads[architecture]
  const whole = (key: string, value: number): [string, WrittenValue] => [`${architecture}.${key}`, { type: 'uint32', value }]
  const usual: readonly (readonly [string, WrittenValue])[] = [
    ...smallVocabulary(words).map(([key, value]) => [key, paddedTokens(key, value)] as const),
    ['general.architecture', { type: 'string', value: architecture }],
    whole('block_count', layers), whole('context_length', context), whole('embedding_length', 2 * kvHeads * size), whole('feed_forward_length', feedForward),
    whole('attention.head_count', 2 * kvHeads), whole('attention.head_count_kv', kvHeads), whole('rope.dimension_count', turned),
    [`${architecture}.attention.layer_norm_rms_epsilon`, { type: 'float32', value: epsilon }],
    [`${architecture}.rope.freq_base`, { type: 'float32', value: base }],
  ]
  const all = new Map<string, WrittenValue | null>([...usual, ...Object.entries(changes)])
  return [...all].flatMap(([key, value]): [string, WrittenValue][] => (value === null ? [] : [[key, value]]))
}

/** GLM's vocabularies end in tokens that stand for nothing, so that their number is round. */
function paddedTokens(key: string, value: WrittenValue): WrittenValue {
  if (value.type !== 'array') return value
  if (value.of === 'string' && key === 'tokenizer.ggml.tokens') {
    return { ...value, value: [...value.value, ...Array.from({ length: vocabulary - value.value.length }, (_, i) => `[PAD${i}]`)] }
  }
  if (value.of === 'int32') return { ...value, value: [...value.value, ...new Array<number>(vocabulary - value.value.length).fill(5)] }
  return value
}
