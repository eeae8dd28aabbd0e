/**
 * What LongCite models were taught: the sentences of a document are numbered in the prompt, and each statement of the answer names the sentences that it
 * rests on (Zhang et al. 2024, "LongCite", arXiv 2409.02897).
 */
import type { Range } from '../contract/answer'
import type { SentenceText } from '../contract/library'
import { createQuoteGuard } from './quotes'
import { createMarkReader } from './longcite-marks'
import type { AnswerReader } from './answer-reader'
import type { Message } from './prompt'
import { supportByNames, type Evidence } from './supporting'

/** Whether a model of this name was taught it. */
export const citesByItself = (name: string): boolean => /longcite/i.test(name)

/** Tokens that the numbers of a sentence and its marks take, of those of an ordinary one. */
const markedShare = 0.8

/** What is left for words of a budget of tokens. */
export const markedBudget = (tokens: number): number => Math.floor(tokens * markedShare)

/** The chat for a question, in the words of the training data. What the model was not taught, rules and earlier turns, is left out. */
export function longCiteMessages(question: string, sentences: readonly SentenceText[]): readonly Message[] {
  const numbered = sentences.map(({ text }, i) => `<C${i}>${text}${endOf(sentences[i], sentences[i + 1])}`).join('')
  return [{ role: 'user', content: request(numbered, question) }]
}

const request = (numbered: string, question: string): string =>
  "Please answer the user's question based on the following document. When a sentence S in your response uses information from some chunks in the document "
  + '(i.e., <C{s1}>-<C_{e1}>, <C{s2}>-<C{e2}>, ...), please append these chunk numbers to S in the format "<statement>{S}<cite>[{s1}-{e1}][{s2}-{e2}]...</cite></statement>". '
  + `You must answer in the same language as the user's question.\n\n[Document Start]\n${numbered}\n[Document End]\n\n${question}`

/** White space belongs to the sentence before it. */
function endOf(sentence: SentenceText | undefined, next: SentenceText | undefined): string {
  if (next === undefined) return ''
  return sentence?.document === next.document && sentence.paragraph === next.paragraph && sentence.unit === next.unit ? ' ' : '\n'
}

/** Reads the marks out of an answer: shown are its words, and each statement rests on what it named. */
export function createLongCiteReader(evidence: Evidence): AnswerReader {
  const marks = createMarkReader(evidence.sentences.length)
  const guard = createQuoteGuard(evidence.sentences.map(({ text }) => text))
  const statements: { readonly range: Range; readonly named: readonly number[] }[] = []
  let shown = ''
  let from = 0

  const show = (text: string): string => {
    const before = shown
    if (shown.length === from) text = beginningOf(text, shown)
    shown += text
    return shown.slice(before.length)
  }
  const close = (named: readonly number[]): void => {
    const start = from + (/^\s*/u.exec(shown.slice(from))?.[0].length ?? 0)
    const end = shown.trimEnd().length
    if (end > start) statements.push({ range: [start, end], named })
    from = shown.length
  }
  const read = (parts: ReturnType<typeof marks.push>): string => parts.map((part) => {
    if (part.kind === 'words') return show(guard.push(part.text))
    const rest = show(guard.end())
    close(part.named)
    return rest
  }).join('')

  return {
    push: (text) => read(marks.push(text)),
    end: () => read(marks.end()),
    statements: (text) => statements.map(({ range }) => range).filter(([, end]) => end <= text.length),
    supportOf: (range, claim) => supportByNames(claim, evidence, statements.find((each) => each.range === range)?.named ?? []),
  }
}

/** A statement that begins: without blanks at the start of the text, and apart from the one before where the script has blanks. */
function beginningOf(text: string, before: string): string {
  if (before === '') return text.trimStart()
  const apart = /\s$/u.test(before) || /^\s/u.test(text) || /[\p{sc=Han}\p{sc=Hiragana}\p{sc=Katakana}。！？、，；：”」』]$/u.test(before)
  return apart || text === '' ? text : ` ${text}`
}
