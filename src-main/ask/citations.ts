import type { Citation, Range, Statement } from '../contract/answer'
import type { SentenceText } from '../contract/library'
import { indexSentences, scoreSentences, shareHeld, type EvidenceIndex } from './evidence'
import { notFoundReply } from './prompt'
import { subjectOf } from '../text/function-words'
import { contentWords, namesIn, numbersIn } from './words'

/** A statement is supported where its sentences hold at least this share of its words, by weight. */
const supportedShare = 0.5
/** A second sentence is cited only where it adds at least this share, */
const secondSentenceAdds = 0.2
/** and speaks of the same thing: it holds this share of the statement by itself, numbers aside. */
const secondSentenceHolds = 0.25
/** A name may stand so many sentences away from the one that is cited. */
const nameReach = 4
/** Sentences by BM25 among which the supporting ones are sought. */
const candidatesMax = 8

/** The sentences in view, ready to be searched for what supports a statement. */
export interface Evidence {
  readonly sentences: readonly SentenceText[]
  readonly index: EvidenceIndex
}

export function gatherEvidence(sentences: readonly SentenceText[]): Evidence {
  return { sentences, index: indexSentences(sentences.map((sentence) => contentWords(sentence.text))) }
}

export interface Attribution {
  readonly statements: readonly Statement[]
  readonly citations: readonly Citation[]
}

/**
 * Links every statement of an answer to the sentences in view that support it, by BM25 of the question's and the
 * statement's words, and names those that nothing supports. A number that no cited sentence and no question holds is
 * never supported. One sentence keeps one marker throughout the answer.
 */
export function attribute(question: string, answer: string, ranges: readonly Range[], evidence: Evidence): Attribution {
  const markers = new Map<number, number>()
  const citations: Citation[] = []
  const statements = ranges.map((range): Statement => {
    const text = answer.slice(...range)
    if (!makesClaim(text)) return { range, support: 'none-needed' }
    const supporting = supportingSentences(question, text, evidence)
    for (const sentence of supporting) {
      const marker = markers.get(sentence) ?? markers.size + 1
      markers.set(sentence, marker)
      citations.push(citationOf(marker, range, evidence.sentences[sentence]))
    }
    return { range, support: supporting.length > 0 ? 'cited' : 'not-found' }
  })
  return { statements, citations }
}

/** How models begin an answer before they say anything. */
const leadIn = /^\s*(?:the )?(?:correct )?answer(?: to (?:the|this|your) question)?(?: is|:)[:,]?\s*/iu

/** Whether a sentence of an answer says anything that a source could support. */
function makesClaim(statement: string): boolean {
  return !statement.trim().startsWith(notFoundReply.slice(0, -1)) && !/[:：?？]\s*$/u.test(statement) && contentWords(statement).length > 0
}

/** Indices of the best sentences for a statement, best first; none where they do not hold enough of it. */
function supportingSentences(question: string, statement: string, { sentences, index }: Evidence): readonly number[] {
  const words = contentWords(subjectOf(statement.replace(leadIn, '')))
  const scores = scoreSentences([...contentWords(question), ...words], index)
  const ranked = sentences.map((_, sentence) => sentence).sort((x, y) => (scores[y] ?? 0) - (scores[x] ?? 0))
  const candidates = ranked.slice(0, candidatesMax)
  // Shares that differ by less than a tenth are equal: then the question's words decide.
  const tenths = (sentence: number): number => Math.round(shareHeld(words, [sentence], index) * 10)
  const best = [...candidates].sort((x, y) => tenths(y) - tenths(x))[0]
  if (best === undefined) return []
  const adds = (sentence: number): number => shareHeld(words, [best, sentence], index) - shareHeld(words, [best], index)
  const subject = words.filter((word) => !/^\d+$/u.test(word))
  const speaksOfIt = (sentence: number): boolean => adds(sentence) >= secondSentenceAdds && shareHeld(subject, [sentence], index) >= secondSentenceHolds
  const second = candidates.filter(speaksOfIt).sort((x, y) => adds(y) - adds(x))[0]
  const chosen = second === undefined ? [best] : [best, second]
  const holds = shareHeld(words, chosen, index) >= supportedShare
  const supported = holds && numbersStand(statement, question, chosen, sentences) && namesStand(statement, chosen, sentences)
  return supported ? chosen : []
}

function numbersStand(statement: string, question: string, chosen: readonly number[], sentences: readonly SentenceText[]): boolean {
  const known = new Set([...numbersIn(question), ...chosen.flatMap((sentence) => numbersIn(sentences[sentence]?.text ?? ''))])
  return numbersIn(statement).every((number) => known.has(number))
}

/** Whether each name in the statement stands in or near a cited sentence: where a source says *it*, the name is not far. */
function namesStand(statement: string, chosen: readonly number[], sentences: readonly SentenceText[]): boolean {
  const cited = chosen.flatMap((sentence) => sentences[sentence] ?? [])
  const near = sentences.filter(({ document, index }) => cited.some((other) => other.document === document && Math.abs(other.index - index) <= nameReach))
  const known = new Set(near.flatMap(({ text, section, title }) => contentWords([text, title, ...section].join(' '))))
  return namesIn(statement).every((name) => known.has(name))
}

function citationOf(marker: number, statement: Range, sentence: SentenceText | undefined): Citation {
  if (!sentence) throw new Error('a citation of a sentence that is not in view')
  const { document, title, page, pageLabel, section, paragraph, unit, start, end, text } = sentence
  return { marker, statement, document, title, unit, page, pageLabel, section, paragraph, span: { start, end }, quote: text, verified: true }
}
