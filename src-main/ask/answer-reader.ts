/** An answer in plain words: its statements are its sentences, and what they rest on is found by words and by where the model looked. */
import type { Range } from '../contract/answer'
import { supportBy, type Attention } from './citations'
import { createQuoteGuard } from './quotes'
import { splitStatements } from './statements'
import type { Claim, Evidence, Support } from './supporting'

/** How the text of an answer tells its statements, and what they rest on. */
export interface AnswerReader {
  /** Takes the next piece of the stream; gives what may be shown of it now. */
  push(text: string): string
  /** The rest, at the end of the stream. */
  end(): string
  /** The statements of what was shown, or of a beginning of it; those that are complete while it has not `ended`. */
  statements(shown: string, ended: boolean): readonly Range[]
  supportOf(range: Range, claim: Claim): Support
}

export function createPlainReader(evidence: Evidence, attention: Attention | null): AnswerReader {
  const { push, end } = createQuoteGuard(evidence.sentences.map(({ text }) => text))
  return {
    push,
    end,
    statements: (shown, ended) => (ended ? splitStatements(shown) : splitStatements(shown).slice(0, -1)),
    supportOf: supportBy(evidence, attention),
  }
}
