import type { SentenceText } from '../../../src-main/contract/library'
import type { Extract } from '../../../src-main/ask/prompt'
import { sentenceText } from '../../support/sentence-text'

/** A sentence of a text that is in view. */
export interface LabelledSentence {
  readonly title: string
  /** Counts through all texts in view. */
  readonly paragraph: number
  readonly text: string
}

/** A question with its answer and the sentences, of those in view, that support it. */
export interface LabelledCase {
  readonly sentences: readonly LabelledSentence[]
  readonly question: string
  /** What the model is made to say. */
  readonly answer: string
  /** Indices of the supporting sentences; any of them is right. */
  readonly gold: readonly number[]
}

/** The sentences as the library would give them, every text a document of its own. */
export const viewOf = ({ sentences }: LabelledCase): readonly SentenceText[] =>
  sentences.map(({ title, paragraph, text }, index) => sentenceText(text, { document: title, title, paragraph, index, page: null, pageLabel: null }))

/** An extract for each text, as a question about several documents has them. */
export function extractsOf(view: readonly SentenceText[]): readonly Extract[] {
  const titles = [...new Set(view.map(({ title }) => title))]
  return titles.map((title) => ({ sentences: view.filter((sentence) => sentence.title === title) }))
}
