/**
 * A `llama` file of F32 weights computed as the papers say it, in f64, one loop after the other: nothing of the engine but its file reader.
 * Gives what the engine's kernels never write down: where each head looks from each token.
 */
import { readGguf, type GgufFile } from '../../src-engine/gguf/reader'
import { readShape, type ModelShape } from '../../src-engine/model/shape'
import { memorySource } from './byte-source'

/** Softmax weights by layer, head, token: a row has one number for each token up to its own. */
export type AttentionWeights = readonly (readonly (readonly Float64Array[])[])[]

type Vector = Float64Array
type Weights = (name: string) => Float32Array

export function plainAttention(bytes: Uint8Array, tokens: readonly number[]): AttentionWeights {
  const file = readGguf(memorySource(bytes))
  const shape = readShape(file, 'adjacent')
  const weights = (name: string): Float32Array => tensorOf(file, bytes, name)
  const embedding = weights('token_embd.weight')
  let hidden: readonly Vector[] = tokens.map((token) => Float64Array.from(embedding.subarray(token * shape.width, (token + 1) * shape.width)))
  return Array.from({ length: shape.layers }, (_, layer) => {
    const own: Weights = (name) => weights(`blk.${layer}.${name}.weight`)
    const heads = headWeights(shape, own, hidden)
    hidden = attend(shape, own, hidden, heads).map((x) => feedForward(shape, own, x))
    return heads
  })
}

function headWeights(shape: ModelShape, own: Weights, hidden: readonly Vector[]): readonly (readonly Float64Array[])[] {
  const { heads, kvHeads, headSize } = shape
  const normed = hidden.map((x) => norm(shape, own('attn_norm'), x))
  const queries = normed.map((x, place) => rotate(shape, multiply(own('attn_q'), x), place))
  const keys = normed.map((x, place) => rotate(shape, multiply(own('attn_k'), x), place))
  return Array.from({ length: heads }, (_, head) => {
    const q = head * headSize
    const k = Math.floor(head / (heads / kvHeads)) * headSize
    return queries.map((query, place) => softmax(Float64Array.from(keys.slice(0, place + 1), (key) => {
      let score = 0
      for (let i = 0; i < headSize; i++) score += (query[q + i] ?? 0) * (key[k + i] ?? 0)
      return score / Math.sqrt(headSize)
    })))
  })
}

function attend(shape: ModelShape, own: Weights, hidden: readonly Vector[], heads: readonly (readonly Float64Array[])[]): readonly Vector[] {
  const { headSize } = shape
  const group = shape.heads / shape.kvHeads
  const values = hidden.map((x) => multiply(own('attn_v'), norm(shape, own('attn_norm'), x)))
  return hidden.map((x, place) => {
    const found = new Float64Array(shape.heads * headSize)
    heads.forEach((rows, head) => rows[place]?.forEach((weight, seen) => {
      const from = Math.floor(head / group) * headSize
      for (let i = 0; i < headSize; i++) found[head * headSize + i] = (found[head * headSize + i] ?? 0) + weight * (values[seen]?.[from + i] ?? 0)
    }))
    return add(x, multiply(own('attn_output'), found))
  })
}

function feedForward(shape: ModelShape, own: Weights, x: Vector): Vector {
  const normed = norm(shape, own('ffn_norm'), x)
  const gate = multiply(own('ffn_gate'), normed)
  const up = multiply(own('ffn_up'), normed)
  return add(x, multiply(own('ffn_down'), gate.map((value, i) => (value / (1 + Math.exp(-value))) * (up[i] ?? 0))))
}

function norm({ normEpsilon }: ModelShape, weight: Float32Array, x: Vector): Vector {
  const mean = x.reduce((sum, value) => sum + value * value, 0) / x.length
  return x.map((value, i) => (value / Math.sqrt(mean + normEpsilon)) * (weight[i] ?? 0))
}

/** Rotary positions (arXiv 2104.09864) on neighbouring pairs of each head. */
function rotate({ headSize, rotary }: ModelShape, x: Vector, place: number): Vector {
  const turned = x.slice()
  for (let at = 0; at < x.length; at += 2) {
    const pair = at % headSize
    if (pair >= rotary.dimensions) continue
    const angle = place * rotary.base ** (-pair / rotary.dimensions)
    const [a, b] = [x[at] ?? 0, x[at + 1] ?? 0]
    turned[at] = a * Math.cos(angle) - b * Math.sin(angle)
    turned[at + 1] = a * Math.sin(angle) + b * Math.cos(angle)
  }
  return turned
}

function softmax(scores: Float64Array): Float64Array {
  const max = scores.reduce((a, b) => Math.max(a, b), -Infinity)
  const exps = scores.map((score) => Math.exp(score - max))
  const sum = exps.reduce((a, b) => a + b, 0)
  return exps.map((value) => value / sum)
}

function multiply(matrix: Float32Array, x: Vector): Vector {
  const columns = x.length
  return Float64Array.from({ length: matrix.length / columns }, (_, row) => {
    let sum = 0
    for (let i = 0; i < columns; i++) sum += (matrix[row * columns + i] ?? 0) * (x[i] ?? 0)
    return sum
  })
}

const add = (a: Vector, b: Vector): Vector => a.map((value, i) => value + (b[i] ?? 0))

function tensorOf(file: GgufFile, bytes: Uint8Array, name: string): Float32Array {
  const tensor = file.tensors.find((each) => each.name === name)
  if (tensor === undefined) throw new Error(`The file has no ${name}.`)
  return new Float32Array(bytes.slice(tensor.offset, tensor.offset + tensor.bytes).buffer)
}
