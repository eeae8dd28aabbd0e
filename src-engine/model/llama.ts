/**
 * The architecture `llama` (Llama, arXiv 2302.13971; grouped queries, arXiv 2305.13245): Llama 2 and 3 without stretched context, SmolLM, SmolLM2.
 *
 *   x [width, tokens]
 *   x = x + output(attention(rotate(q), rotate(k), v))     of norm(x)
 *   x = x + down(silu(gate) * up)                          of norm(x)
 */
import type { Backend } from '../ggml/backend'
import type { GraphBuilder } from '../ggml/graph'
import type { Tensor } from '../ggml/tensor'
import type { ByteSource, GgufFile } from '../gguf/file'
import { applyLinear, applyOne, applyStacked, type Linear } from './linear'
import type { LayerCache, Model } from './model'
import { ModelUnsupportedError, readShape, TensorTable, type ModelShape } from './shape'
import { WeightLoader, type LoadOptions } from './weights'

interface Layer {
  readonly attentionNorm: Tensor // [width]
  readonly queryKeyValue: Linear // [width, heads d + 2 KV heads d]
  readonly attentionOutput: Linear // [heads d, width]
  readonly feedForwardNorm: Tensor // [width]
  readonly gateAndUp: Linear // [width, 2 feedForward]
  readonly down: Linear // [feedForward, width]
}

interface Weights {
  readonly embedding: Tensor // [width, vocabulary]
  readonly layers: readonly Layer[]
  readonly outputNorm: Tensor // [width]
  readonly output: Linear // [width, vocabulary]
}

/** @throws ModelUnsupportedError before anything is loaded, if a tensor is missing, has another size or is not known. */
export async function loadLlama(backend: Backend, file: GgufFile, source: ByteSource, options: LoadOptions): Promise<Model> {
  const shape = readShape(file, 'adjacent')
  refuseVariants(file)
  const loader = new WeightLoader(backend, options.weights)
  const weights = planWeights(loader, file, shape)
  const store = await loader.load(source, options)
  const { embedding, layers, outputNorm, output } = weights()
  return {
    shape,
    bytes: store.bytes,
    embed: (graph, tokens) => graph.rows(embedding, tokens),
    layer: (graph, index, x, cache) => applyLayer(graph, shape, layerAt(layers, index), index, x, cache),
    head: (graph, x) => applyOne(graph, output, graph.rmsNorm(x, outputNorm, shape.normEpsilon)),
    free: () => store.free(),
  }
}

function applyLayer(graph: GraphBuilder, shape: ModelShape, layer: Layer, index: number, x: Tensor, cache: LayerCache): Tensor | undefined {
  const { heads, kvHeads, headSize, rotary, normEpsilon } = shape

  const [q, k, v] = applyLinear(graph, layer.queryKeyValue, graph.rmsNorm(x, layer.attentionNorm, normEpsilon))
  if (q === undefined || k === undefined || v === undefined) throw new Error('A layer gave no query, key or value.')
  cache.write(index, graph.rotate(asHeads(graph, k, headSize, kvHeads), cache.positions, rotary), asHeads(graph, v, headSize, kvHeads))
  const found = cache.attend(index, graph.rotate(asHeads(graph, q, headSize, heads), cache.positions, rotary)) // [heads d, kept]
  if (found === undefined) return undefined
  const attended = graph.add(applyOne(graph, layer.attentionOutput, found), cache.keep(x)) // [width, kept]

  const normed = graph.rmsNorm(attended, layer.feedForwardNorm, normEpsilon)
  const stacked = applyStacked(graph, layer.gateAndUp, normed)
  const inner = stacked === undefined ? splitGate(graph, layer.gateAndUp, normed) : graph.swiglu(stacked) // [feedForward, kept]
  return graph.add(applyOne(graph, layer.down, inner), attended) // [width, kept]
}

function splitGate(graph: GraphBuilder, gateAndUp: Linear, x: Tensor): Tensor {
  const [gate, up] = applyLinear(graph, gateAndUp, x)
  if (gate === undefined || up === undefined) throw new Error('A layer gave no gate or up.')
  return graph.swigluSplit(gate, up)
}

/** [heads d, tokens], perhaps a part of longer columns, as [d, heads, tokens]. */
function asHeads(graph: GraphBuilder, x: Tensor, headSize: number, heads: number): Tensor {
  const [size, column] = x.strides
  return graph.view(x, [headSize, heads, x.shape[1], 1], [size * headSize, column, column * x.shape[1]], 0)
}

function planWeights(loader: WeightLoader, file: GgufFile, shape: ModelShape): () => Weights {
  const { width, vocabulary, feedForward } = shape
  const queries = shape.heads * shape.headSize
  const keys = shape.kvHeads * shape.headSize
  const table = new TensorTable(file)
  const embeddingInfo = table.get('token_embd.weight', width, vocabulary)
  const embedding = loader.plain(embeddingInfo)
  const layers = Array.from({ length: shape.layers }, (_, i) => {
    const matrix = (name: string, columns: number, rows: number) => table.get(`blk.${i}.${name}.weight`, columns, rows)
    const attentionNorm = loader.plain(table.get(`blk.${i}.attn_norm.weight`, width))
    const queryKeyValue = loader.linear(matrix('attn_q', width, queries), matrix('attn_k', width, keys), matrix('attn_v', width, keys))
    const attentionOutput = loader.linear(matrix('attn_output', queries, width))
    const feedForwardNorm = loader.plain(table.get(`blk.${i}.ffn_norm.weight`, width))
    const gateAndUp = loader.linear(matrix('ffn_gate', width, feedForward), matrix('ffn_up', width, feedForward))
    const down = loader.linear(matrix('ffn_down', feedForward, width))
    return (): Layer => ({
      attentionNorm: attentionNorm(), queryKeyValue: queryKeyValue(), attentionOutput: attentionOutput(),
      feedForwardNorm: feedForwardNorm(), gateAndUp: gateAndUp(), down: down(),
    })
  })
  const outputNorm = loader.plain(table.get('output_norm.weight', width))
  // Many small models use their embedding as output too.
  const output = loader.linear(table.has('output.weight') ? table.get('output.weight', width, vocabulary) : embeddingInfo)
  const [stranger] = table.unexpected()
  if (stranger !== undefined) throw new ModelUnsupportedError(`has a tensor ${stranger}, which a ${shape.architecture} model as Longleaf knows it does not have`)
  return () => ({
    embedding: embedding(),
    layers: layers.map((layer) => layer()),
    outputNorm: outputNorm(),
    output: output(),
  })
}

/** Variants that would compute, wrongly. */
function refuseVariants(file: GgufFile): void {
  const scaling = file.metadata.get('llama.rope.scaling.type')
  if (scaling !== undefined && scaling.value !== 'none') throw new ModelUnsupportedError('stretches its context, which Longleaf cannot do yet')
  if (file.metadata.has('llama.expert_count')) throw new ModelUnsupportedError('is a mixture of experts, which Longleaf cannot run')
}

function layerAt(layers: readonly Layer[], index: number): Layer {
  const layer = layers[index]
  if (layer === undefined) throw new RangeError(`The model has no layer ${index}.`)
  return layer
}
