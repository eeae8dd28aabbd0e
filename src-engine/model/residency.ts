import type { Part } from '../ggml/placement'

/** Which weights are in memory: all of them, or those of the layers that are computed and of the next. */
export type Residency = 'resident' | 'layer by layer'

/** Weights of a model, of which not all need be in memory. */
export interface ModelWeights {
  readonly residency: Residency
  /** Bytes in memory. */
  readonly bytes: number
  /**
   * Brings parts of the model into memory, which stay there until what this gives is called.
   * @throws RangeError or DeviceError without memory; the error of the model's file
   */
  hold(parts: readonly Part[]): Promise<() => void>
  /** Brings the rows of the embedding into memory that belong to these tokens; they stay. @throws the error of the model's file */
  lookUp(tokens: Iterable<number>): Promise<void>
  /** Nothing may be held. */
  free(): void
}
