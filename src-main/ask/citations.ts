import type { Citation, Range, Statement } from '../contract/answer'
import type { SentenceText } from '../contract/library'
import type { EvidencePiece } from '../../src-engine/protocol'
import { indexSentences } from './evidence'
import { lookOf } from './looks'
import { notFoundReply } from './prompt'
import { supportByBoth, supportByWords, type Claim, type Evidence, type Support } from './supporting'
import type { Usual } from './likelihood'
import { contentWords } from './words'

export function gatherEvidence(sentences: readonly SentenceText[]): Evidence {
  return { sentences, index: indexSentences(sentences.map((sentence) => contentWords(sentence.text))) }
}

/** What the engine told of the model's attention to these sentences. */
export interface Attention {
  readonly pieces: readonly EvidencePiece[]
  readonly usual: Usual
}

export interface Attribution {
  readonly statements: readonly Statement[]
  readonly citations: readonly Citation[]
}

/** Which sentences in view support a statement that stands there in the answer. */
export type SupportOf = (range: Range, claim: Claim) => Support

/**
 * Where the model looked while it wrote a statement and BM25 of the question's and the statement's words decide together; without `attention`, the
 * words alone.
 */
export function supportBy(evidence: Evidence, attention: Attention | null): SupportOf {
  return (range, claim) => {
    const look = attention && lookOf(attention.pieces, range, evidence.sentences.length)
    return attention && look ? supportByBoth(claim, evidence, look, attention.usual) : supportByWords(claim, evidence)
  }
}

/**
 * Links every statement of an answer to the sentences in view that support it, and names those that nothing supports. A number that no cited
 * sentence and no question holds is never supported. One sentence keeps one marker throughout the answer.
 */
export function attribute(question: string, answer: string, ranges: readonly Range[], evidence: Evidence, supportOf = supportBy(evidence, null)): Attribution {
  const markers = new Map<number, number>()
  const citations: Citation[] = []
  const statements = ranges.map((range): Statement => {
    const text = answer.slice(...range)
    if (!makesClaim(text)) return { range, support: 'none-needed' }
    const { sentences, confidence } = supportOf(range, { question, statement: text })
    for (const sentence of sentences) {
      const marker = markers.get(sentence) ?? markers.size + 1
      markers.set(sentence, marker)
      citations.push({ ...citationOf(marker, range, evidence.sentences[sentence]), ...(confidence && { confidence }) })
    }
    return { range, support: sentences.length > 0 ? 'cited' : 'not-found' }
  })
  return { statements, citations }
}

/** Whether a sentence of an answer says anything that a source could support. */
function makesClaim(statement: string): boolean {
  return !statement.trim().startsWith(notFoundReply.slice(0, -1)) && !/[:：?？]\s*$/u.test(statement) && contentWords(statement).length > 0
}

function citationOf(marker: number, statement: Range, sentence: SentenceText | undefined): Citation {
  if (!sentence) throw new Error('a citation of a sentence that is not in view')
  const { document, title, page, pageLabel, section, paragraph, unit, start, end, text } = sentence
  return { marker, statement, document, title, unit, page, pageLabel, section, paragraph, span: { start, end }, quote: text, verified: true }
}
