import chinese from './chinese.json' with { type: 'json' }
import german from './german.json' with { type: 'json' }
import type { LabelledCase } from './labelled'

const casesOf = ({ texts }: typeof german): readonly LabelledCase[] => texts.flatMap(({ sentences, cases }) => cases.map((each) => ({ sentences, ...each })))

/** Questions and answers in English about texts in another language. */
export const otherLanguageCases = (): Readonly<Record<'German' | 'Chinese', readonly LabelledCase[]>> => ({ German: casesOf(german), Chinese: casesOf(chinese) })
