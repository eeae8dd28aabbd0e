import english from '../../../resources/evidence-cases.json' with { type: 'json' }
import chinese from './chinese.json' with { type: 'json' }
import french from './french.json' with { type: 'json' }
import german from './german.json' with { type: 'json' }
import type { LabelledCase } from './labelled'

function casesOf({ texts }: typeof german): readonly LabelledCase[] {
  return texts.flatMap(({ title, sentences, cases }) => cases.map((each) => ({ ...each, sentences: sentences.map((text) => ({ title, paragraph: 1, text })) })))
}

/** Questions and answers in English, about texts in the language named: figures come from German and Chinese, the others are for choosing by. */
export const ownCases = { English: () => casesOf(english), French: () => casesOf(french), German: () => casesOf(german), Chinese: () => casesOf(chinese) }
