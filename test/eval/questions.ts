import questions from './questions.json' with { type: 'json' }

/** A single-fact question with the words that hold the answer and the pages (from 1) where they stand. */
export interface GoldQuestion {
  readonly book: 'bashref' | 'policy' | 'sample'
  readonly question: string
  readonly gold: string
  readonly pages: readonly number[]
}

export const goldQuestions: readonly GoldQuestion[] = questions as readonly GoldQuestion[]
