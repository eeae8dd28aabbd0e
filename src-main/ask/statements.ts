import type { Range } from '../contract/answer'
import { splitSentences } from '../text/sentences'

/** A list's bullet or number, or a heading's sign, at the start of a line. */
const lineMark = /^[\s>]*(?:[-*+•]|\d{1,3}[.)]|#{1,6})\s+/u

/** The statements of an answer: its sentences, line by line, without list marks and the blanks around them. */
export function splitStatements(answer: string): readonly Range[] {
  const statements: Range[] = []
  let lineStart = 0
  for (const line of answer.split('\n')) {
    const mark = lineMark.exec(line)?.[0].length ?? 0
    for (const { start, end } of splitSentences(line.slice(mark), null)) statements.push([lineStart + mark + start, lineStart + mark + end])
    lineStart += line.length + 1
  }
  return statements
}
