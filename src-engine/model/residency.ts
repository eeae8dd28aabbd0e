import type { Part } from '../ggml/placement'

/**
 * Which weights are in memory while a text is read: all of them, or those of the layers that are computed and of the next. A chat has all of them in
 * memory, and they stay until a text is read.
 */
export type Residency = 'resident' | 'layer by layer'

/** What reading a text needs, bytes. */
export interface ReadingNeeds {
  readonly weights: number
  /** Besides weights. */
  readonly reading: number
}

/** All weights stay where they fit beside what reading needs: a chat would have to fetch them again. */
export function residencyFor({ weights, reading }: ReadingNeeds, freeBytes: number): Residency {
  return weights + reading <= freeBytes ? 'resident' : 'layer by layer'
}

/** What a chat is computed with. */
export function wholeModel(layers: number): readonly Part[] {
  return [...Array<undefined>(layers).keys(), 'head']
}

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
  /** Gives back what nobody holds, unless all weights stay. */
  giveBack(): void
  /** Nothing may be held. */
  free(): void
}
