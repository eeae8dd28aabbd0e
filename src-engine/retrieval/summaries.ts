/**
 * The summaries of all keys and values of a text, in memory: of a text of 131,072 tokens GLM-4-9B's take 870 MB, where its keys and values take 5.4 GB.
 */
import type { Backend } from '../ggml/backend'
import { dataType, rowBytes, type Tensor } from '../ggml/tensor'
import type { PartsStore } from '../ggml/tensor-store'
import type { KvShape } from '../kv/layer'
import { blockTokens, extentBytes, extentTokens } from '../prefill/extent'
import type { KeptKv } from '../prefill/kept'
import { stretches } from '../prefill/stretches'
import { BlockSummary, summaryRows, type SummaryForm, type SummaryRows } from './block-summary'
import { keyClusters } from './key-clusters'
import { KeySpread } from './key-spread'
import { layerPlans, rowsOf, summaryTypes, tensorsOfLayer } from './summary-layout'

interface LayerSummaries {
  /** [d, rows, KV heads]: means, from the centre. */
  readonly keys: Tensor
  /** f32 [d, 1, KV heads]: the bias of a layer may make some numbers of all its keys so large that few bits are left for what differs. */
  readonly centre: Tensor
  /** [rows, d, KV heads]: means. */
  readonly values: Tensor
  /** f32 [rows, 3, KV heads]: the logarithm of how many tokens a row stands for, its spread (`KeySpread`), both times the root of d, and 1. */
  readonly weights: Tensor
  /** f32 [d, d, KV heads]: see `KeySpread`. */
  readonly directions: Tensor
}

export class Summaries {
  readonly shape: KvShape
  /** Blocks of the text, all of them whole. */
  readonly blocks: number
  /** Rows of all blocks, and of what fills up the last block of a type: these stand for nothing. */
  readonly rows: number
  readonly form: SummaryForm
  readonly #backend: Backend
  readonly #store: PartsStore

  /** @throws RangeError if there is not enough memory. */
  constructor(backend: Backend, shape: KvShape, blocks: number, form = keyClusters, types = summaryTypes(shape)) {
    this.shape = shape
    this.blocks = blocks
    this.rows = rowsOf(blocks, form)
    this.form = form
    this.#backend = backend
    this.#store = backend.storeParts(Array.from({ length: shape.layers }, (_, part) => ({ part, plans: layerPlans(shape, this.rows, types) })))
    backend.clear(this.#store)
  }

  get bytes(): number {
    return this.#store.bytes
  }

  layer(index: number): LayerSummaries {
    const [keys, values, weights, directions, centre] = this.#store.tensors.slice(tensorsOfLayer * index, tensorsOfLayer * (index + 1))
    if (keys === undefined || values === undefined || weights === undefined || directions === undefined || centre === undefined) {
      throw new RangeError(`There are no summaries of layer ${index}.`)
    }
    return { keys, values, weights, directions, centre }
  }

  /** Sums up what is kept. @throws what `kept` throws; the reason of `signal` */
  async fill(kept: KeptKv, signal?: AbortSignal): Promise<void> {
    const { layers, heads, headSize } = this.shape
    const extent = new Uint8Array(extentBytes(this.shape, extentTokens))
    for (let layer = 0; layer < layers; layer++) {
      const known = Array.from({ length: heads }, () => ({ centre: new Float32Array(headSize), spread: new KeySpread(this.rows, headSize) }))
      for (const { start, count } of stretches(0, this.blocks * blockTokens, extentTokens)) {
        signal?.throwIfAborted()
        const bytes = extent.subarray(0, extentBytes(this.shape, count))
        await kept.readLayer(layer, start, start + count, bytes)
        const numbers = new Uint16Array(bytes.buffer, bytes.byteOffset, bytes.byteLength / Uint16Array.BYTES_PER_ELEMENT)
        const perHead = numbers.length / heads
        const first = (start / blockTokens) * this.form.rows
        for (const [head, { centre, spread }] of known.entries()) {
          const rows = this.#summarise(numbers.subarray(head * perHead, (head + 1) * perHead), spread)
          spread.addRows(first, rows.squares)
          if (first === 0) centre.set(meanKey(rows, headSize))
          await this.#putRows(this.layer(layer), head, first, { ...rows, keys: awayFrom(centre, rows.keys) })
        }
      }
      known.forEach((each, head) => this.#putHead(this.layer(layer), head, each))
    }
  }

  free(): void {
    this.#store.free()
  }

  /** The rows of blocks of one KV head, which follow one another. */
  #summarise(numbers: Uint16Array, spread: KeySpread): SummaryRows {
    const { headSize: d } = this.shape
    const [height, size] = [this.form.rows, 2 * blockTokens * d]
    const blocks = numbers.length / size
    const all = summaryRows(rowsOf(blocks, this.form), d)
    const summary = new BlockSummary(this.form, d)
    for (let block = 0; block < blocks; block++) {
      const rows = summary.summarise(numbers.subarray(block * size, (block + 1) * size))
      all.keys.set(rows.keys, block * height * d)
      all.values.set(rows.values, block * height * d)
      all.counts.set(rows.counts, block * height)
      all.squares.set(rows.squares, block * height)
      // One key, in each block another, says enough of the directions.
      spread.addKey(summary.deviation((block * sampleStep) % blockTokens))
    }
    return all
  }

  /** Rows of a KV head from `first` on come to their places. */
  async #putRows({ keys, values, weights }: LayerSummaries, head: number, first: number, rows: SummaryRows): Promise<void> {
    const { headSize: d } = this.shape
    const count = rows.counts.length
    const [step, column, own] = [weights.strides[0], weights.strides[1], head * weights.strides[2]]
    this.#backend.write(weights, rows.counts.map((each) => Math.log(each) * Math.sqrt(d)), own + first * step)
    this.#backend.write(weights, new Float32Array(count).fill(1), own + 2 * column + first * step)
    const graph = this.#backend.graph(16)
    const workspace = this.#backend.workspace()
    const [ofKeys, ofValues] = [graph.input(dataType.f32, d, count), graph.input(dataType.f32, d, count)]
    const keyPlace = graph.view(keys, [d, count, 1, 1], [keys.strides[1], keys.strides[2], keys.strides[3]], head * keys.strides[2] + first * keys.strides[1])
    graph.run(graph.copy(ofKeys, keyPlace))
    // ggml makes numbers of few bits only of what will lie together.
    const turned = graph.copy(graph.dense(graph.permute(ofValues, 1, 0, 2, 3)), graph.input(values.type, count, d))
    graph.output(turned)
    workspace.place(graph)
    this.#backend.write(ofKeys, rows.keys)
    this.#backend.write(ofValues, rows.values)
    await this.#backend.run(graph)
    const bytes = rowBytes(values.type, count)
    const numbers = new Uint8Array(bytes * d)
    this.#backend.read(turned, numbers)
    const offset = head * values.strides[2] + rowBytes(values.type, first)
    this.#backend.writeParts(values, numbers, { offset, bytes, count: d, stride: values.strides[1], dataStride: bytes })
    workspace.free()
    graph.free()
  }

  #putHead({ weights, directions, centre: centres }: LayerSummaries, head: number, { centre, spread }: HeadSummary): void {
    const root = Math.sqrt(this.shape.headSize)
    this.#backend.write(weights, spread.spreads.map((each) => each * root), head * weights.strides[2] + weights.strides[1])
    this.#backend.write(directions, spread.directions, head * directions.strides[2])
    this.#backend.write(centres, centre, head * centres.strides[2])
  }
}

/** Of a KV head, over the whole text. */
interface HeadSummary {
  /** [d] */
  readonly centre: Float32Array
  readonly spread: KeySpread
}

/** [d] */
function meanKey({ keys, counts }: SummaryRows, d: number): Float32Array {
  const mean = new Float32Array(d)
  const tokens = counts.reduce((sum, count) => sum + count, 0)
  for (let at = 0; at < keys.length; at++) mean[at % d] = (mean[at % d] ?? 0) + ((keys[at] ?? 0) * (counts[Math.floor(at / d)] ?? 0)) / tokens
  return mean
}

function awayFrom(centre: Float32Array, keys: Float32Array): Float32Array {
  return keys.map((each, at) => each - (centre[at % centre.length] ?? 0))
}

/** From block to block, so that all places come in turn. */
const sampleStep = 27
