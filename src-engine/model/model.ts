import type { Backend } from '../ggml/backend'
import type { GraphBuilder } from '../ggml/graph'
import type { Tensor } from '../ggml/tensor'
import type { ByteSource, GgufFile } from '../gguf/file'
import { chatglm } from './chatglm'
import { decoderOf, type LoadModel } from './decoder'
import { glm4 } from './glm4'
import { llama } from './llama'
import { qwen2 } from './qwen2'
import type { ModelWeights } from './residency'
import { architectureOf, ModelUnsupportedError, type ModelShape } from './shape'
import type { LoadOptions } from './weights'

/** How a layer's new keys and values are kept, and how its queries look at what is kept: the part of a layer that depends on the cache. */
export interface LayerCache {
  /** i32 [tokens] */
  readonly positions: Tensor
  /** Keeps keys and values [d, KV heads, tokens]. */
  write(layer: number, keys: Tensor, values: Tensor): void
  /** What queries [d, heads, tokens] find, [d * heads, kept]; undefined if nobody needs this layer's result. */
  attend(layer: number, queries: Tensor): Tensor | undefined
  /** The columns of x [n, tokens] that go on. */
  keep(x: Tensor): Tensor
}

/** An architecture with its weights: pieces of a graph, for which the weights that they need have to be held. */
export interface Model {
  readonly shape: ModelShape
  readonly weights: ModelWeights
  /** i32 [tokens] to hidden states [width, tokens]. */
  embed(graph: GraphBuilder, tokens: Tensor): Tensor
  /** Hidden states [width, tokens] to those after the layer, [width, kept]. */
  layer(graph: GraphBuilder, index: number, x: Tensor, cache: LayerCache): Tensor | undefined
  /** Hidden states to logits [vocabulary, tokens]. */
  head(graph: GraphBuilder, x: Tensor): Tensor
}

const architectures: Readonly<Record<string, LoadModel>> = {
  chatglm: decoderOf(chatglm), glm4: decoderOf(glm4), llama: decoderOf(llama), qwen2: decoderOf(qwen2),
}

/** @throws ModelUnsupportedError before anything is loaded, if the file's architecture, shape or tensors are not what is known. */
export async function loadModel(backend: Backend, file: GgufFile, source: ByteSource, options: LoadOptions): Promise<Model> {
  const name = architectureOf(file)
  const load = architectures[name]
  if (load === undefined) throw new ModelUnsupportedError(`is of the architecture ${name}, which Longleaf does not know; it knows ${Object.keys(architectures).join(', ')}`)
  return load(backend, file, source, options)
}
