/** A whole document in view: a chat that begins with its text, the same for every question, so that what was read of it serves them all. */
import type { Coverage } from '../contract/answer'
import { isPaginated, type DocumentId } from '../contract/document'
import type { DocumentSummary, SentenceText } from '../contract/library'
import type { ReadingScope } from '../contract/reading'
import { listUnits, unitsOfScope } from '../contract/unit-ranges'
import type { Library } from '../library/library'
import { chatMessages, joinSentences, layOut, questionIn, type Message, type Prompt, type Turn } from './prompt'

export interface WholeBeginning {
  /** Of which the last goes on with the question. */
  readonly messages: readonly Message[]
  /**
   * How many of these units, which hold the sentences, are read to their end with the first so many UTF-16 units of the last message.
   * @param lengths ascending
   */
  readonly unitsRead: (lengths: readonly number[], units: readonly number[]) => readonly number[]
}

/** The sentences of a document that are read with this scope, in reading order. */
export async function sentencesOf(library: Pick<Library, 'sentences'>, document: DocumentId, scope: ReadingScope): Promise<readonly SentenceText[]> {
  const all = await library.sentences(document, 0, Number.MAX_SAFE_INTEGER)
  if (scope.kind === 'whole') return all
  const units = new Set(listUnits(scope.units))
  return all.filter(({ start }) => units.has(start.unit))
}

/** What is read of each unit. @param sentences of the whole document */
export function textsOfUnits(sentences: readonly SentenceText[], unitsTotal: number): readonly string[] {
  const units = Array.from({ length: unitsTotal }, (): SentenceText[] => [])
  for (const sentence of sentences) units[sentence.start.unit]?.push(sentence)
  return units.map((own) => joinSentences(own).text)
}

/** What every chat about a document begins with. @param sentences what is read of it, in reading order */
export function beginWhole(sentences: readonly SentenceText[]): WholeBeginning {
  const { text, ranges } = layOut({ sentences }, 'title')
  return {
    messages: chatMessages(text, [], ''),
    unitsRead(lengths, units) {
      const ends = new Map<number, number>()
      sentences.forEach(({ start, end }, i) => {
        for (const unit of end.offset > 0 ? [start.unit, end.unit] : [start.unit]) ends.set(unit, ranges[i]?.[1] ?? 0)
      })
      let [read, end] = [0, 0]
      return lengths.map((length) => {
        for (; read < units.length; read++) {
          end = Math.max(end, ends.get(units[read] ?? 0) ?? 0)
          if (end > length) break
        }
        return read
      })
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

/** What is in view with this scope; units whose text could not be had are not. */
export function scopeCoverage({ id, title, units: unitsTotal, format, problems }: DocumentSummary, scope: ReadingScope): Coverage {
  const unread = new Set(problems.map(({ unit }) => unit))
  const unitsInView = listUnits(unitsOfScope(scope, unitsTotal)).filter((unit) => !unread.has(unit))
  return { documents: [{ document: id, title, unitsInView, unitsTotal, paginated: isPaginated(format) }], complete: unitsInView.length === unitsTotal }
}
