import { z } from 'zod'
import texts from '../../resources/evidence-cases.json'
import type { CalibrationCase } from '../../src-engine/protocol'
import type { SentenceText } from '../contract/library'
import { buildPrompt } from './prompt'

const schema = z.strictObject({
  licence: z.string(),
  texts: z.array(z.strictObject({
    title: z.string(),
    sentences: z.array(z.string()),
    cases: z.array(z.strictObject({ question: z.string(), answer: z.string(), gold: z.array(z.number().int()).min(1) })),
  })),
})

/** Questions with right answers in other words than the text's, asked as a person's are: what heads are chosen by. */
export const calibrationCases: readonly CalibrationCase[] = schema.parse(texts).texts.flatMap(({ title, sentences, cases }) => {
  const extract = { sentences: sentences.map((text, index) => asSentence(title, text, index)) }
  return cases.map(({ question, answer, gold }) => {
    const { messages, sources, question: place } = buildPrompt(question, [extract], [])
    return { messages, sources, question: place, answer, gold }
  })
})

function asSentence(title: string, text: string, index: number): SentenceText {
  const [start, end] = [{ unit: 0, offset: 0 }, { unit: 0, offset: text.length }]
  return { document: '', title, index, unit: 0, page: null, pageLabel: null, section: [], paragraph: 1, start, end, text }
}
