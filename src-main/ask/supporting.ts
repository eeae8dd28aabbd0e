/** Which of the sentences in view support a statement, by its words alone or with where the model looked. */
import type { Citation } from '../contract/answer'
import type { SentenceText } from '../contract/library'
import { subjectOf } from '../text/function-words'
import { scoreSentences, shareHeld, type EvidenceIndex } from './evidence'
import { supportLikelihood, type Signals, type Usual } from './likelihood'
import { lookAmong, lookScores, questionScores, standardise, type Look } from './looks'
import { quantitiesIn, quantitiesStand } from './quantities'
import { shareComparable, wordsWeight } from './weights'
import { contentWords, namesIn } from './words'

/** A statement is supported where its sentences hold at least this share of its words, by weight. */
const supportedShare = 0.5
/** A second sentence is cited only where it adds at least this share, */
const secondSentenceAdds = 0.2
/** and speaks of the same thing: it holds this share of the statement by itself, numbers aside. */
const secondSentenceHolds = 0.25
/** A name may stand so many sentences away from the one that is cited. */
const nameReach = 4
/** A model that cites by itself may name a whole paragraph; so many of its sentences are marked. */
const namedMax = 2
/**
 * Of a long text so many sentences at most are compared, half of them by words, half by looks: what a score means in standard deviations depends on what it
 * stands among, and weights were fitted on some pages.
 */
const comparedMax = 160
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
  readonly byWords: readonly number[]
  /** How much the question looked at each. */
  readonly asked: readonly number[]
  /** How far words tell anything here, 0 to 1. */
  readonly comparable: number
}

/**
 * z(looks) + z(BM25), words counting as far as they can be compared: where no sentence holds more than a few of the words that were asked and answered, as
 * between languages, those are chance, and z-scores would make as much of them as of any.
 */
export function rankByBoth(claim: Claim, evidence: Evidence, look: Look): Ranking {
  const byWords = scoreWords(claim, evidence)
  const held = shareHeld(allWordsOf(claim), rank(byWords).slice(0, 1), evidence.index)
  const comparable = Math.min(1, (held / shareComparable) ** 2)
  const compared = chooseCompared(look, byWords)
  const near = lookAmong(look, compared)
  const ofLooks = lookScores(near)
  const ofWords = standardise(compared.map((sentence) => byWords[sentence] ?? 0))
  const ofAll = (scores: readonly number[]): readonly number[] => {
    const all = byWords.map(() => -Infinity)
    compared.forEach((sentence, i) => (all[sentence] = scores[i] ?? -Infinity))
    return all
  }
  const byBoth = ofAll(ofLooks.map((score, i) => score + wordsWeight * comparable * (ofWords[i] ?? 0)))
  return { byBoth, byLooks: ofAll(ofLooks), byWords, asked: ofAll(questionScores(near)), comparable }
}

/** Sentences that are compared: all of some pages, of more those that words, the statement's looks or the question's looks put first. */
function chooseCompared({ shares, questionShares }: Look, byWords: readonly number[]): readonly number[] {
  if (byWords.length <= comparedMax) return byWords.map((_, i) => i)
  const firstOf = (scores: readonly number[], count: number): readonly number[] => rank(scores).slice(0, count)
  const looked = questionShares === null ? firstOf(shares, comparedMax / 2) : [...firstOf(shares, comparedMax / 4), ...firstOf(questionShares, comparedMax / 4)]
  return [...new Set([...firstOf(byWords, comparedMax / 2), ...looked])]
}

/** The sentences that a statement would cite, and what speaks for them. */
export interface Found {
  readonly sentences: readonly number[]
  readonly signals: Signals
  /** Whether every number and name of the statement is there. */
  readonly holds: boolean
  readonly confidence: NonNullable<Citation['confidence']>
}

/** Null where no sentence is in view. Looks and words that by themselves name the same sentence are nearly always right. */
export function findByBoth(claim: Claim, evidence: Evidence, look: Look): Found | null {
  const { sentences, index } = evidence
  const words = wordsOf(claim)
  const { byBoth, byLooks, byWords, asked, comparable } = rankByBoth(claim, evidence, look)
  const candidates = rank(byBoth).slice(0, candidatesMax)
  const [best] = candidates
  if (best === undefined) return null
  const chosen = withSecond(best, candidates, words, index)
  const alike = comparable >= 0.5
  const agreed = alike && rank(byLooks)[0] === best && rank(byWords)[0] === best
  return {
    sentences: chosen,
    signals: {
      mass: Math.max(...look.masses),
      logProbability: look.logProbability,
      share: shareHeld(words, chosen, index),
      comparable,
      asked: asked[best] ?? 0,
    },
    holds: numbersStand(claim, chosen, sentences) && (!alike || namesStand(claim.statement, chosen, sentences)),
    confidence: agreed ? 'high' : 'low',
  }
}

/** How likely it is that what was found supports the statement, 0 to 1. */
export const likelihoodOf = ({ signals, holds }: Found, usual: Usual): number => (holds ? supportLikelihood(signals, usual) : 0)

export function supportByBoth(claim: Claim, evidence: Evidence, look: Look, usual: Usual): Support {
  const found = findByBoth(claim, evidence, look)
  if (found === null) return { sentences: [] }
  return { sentences: likelihoodOf(found, usual) >= 0.5 ? found.sentences : [], confidence: found.confidence }
}

/** Of the sentences that the model named itself the two that hold most of the statement's words, in its order. Words that would choose one of them agree. */
export function supportByNames(claim: Claim, evidence: Evidence, named: readonly number[]): Support {
  const scores = scoreWords(claim, evidence)
  const best = [...named].sort((x, y) => (scores[y] ?? 0) - (scores[x] ?? 0)).slice(0, namedMax)
  if (!numbersStand(claim, named, evidence.sentences)) return { sentences: [] }
  const agreed = named.includes(rank(scores)[0] ?? -1)
  return { sentences: named.filter((sentence) => best.includes(sentence)), confidence: agreed ? 'high' : 'low' }
}

const wordsOf = ({ statement }: Claim): readonly string[] => contentWords(subjectOf(statement.replace(leadIn, '')))

/** Among few sentences the words of grammar look as rare as any: they are left out. */
const allWordsOf = (claim: Claim): readonly string[] => [...contentWords(subjectOf(claim.question)), ...wordsOf(claim)]

const scoreWords = (claim: Claim, { index }: Evidence): readonly number[] => scoreSentences(allWordsOf(claim), index)

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
  const sources = chosen.flatMap((sentence) => quantitiesIn(sentences[sentence]?.text ?? ''))
  return quantitiesStand(quantitiesIn(statement), [...quantitiesIn(question), ...sources])
}

/** Whether each name in the statement stands in or near a cited sentence: where a source says *it*, the name is not far. */
function namesStand(statement: string, chosen: readonly number[], sentences: readonly SentenceText[]): boolean {
  const cited = chosen.flatMap((sentence) => sentences[sentence] ?? [])
  const near = sentences.filter(({ document, index }) => cited.some((other) => other.document === document && Math.abs(other.index - index) <= nameReach))
  const known = new Set(near.flatMap(({ text, section, title }) => contentWords([text, title, ...section].join(' '))))
  return namesIn(statement).every((name) => known.has(name))
}
