/**
 * A `chatglm` model of two layers that is made by hand and does one thing: after a token that has been in the text before it says what followed it there.
 *
 *   layer 0   each token looks at the one before it: queries and keys come from the biases alone, and are turned by their places so that they meet
 *             where the key is one place before; its code goes to the second quarter of the hidden state
 *   layer 1   each token looks, with the half of a head that does not turn, for a token before which its own code stood; that one's code is the answer
 *
 * Hidden state: [own code, 64 | code of the token before, 64 | answer, 64 | 0...]. Every head does the same.
 */
import { blocksOf, extentBytes } from '../../src-engine/prefill/extent'
import type { KeptKv } from '../../src-engine/prefill/kept'
import type { BlockBytes } from '../../src-engine/reading/block-bytes'
import { halfOf } from './half-of'
import { putBlocks } from './kept-kv'
import { seededRandom } from './seeded-random'
import { vocabulary, writeSmallModel } from './small-model'

const codeSize = 64
const headSize = 128
const turned = 64
const inductionBase = 5_000_000
/** Of a query with the key one place before, before the division by the root of the head's size: ten times the 32 cosines. */
const reach = Math.sqrt(10 * Math.sqrt(headSize))
/** Of a query with the key that it looks for: 40 after the division. */
const seek = Math.sqrt(40 * Math.sqrt(headSize))

/** Tokens of the text, which are like one another; those that are asked for, of which two and two are nearly alike; and their answers, which are like none. */
export const induction = { textTokens: 200, keys: { first: 200, count: 40 }, answers: { first: 240, count: 48 } } as const

/** f32 [64], of length 1. */
export function codeOf(token: number): Float32Array {
  const random = seededRandom(1_000 + token)
  const own = unit(Float32Array.from({ length: codeSize }, (_, i) => (i === 0 ? 0 : random() + random() + random() - 1.5)))
  if (token < induction.textTokens) return own.map((value, i) => (i === 0 ? Math.sqrt(0.6) : Math.sqrt(0.4) * value))
  const { first, count } = induction.keys
  if (token >= first + count || token % 2 === 0) return own
  // A cosine of about 0.8 with the key before: as likely as that, but for a factor of e^8.
  const other = codeOf(token - 1)
  return unit(own.map((value, i) => 0.6 * value + 0.8 * (other[i] ?? 0)))
}

export function writeInductionModel(kvHeads: 2 | 4): Uint8Array {
  const heads = 2 * kvHeads
  const width = heads * headSize
  const rows = { query: heads * headSize, key: kvHeads * headSize, value: kvHeads * headSize }
  const metadata = { 'chatglm.context_length': { type: 'uint32', value: 1_100_000 }, 'chatglm.rope.freq_base': { type: 'float32', value: inductionBase } } as const
  /** What is in the hidden state after the norm, at a length of one. */
  const normed = { first: Math.sqrt(width), second: Math.sqrt(width / 2), last: Math.sqrt(width / 3) }

  function projection(layer: number): Float32Array {
    const matrix = new Float32Array((rows.query + rows.key + rows.value) * width)
    const put = (row: number, column: number, value: number): void => { matrix[row * width + column] = value }
    for (let i = 0; i < codeSize; i++) {
      for (let head = 0; head < heads && layer === 1; head++) put(head * headSize + turned + i, i, seek / normed.second)
      for (let head = 0; head < kvHeads; head++) {
        if (layer === 1) put(rows.query + head * headSize + turned + i, codeSize + i, seek / normed.second)
        put(rows.query + rows.key + head * headSize + i, i, 1 / (layer === 0 ? normed.first : normed.second))
      }
    }
    return matrix
  }

  function bias(layer: number): Float32Array {
    const all = new Float32Array(rows.query + rows.key + rows.value)
    for (let pair = 0; pair < turned / 2 && layer === 0; pair++) {
      const angle = inductionBase ** ((-2 * pair) / turned)
      for (let head = 0; head < heads; head++) all.set([reach * Math.cos(angle), -reach * Math.sin(angle)], head * headSize + 2 * pair)
      for (let head = 0; head < kvHeads; head++) all.set([reach, 0], rows.query + head * headSize + 2 * pair)
    }
    return all
  }

  /** The heads' mean goes to a part of the hidden state. */
  function output(part: number): Float32Array {
    const matrix = new Float32Array(width * width)
    for (let i = 0; i < codeSize; i++) for (let head = 0; head < heads; head++) matrix[(part * codeSize + i) * width + head * headSize + i] = 1 / heads
    return matrix
  }

  function codes(part: number, factor: number): Float32Array {
    const matrix = new Float32Array(vocabulary * width)
    for (let token = 0; token < vocabulary; token++) matrix.set(codeOf(token).map((value) => factor * value), token * width + part * codeSize)
    return matrix
  }

  return writeSmallModel({
    architecture: 'chatglm', kvHeads, type: 'F32', metadata,
    numbers(name) {
      const layer = Number(/^blk\.(\d)/.exec(name)?.[1] ?? 0)
      if (name === 'token_embd.weight') return codes(0, 1)
      if (name === 'output.weight') return codes(2, 10 / normed.last)
      if (name.endsWith('_norm.weight')) return new Float32Array(width).fill(1)
      if (name.endsWith('attn_qkv.weight')) return projection(layer)
      if (name.endsWith('attn_qkv.bias')) return bias(layer)
      if (name.endsWith('attn_output.weight')) return output(layer + 1)
      return new Float32Array(width * (name.endsWith('ffn_up.weight') ? 1_024 : 512))
    },
  })
}

const frequencies = Array.from({ length: turned / 2 }, (_, pair) => inductionBase ** ((-2 * pair) / turned))

/**
 * What the model keeps of a text, made when it is asked for: the text need not be read. It lacks the thousandth part of the mass that misses the token
 * before.
 */
export class InductionText implements KeptKv {
  readonly tokens: readonly number[]
  readonly #kvHeads: number
  /** f16 [tokens, 64]: what turns. */
  readonly #turning: Uint16Array
  /** f16 [128] of each token: its code in the half that does not turn, and as values. */
  readonly #sought: readonly Uint16Array[]
  readonly #values: readonly Uint16Array[]

  constructor(tokens: readonly number[], kvHeads: number) {
    this.tokens = tokens
    this.#kvHeads = kvHeads
    this.#turning = new Uint16Array(tokens.length * turned)
    for (let place = 0; place < tokens.length; place++) {
      frequencies.forEach((frequency, pair) => {
        this.#turning[place * turned + 2 * pair] = halfOf(reach * Math.cos(place * frequency))
        this.#turning[place * turned + 2 * pair + 1] = halfOf(reach * Math.sin(place * frequency))
      })
    }
    const codes = Array.from({ length: vocabulary }, (_, token) => codeOf(token))
    this.#values = codes.map((code) => halvesOf(code, 0, 1))
    this.#sought = codes.map((code) => halvesOf(code, turned, seek))
  }

  async readLayer(layer: number, from: number, to: number, into: Uint8Array): Promise<void> {
    const bytes = into.length / this.#kvHeads
    await this.readHead(layer, 0, from, to, into.subarray(0, bytes))
    for (let head = 1; head < this.#kvHeads; head++) into.copyWithin(head * bytes, 0, bytes)
  }

  async readHead(layer: number, head: number, from: number, to: number, into: BlockBytes): Promise<void> {
    const blocks = Array.from({ length: blocksOf(to - from) }, (_, i) => from / 64 + i)
    const extent = into instanceof Uint8Array ? into : new Uint8Array(extentBytes({ heads: 1, headSize }, to - from))
    await this.readBlocks(layer, head, blocks, extent)
    if (extent !== into) putBlocks(extent, { headSize }, into)
  }

  async readBlocks(layer: number, _head: number, blocks: readonly number[], into: Uint8Array): Promise<void> {
    const rows = new Uint16Array(into.buffer, into.byteOffset, into.byteLength / 2).fill(0)
    blocks.forEach((block, i) => {
      for (let row = 0; row < 64 && 64 * block + row < this.tokens.length; row++) {
        const place = 64 * block + row
        rows.set(this.#keys(layer, place), (128 * i + row) * headSize)
        this.#values[this.tokens[place] ?? 0]?.forEach((value, number) => {
          rows[(2 * i + 1) * 64 * headSize + 64 * number + row] = value
        })
      }
    })
  }

  #keys(layer: number, place: number): Uint16Array {
    if (layer === 1) return this.#sought[this.tokens[Math.max(0, place - 1)] ?? 0] ?? new Uint16Array(0)
    return this.#turning.subarray(place * turned, (place + 1) * turned)
  }
}

function halvesOf(code: Float32Array, place: number, factor: number): Uint16Array {
  const row = new Uint16Array(headSize)
  code.forEach((value, i) => { row[place + i] = halfOf(factor * value) })
  return row
}

function unit(vector: Float32Array): Float32Array {
  const length = Math.sqrt(vector.reduce((sum, value) => sum + value * value, 0))
  return vector.map((value) => value / length)
}
