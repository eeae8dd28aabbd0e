/** What an answer says, of all that the model writes: some models begin with a line of their own. Text comes in pieces, as it is written. */
export interface AnswerText {
  /** What of this piece is to be shown. */
  push(piece: string): string
}

/** A model that writes nothing but its answer. */
export const wholeAnswer = (): AnswerText => ({ push: (piece) => piece })

/** A model that puts white space before its answer. */
export function trimmedAnswer(): AnswerText {
  let begun = false
  return {
    push(piece) {
      const said = begun ? piece : piece.trimStart()
      begun ||= said !== ''
      return said
    },
  }
}

/** A model that thinks first, up to a mark that is written as text; what it thought is not shown. */
export function answerAfter(mark: string): AnswerText {
  const answer = trimmedAnswer()
  let held: string | null = ''
  return {
    push(piece) {
      if (held === null) return answer.push(piece)
      held += piece
      const at = held.indexOf(mark)
      if (at < 0) {
        held = held.slice(1 - mark.length)
        return ''
      }
      const rest = held.slice(at + mark.length)
      held = null
      return answer.push(rest)
    },
  }
}
