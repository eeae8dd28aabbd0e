/** A whole document in view: a chat that begins with its text, the same for every question, so that what was read of it serves them all. */
import type { Coverage } from '../contract/answer'
import { isPaginated } from '../contract/document'
import type { DocumentSummary, SentenceText } from '../contract/library'
import { chatMessages, layOut, questionIn, type Message, type Prompt, type Turn } from './prompt'

export interface WholeBeginning {
  /** Of which the last goes on with the question. */
  readonly messages: readonly Message[]
  /** Units that the first so many UTF-16 units of the last message touch. */
  readonly unitsBefore: (length: number) => number
}

/** What every chat about a document begins with. @param sentences all of it, in reading order */
export function beginWhole(sentences: readonly SentenceText[]): WholeBeginning {
  const { text, ranges } = layOut({ sentences }, 'title')
  return {
    messages: chatMessages(text, [], ''),
    unitsBefore(length) {
      const read = sentences.filter((_, i) => (ranges[i]?.[0] ?? Infinity) < length)
      return read.reduce((units, { start, end }) => Math.max(units, (end.offset > 0 ? end.unit : start.unit) + 1), 0)
    },
  }
}

/** The chat for a question: the document, the last few turns of the conversation, the question. */
export function askWhole(question: string, sentences: readonly SentenceText[], history: readonly Turn[]): Prompt {
  const { text, ranges } = layOut({ sentences }, 'title')
  const messages = chatMessages(text, history, question)
  const message = messages.findIndex(({ role }) => role === 'user')
  return { messages, sources: ranges.map(([start, end]) => ({ message, start, end })), question: questionIn(messages, question) }
}

/** All units are in view, those without text too. */
export function wholeCoverage({ id, title, units, format, problems }: DocumentSummary): Coverage {
  const unread = new Set(problems.map(({ unit }) => unit))
  const unitsInView = Array.from({ length: units }, (_, unit) => unit).filter((unit) => !unread.has(unit))
  return { documents: [{ document: id, title, unitsInView, unitsTotal: units, paginated: isPaginated(format) }], complete: unread.size === 0 }
}
