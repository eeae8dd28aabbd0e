/** A question with its answer and the sentences, of those in view, that support it. */
export interface LabelledCase {
  readonly sentences: readonly string[]
  readonly question: string
  /** What the model is made to say. */
  readonly answer: string
  /** Indices of the supporting sentences; any of them is right. */
  readonly gold: readonly number[]
}
