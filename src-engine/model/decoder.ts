/**
 * What the architectures share: tokens become hidden states, which go through the layers one after the other, and the last ones become logits.
 */
import type { Backend } from '../ggml/backend'
import type { GraphBuilder } from '../ggml/graph'
import type { Tensor } from '../ggml/tensor'
import type { ByteSource, GgufFile } from '../gguf/file'
import { LayerTensors, type Loaded } from './layer-tensors'
import { applyOne, type Linear } from './linear'
import type { Model } from './model'
import type { LayerPlace } from './self-attention'
import { ModelUnsupportedError, readShape, TensorTable, type ModelShape } from './shape'
import { WeightLoader, type LoadOptions } from './weights'
import { refuseVariants } from './variants'

export interface Architecture<Layer> {
  /** Which numbers of a head turn together. */
  readonly pairs: ModelShape['rotary']['pairs']
  /** @throws ModelUnsupportedError for a file that would compute, wrongly. */
  check?(shape: ModelShape): void
  /** @throws ModelUnsupportedError if a tensor of a layer is missing or has another size. */
  plan(tensors: LayerTensors): Loaded<Layer>
  /** Hidden states x [width, tokens] to those after the layer, [width, kept]; undefined if nobody needs them. */
  apply(graph: GraphBuilder, shape: ModelShape, layer: Layer, place: LayerPlace, x: Tensor): Tensor | undefined
}

interface Weights<Layer> {
  readonly embedding: Loaded<Tensor> // [width, vocabulary]
  readonly layers: readonly Loaded<Layer>[]
  readonly outputNorm: Loaded<Tensor> // [width]
  readonly output: Loaded<Linear> // [width, vocabulary]
}

export type LoadModel = (backend: Backend, file: GgufFile, source: ByteSource, options: LoadOptions) => Promise<Model>

/** How files of an architecture become models; ModelUnsupportedError is thrown before anything is loaded. */
export function decoderOf<Layer>(architecture: Architecture<Layer>): LoadModel {
  return async (backend, file, source, options) => {
    const shape = readShape(file, architecture.pairs)
    refuseVariants(file, shape)
    architecture.check?.(shape)
    const loader = new WeightLoader(backend, options.weights, options.residencyOf?.(shape))
    const { embedding, layers, outputNorm, output } = planWeights(architecture, file, shape, loader)
    const weights = await loader.load(source, options)
    return {
      shape, weights,
      embed: (graph, tokens) => graph.rows(embedding(), tokens),
      layer: (graph, index, x, cache) => architecture.apply(graph, shape, layerAt(layers, index), { index, cache }, x),
      head: (graph, x) => applyOne(graph, output(), graph.rmsNorm(x, outputNorm(), shape.normEpsilon)),
    }
  }
}

function planWeights<Layer>(architecture: Architecture<Layer>, file: GgufFile, shape: ModelShape, loader: WeightLoader): Weights<Layer> {
  const { width, vocabulary } = shape
  const table = new TensorTable(file)
  const embedding = table.get('token_embd.weight', width, vocabulary)
  const weights: Weights<Layer> = {
    embedding: loader.plain(embedding),
    layers: Array.from({ length: shape.layers }, (_, index) => architecture.plan(new LayerTensors(shape, table, loader, index))),
    outputNorm: loader.plain(table.get('output_norm.weight', width)),
    // Many small models use their embedding as output too.
    output: loader.linear(table.has('output.weight') ? table.get('output.weight', width, vocabulary) : embedding),
  }
  const [stranger] = table.unexpected()
  if (stranger !== undefined) throw new ModelUnsupportedError(`has a tensor ${stranger}, which a ${shape.architecture} model as Longleaf knows it does not have`)
  return weights
}

function layerAt<Layer>(layers: readonly Loaded<Layer>[], index: number): Layer {
  const layer = layers[index]
  if (layer === undefined) throw new RangeError(`The model has no layer ${index}.`)
  return layer()
}
