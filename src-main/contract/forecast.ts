/** What the reading of a whole document by the chosen model takes on this computer. */
export interface Forecast {
  /** For a person: what the model is called. */
  readonly model: string
  /** Of the document, as this model counts them. */
  readonly tokens: number
  readonly seconds: number
  /** Of the engine while it reads: weights, keys and values, and what computing takes. */
  readonly memoryBytes: number
  /** Of what has been read, kept on the disk. */
  readonly diskBytes: number
  /** How the model looks back on what it has read: all of it is in memory, or comes from the disk for each token. */
  readonly mode: 'resident' | 'streamed'
  /** From a measurement on this computer. */
  readonly basis: 'measured'
  /** Why it cannot be read whole; null where it can. */
  readonly obstacle: ForecastObstacle | null
}

export type ForecastObstacle =
  /** The document is longer than `contextMax`: the tokens that the model can have in view beside questions and answers. */
  | { readonly kind: 'longer-than-model'; readonly contextMax: number }
  | { readonly kind: 'too-little-memory'; readonly memoryBytes: number }
