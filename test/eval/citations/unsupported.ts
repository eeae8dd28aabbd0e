import type { LabelledCase } from './labelled'

/** The same questions, each with the answer to one about another text. */
export function withAnswersReplaced(cases: readonly LabelledCase[]): readonly LabelledCase[] {
  return cases.flatMap((labelled, i) => {
    const title = labelled.sentences[0]?.title
    const other = [...cases.slice(i), ...cases].find(({ sentences, answer }) => sentences[0]?.title !== title && answer !== labelled.answer)
    return other === undefined ? [] : [{ ...labelled, answer: other.answer }]
  })
}

/** The same questions and answers; every sentence that supports an answer, or holds its words, is gone. */
export function withEvidenceRemoved(cases: readonly LabelledCase[]): readonly LabelledCase[] {
  return cases.map((labelled) => {
    const sentences = labelled.sentences.filter(({ text }, at) => !labelled.gold.includes(at) && !text.includes(labelled.answer))
    return { ...labelled, sentences, gold: [] }
  })
}
