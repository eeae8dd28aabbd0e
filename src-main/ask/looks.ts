import type { EvidencePiece } from '../../src-engine/protocol'
import type { Range } from '../contract/answer'
import { questionTokens } from './weights'

/** Where the model looked while it wrote a statement, and how sure it was of its words. */
export interface Look {
  /** For each sentence in view: the share of the statement's looks at sentences that it got, every head counting alike. They sum up to 1. */
  readonly shares: readonly number[]
  /** The same of the question's looks; null where nothing was told of them. */
  readonly questionShares: readonly number[] | null
  /** Tokens of the statement. */
  readonly tokens: number
  /** For each sentence: the softmax mass that it got, the mean over tokens and heads. */
  readonly masses: readonly number[]
  /** Mean natural logarithm of the probabilities of the statement's tokens. */
  readonly logProbability: number
}

/** What the model told of one statement, `range` of the answer, for so many sentences in view; null if it told nothing. */
export function lookOf(pieces: readonly EvidencePiece[], range: Range, sentences: number): Look | null {
  const own = pieces.filter((piece) => piece.of === 'answer' && isMostlyIn(piece, range))
  const ofHeads = massesOf(own, sentences)
  if (ofHeads === null) return null
  const ofQuestion = massesOf(pieces.filter((piece) => piece.of === 'question'), sentences)
  const tokens = own.reduce((sum, piece) => sum + piece.tokens, 0)
  return {
    shares: mean(ofHeads.map(shared)),
    questionShares: ofQuestion && mean(ofQuestion.map(shared)),
    tokens,
    masses: mean(ofHeads),
    logProbability: own.reduce((sum, piece) => sum + piece.logProbability, 0) / tokens,
  }
}

/** Mean masses of the rows of some pieces, [heads][sentences]; null where there are none. */
function massesOf(pieces: readonly EvidencePiece[], sentences: number): readonly (readonly number[])[] | null {
  const rows = pieces.reduce((sum, piece) => sum + piece.rows, 0)
  const heads = (pieces[0]?.masses.length ?? 0) / sentences
  if (rows === 0 || heads === 0) return null
  const massOf = (head: number, sentence: number): number => pieces.reduce((sum, { masses }) => sum + (masses[head * sentences + sentence] ?? 0), 0) / rows
  return Array.from({ length: heads }, (_, head) => Array.from({ length: sentences }, (_unused, sentence) => massOf(head, sentence)))
}

/** Blanks and list marks between statements belong to pieces too, so that a piece need not lie wholly inside. */
function isMostlyIn({ start, end }: EvidencePiece, range: Range): boolean {
  return 2 * (Math.min(end, range[1]) - Math.max(start, range[0])) > end - start
}

function shared(masses: readonly number[]): readonly number[] {
  const sum = masses.reduce((a, b) => a + b, 0)
  return sum === 0 ? masses : masses.map((mass) => mass / sum)
}

function mean(lists: readonly (readonly number[])[]): readonly number[] {
  return (lists[0] ?? []).map((_, i) => lists.reduce((sum, list) => sum + (list[i] ?? 0), 0) / lists.length)
}

/** The same look at these sentences only, in their order. */
export function lookAmong(look: Look, sentences: readonly number[]): Look {
  const ofThese = (values: readonly number[]): readonly number[] => sentences.map((sentence) => values[sentence] ?? 0)
  return { ...look, shares: ofThese(look.shares), questionShares: look.questionShares && ofThese(look.questionShares), masses: ofThese(look.masses) }
}

/** How much each sentence was looked at, in standard deviations: by the statement, and by the question as far as it counts. */
export function lookScores(look: Look): readonly number[] {
  const ofQuestion = questionScores(look)
  return standardise(look.shares).map((score, i) => score + (ofQuestion[i] ?? 0))
}

/** How much the question looked at each sentence, in standard deviations, counting the less the longer the statement is. Zeros where nothing was told. */
export function questionScores({ shares, questionShares, tokens }: Look): readonly number[] {
  const weight = questionTokens / (questionTokens + tokens)
  return standardise(questionShares ?? shares.map(() => 0)).map((score) => weight * score)
}

/** In standard deviations from the mean; zeros where all are equal. */
export function standardise(values: readonly number[]): readonly number[] {
  const middle = values.reduce((a, b) => a + b, 0) / values.length
  const deviation = Math.sqrt(values.reduce((sum, value) => sum + (value - middle) ** 2, 0) / values.length)
  return values.map((value) => (deviation === 0 ? 0 : (value - middle) / deviation))
}
