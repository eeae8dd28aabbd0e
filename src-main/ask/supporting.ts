/** Which of the sentences in view support a statement, by its words alone or with where the model looked. */
import type { Citation } from '../contract/answer'
import type { SentenceText } from '../contract/library'
import { subjectOf } from '../text/function-words'
import { scoreSentences, shareHeld, type EvidenceIndex } from './evidence'
import { supportLikelihood, type Usual } from './likelihood'
import { lookScores, standardise, type Look } from './looks'
import { contentWords, namesIn, numbersIn, writtenAlike } from './words'

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

/** How models begin an answer before they say anything. */
const leadIn = /^\s*(?:the )?(?:correct )?answer(?: to (?:the|this|your) question)?(?: is|:)[:,]?\s*/iu

export interface Claim {
  readonly question: string
  readonly statement: string
}

/** Indices of the sentences that support a statement, best first; none where nothing does. */
export interface Support {
  readonly sentences: readonly number[]
  readonly confidence?: NonNullable<Citation['confidence']>
}

export function supportByWords(claim: Claim, evidence: Evidence): Support {
  const { sentences, index } = evidence
  const words = wordsOf(claim)
  const scores = scoreWords(claim, evidence)
  const candidates = rank(scores).slice(0, candidatesMax)
  // Shares that differ by less than a tenth are equal: then the question's words decide.
  const tenths = (sentence: number): number => Math.round(shareHeld(words, [sentence], index) * 10)
  const best = [...candidates].sort((x, y) => tenths(y) - tenths(x))[0]
  if (best === undefined) return { sentences: [] }
  const chosen = withSecond(best, candidates, words, index)
  const holds = shareHeld(words, chosen, index) >= supportedShare
  const supported = holds && numbersStand(claim, chosen, sentences) && namesStand(claim.statement, chosen, sentences)
  return { sentences: supported ? chosen : [] }
}

/** What looks and words say together of each sentence, and what each says alone. */
interface Ranking {
  readonly byBoth: readonly number[]
  readonly byLooks: readonly number[]
  /** Null where statement and sources are of different languages: their common words are chance. */
  readonly byWords: readonly number[] | null
}

/** z(looks) + z(BM25). */
export function rankByBoth(claim: Claim, evidence: Evidence, look: Look): Ranking {
  const byLooks = lookScores(look)
  const comparable = writtenAlike(`${claim.question} ${claim.statement}`, evidence.sentences.map(({ text }) => text).join(' '))
  if (!comparable) return { byBoth: byLooks, byLooks, byWords: null }
  const byWords = scoreWords(claim, evidence)
  const ofWords = standardise(byWords)
  return { byBoth: byLooks.map((score, i) => score + (ofWords[i] ?? 0)), byLooks, byWords }
}

/** Where looks and words by themselves name the same sentence, it is nearly always right. */
export function supportByBoth(claim: Claim, evidence: Evidence, look: Look, usual: Usual): Support {
  const { sentences, index } = evidence
  const words = wordsOf(claim)
  const { byBoth, byLooks, byWords } = rankByBoth(claim, evidence, look)
  const candidates = rank(byBoth).slice(0, candidatesMax)
  const [best] = candidates
  if (best === undefined) return { sentences: [] }
  const chosen = withSecond(best, candidates, words, index)
  const signals = { mass: look.masses[best] ?? 0, logProbability: look.logProbability, share: byWords && shareHeld(words, chosen, index) }
  const named = byWords === null || namesStand(claim.statement, chosen, sentences)
  const supported = supportLikelihood(signals, usual) >= 0.5 && named && numbersStand(claim, chosen, sentences)
  const agreed = byWords !== null && rank(byLooks)[0] === best && rank(byWords)[0] === best
  return { sentences: supported ? chosen : [], confidence: agreed ? 'high' : 'low' }
}

const wordsOf = ({ statement }: Claim): readonly string[] => contentWords(subjectOf(statement.replace(leadIn, '')))

const scoreWords = (claim: Claim, { index }: Evidence): readonly number[] => scoreSentences([...contentWords(claim.question), ...wordsOf(claim)], index)

/** Indices, the highest score first. */
const rank = (scores: readonly number[]): readonly number[] => scores.map((_, i) => i).sort((x, y) => (scores[y] ?? 0) - (scores[x] ?? 0))

/** The best sentence and, where another of the candidates adds to it and speaks of the same, that one. */
function withSecond(best: number, candidates: readonly number[], words: readonly string[], index: EvidenceIndex): readonly number[] {
  const adds = (sentence: number): number => shareHeld(words, [best, sentence], index) - shareHeld(words, [best], index)
  const subject = words.filter((word) => !/^\d+$/u.test(word))
  const speaksOfIt = (sentence: number): boolean => adds(sentence) >= secondSentenceAdds && shareHeld(subject, [sentence], index) >= secondSentenceHolds
  const second = candidates.filter(speaksOfIt).sort((x, y) => adds(y) - adds(x))[0]
  return second === undefined ? [best] : [best, second]
}

function numbersStand({ question, statement }: Claim, chosen: readonly number[], sentences: readonly SentenceText[]): boolean {
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
