/**
 * A `chatglm` or `glm4` file of F32 weights and fused projections, computed as GLM-4's paper and code describe the model, in f64, one loop after the
 * other. It shares nothing with the engine but the reader of files: neither ggml, nor the reading of the model's numbers, nor their names.
 */
import { findText } from '../../src-engine/gguf/metadata'
import { readGguf, type GgufFile } from '../../src-engine/gguf/reader'
import { memorySource } from './byte-source'

type Vector = Float64Array

interface Glm {
  readonly weights: (name: string) => Float32Array
  readonly layers: number
  readonly heads: number
  readonly groups: number
  readonly epsilon: number
  readonly base: number
  /** Only `glm4` has norms after attention and after the feed-forward network. */
  readonly isSandwiched: boolean
}

const headSize = 128
/** The first half of each head turns by position. */
const turned = 64

/** Logits [vocabulary] after the last of the tokens. */
export function plainGlm(bytes: Uint8Array, tokens: readonly number[]): Vector {
  const glm = openGlm(bytes)
  const embedding = glm.weights('token_embd.weight')
  const width = glm.heads * headSize
  let hidden: readonly Vector[] = tokens.map((token) => Float64Array.from(embedding.subarray(token * width, (token + 1) * width)))
  for (let layer = 0; layer < glm.layers; layer++) hidden = block(glm, `blk.${layer}.`, hidden)
  return times(glm.weights('output.weight'), norm(glm, 'output_norm.weight', hidden.at(-1) ?? new Float64Array(0)))
}

function openGlm(bytes: Uint8Array): Glm {
  const file = readGguf(memorySource(bytes))
  const architecture = findText(file, 'general.architecture')
  const number = (key: string): number => Number(file.metadata.get(`${architecture}.${key}`)?.value)
  return {
    weights: (name) => tensorOf(file, bytes, name),
    layers: number('block_count'), heads: number('attention.head_count'), groups: number('attention.head_count_kv'),
    epsilon: number('attention.layer_norm_rms_epsilon'), base: number('rope.freq_base'), isSandwiched: architecture === 'glm4',
  }
}

function block(glm: Glm, prefix: string, hidden: readonly Vector[]): readonly Vector[] {
  const attended = attention(glm, prefix, hidden.map((x) => norm(glm, `${prefix}attn_norm.weight`, x)))
    .map((x) => (glm.isSandwiched ? norm(glm, `${prefix}post_attention_norm.weight`, x) : x))
    .map((x, place) => plus(x, hidden[place] ?? x))
  return attended.map((x) => {
    const inner = feedForward(glm, prefix, norm(glm, `${prefix}ffn_norm.weight`, x))
    return plus(glm.isSandwiched ? norm(glm, `${prefix}post_ffw_norm.weight`, inner) : inner, x)
  })
}

function attention(glm: Glm, prefix: string, inputs: readonly Vector[]): readonly Vector[] {
  const { heads, groups, base } = glm
  const [matrix, bias] = [glm.weights(`${prefix}attn_qkv.weight`), glm.weights(`${prefix}attn_qkv.bias`)]
  const all = inputs.map((x) => times(matrix, x).map((value, i) => value + (bias[i] ?? 0)))
  // One row holds the queries of all heads, then the keys of all groups, then their values.
  const head = (row: Vector, index: number): Vector => row.subarray(index * headSize, (index + 1) * headSize)
  const query = (place: number, index: number): Vector => turn(head(all[place] ?? new Float64Array(0), index), place, base)
  const keys = Array.from({ length: groups }, (_, group) => all.map((row, place) => turn(head(row, heads + group), place, base)))
  const values = Array.from({ length: groups }, (_, group) => all.map((row) => head(row, heads + groups + group)))
  return inputs.map((_, place) => {
    const found = new Float64Array(heads * headSize)
    for (let index = 0; index < heads; index++) {
      const group = Math.floor((index * groups) / heads)
      found.set(look(query(place, index), (keys[group] ?? []).slice(0, place + 1), values[group] ?? []), index * headSize)
    }
    return times(glm.weights(`${prefix}attn_output.weight`), found)
  })
}

/** The values, weighted by the softmax of the products of the query with their keys. */
function look(query: Vector, keys: readonly Vector[], values: readonly Vector[]): Vector {
  const scores = keys.map((key) => product(query, key) / Math.sqrt(headSize))
  const most = Math.max(...scores)
  const weights = scores.map((score) => Math.exp(score - most))
  const sum = weights.reduce((a, b) => a + b, 0)
  const found = new Float64Array(headSize)
  weights.forEach((weight, place) => values[place]?.forEach((value, i) => (found[i] = (found[i] ?? 0) + (weight / sum) * value)))
  return found
}

/** Neighbours are the two parts of a complex number, which is multiplied by exp(i place base^(-2 pair / 64)). */
function turn(head: Vector, place: number, base: number): Vector {
  const result = head.slice()
  for (let pair = 0; pair < turned / 2; pair++) {
    const angle = place / base ** ((2 * pair) / turned)
    const [real, imaginary] = [head[2 * pair] ?? 0, head[2 * pair + 1] ?? 0]
    result[2 * pair] = real * Math.cos(angle) - imaginary * Math.sin(angle)
    result[2 * pair + 1] = real * Math.sin(angle) + imaginary * Math.cos(angle)
  }
  return result
}

/** The first half of the fused matrix's result is the gate. */
function feedForward(glm: Glm, prefix: string, x: Vector): Vector {
  const both = times(glm.weights(`${prefix}ffn_up.weight`), x)
  const half = both.length / 2
  const inner = both.slice(0, half).map((gate, i) => (gate / (1 + Math.exp(-gate))) * (both[half + i] ?? 0))
  return times(glm.weights(`${prefix}ffn_down.weight`), inner)
}

function norm({ weights, epsilon }: Glm, name: string, x: Vector): Vector {
  const factors = weights(name)
  const size = Math.sqrt(product(x, x) / x.length + epsilon)
  return x.map((value, i) => (value / size) * (factors[i] ?? 0))
}

function times(matrix: Float32Array, x: Vector): Vector {
  return Float64Array.from({ length: matrix.length / x.length }, (_, row) => product(x, matrix.subarray(row * x.length, (row + 1) * x.length)))
}

function product(a: Vector, b: Vector | Float32Array): number {
  let sum = 0
  for (let i = 0; i < a.length; i++) sum += (a[i] ?? 0) * (b[i] ?? 0)
  return sum
}

const plus = (a: Vector, b: Vector): Vector => a.map((value, i) => value + (b[i] ?? 0))

function tensorOf(file: GgufFile, bytes: Uint8Array, name: string): Float32Array {
  const tensor = file.tensors.find((each) => each.name === name)
  if (tensor === undefined) throw new Error(`The file has no ${name}.`)
  return new Float32Array(bytes.buffer, bytes.byteOffset + tensor.offset, tensor.bytes / 4)
}
