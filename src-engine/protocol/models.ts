/** What is told of models, and of what computes them. */

/** Where a model is to be computed: on every graphics card, on the processor alone, or on the device of this name. */
export type DeviceChoice = 'auto' | 'cpu' | (string & {})

/** A device besides the processor. */
export interface DeviceFacts {
  /** As the library that drives it calls it, such as Vulkan0. */
  readonly name: string
  /** As its maker calls it. */
  readonly title: string
  /** An integrated device uses the processor's memory. */
  readonly kind: 'card' | 'integrated'
  /** Of its memory now, as its driver says. */
  readonly freeBytes: number
  readonly totalBytes: number
}

/** Layers of a model that a device computes. */
export interface DeviceShare {
  /** As in `DeviceFacts`. */
  readonly name: string
  readonly title: string
  readonly layers: number
}

/** What there is to know of a model that is loaded. */
export interface ModelFacts {
  readonly name: string
  /** In GGUF's words, such as chatglm. */
  readonly architecture: string
  /** Numbers in its weights. */
  readonly parameters: number
  /** Of its file, all parts together. */
  readonly bytes: number
  /** Tokens that the model was made to have in view. */
  readonly contextMax: number
  /** Tokens of the marks of turns in a chat that begins with a system message and one of the user. */
  readonly markTokens: number
  /** Tokens that it has scores for. */
  readonly vocabulary: number
  /** Threads that compute when nothing else needs the cores. */
  readonly threads: number
  readonly layers: number
  /** Devices that compute layers; the processor computes the others. */
  readonly devices: readonly DeviceShare[]
}

/** What a model file says of itself, learnt without loading its weights. */
export interface FileFacts {
  readonly architecture: string
  /** How most of its weights are stored, such as Q4_K. */
  readonly quantisation: string
  /** Numbers in its weights. */
  readonly parameters: number
  /** Tokens that the model was made to have in view. */
  readonly contextMax: number
  readonly shape: { readonly layers: number; readonly kvHeads: number; readonly headSize: number }
  readonly kvBytesPerToken: number
}

/** How fast a model reads on this computer, and the memory that it takes. Measured. */
export interface ReadingSpeed {
  /** Tokens that are read together. */
  readonly chunkTokens: number
  /** Of a chunk, without what it looks back on. */
  readonly chunkMilliseconds: number
  /** Of a chunk, for each token that it looks back on, itself included. */
  readonly depthMilliseconds: number
  /** Keys and values of a token in memory, all layers and KV heads. */
  readonly kvBytesPerToken: number
  /** Of the engine's process without keys and values. */
  readonly memoryBytes: number
}
