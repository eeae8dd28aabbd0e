import { describe, expect, it } from 'vitest'
import { gatherEvidence } from '../../../src-main/ask/citations'
import { supportLikelihood } from '../../../src-main/ask/likelihood'
import type { Look } from '../../../src-main/ask/looks'
import { findByBoth, likelihoodOf, rankByBoth, type Evidence } from '../../../src-main/ask/supporting'
import { sentenceText } from '../../support/sentence-text'

const textOf = (sentences: readonly string[]): Evidence => gatherEvidence(sentences.map((text, index) => sentenceText(text, { index })))
const lookAt = (shares: readonly number[]): Look => ({ shares, questionShares: null, tokens: 8, masses: shares.map((share) => share / 2), logProbability: -1 })
const top = (scores: readonly number[]): number => scores.indexOf(Math.max(...scores))

const german = textOf([
  'Die Fähre war drei Stunden zu spät.',
  'Am Kai stand ein Mann mit einer Laterne.',
  'Der Hund des Kapitäns sprang als Erster an Land.',
  'Im Gasthaus gab es nur noch Suppe.',
  'Die Kinder schliefen auf den Koffern.',
])
const english = textOf([
  'The ferry was three hours late.',
  'A man with a lantern stood on the quay.',
  'The dog of the captain jumped ashore first.',
  'The inn had nothing left but soup.',
  'The children slept on the cases.',
])

describe('looks and words', () => {
  it('leave it to the looks where common words are chance, as between languages', () => {
    const claim = { question: 'Which animal was there before anybody else, in the war?', statement: 'The pet of the ship’s master was on shore before all others.' }
    const { byBoth, byWords, comparable } = rankByBoth(claim, german, lookAt([0.3, 0.1, 0.4, 0.1, 0.1]))
    expect(top(byWords)).toBe(0)
    expect(comparable).toBeLessThan(0.2)
    expect(top(byBoth)).toBe(2)
  })

  it('count together within a language', () => {
    const claim = { question: 'Who jumped ashore first?', statement: 'The captain’s dog jumped first.' }
    const { byBoth, comparable } = rankByBoth(claim, english, lookAt([0.3, 0.2, 0.25, 0.15, 0.1]))
    expect(comparable).toBe(1)
    expect(top(byBoth)).toBe(2)
  })

  it('are not led by the words of grammar in a question', () => {
    const text = textOf(['What there was of it had been eaten by the one who was there.', 'Soup was left at the inn.', 'Rain fell.', 'Nobody slept.'])
    const { byWords } = rankByBoth({ question: 'What was it that there was at the inn?', statement: 'Soup.' }, text, lookAt([0.25, 0.25, 0.25, 0.25]))
    expect(top(byWords)).toBe(1)
  })
})

describe('what was found', () => {
  it('cannot support a number or a name that is nowhere near it, however likely', () => {
    const look = { ...lookAt([0.9, 0.02, 0.03, 0.03, 0.02]), logProbability: -0.01 }
    const found = (statement: string): number => {
      const each = findByBoth({ question: 'How late was the ferry?', statement }, english, look)
      return each === null ? 0 : likelihoodOf(each, { mass: 0.3, logProbability: -1 })
    }
    expect(found('The ferry was three hours late.')).toBeGreaterThan(0.9)
    expect(found('The ferry was 15 hours late.')).toBe(0)
    expect(found('The ferry to Helgoland was three hours late.')).toBe(0)
  })

  it('is nothing where nothing is in view', () => {
    expect(findByBoth({ question: 'Why?', statement: 'So.' }, textOf([]), lookAt([]))).toBeNull()
  })
})

describe('the likelihood of support', () => {
  const usual = { mass: 0.3, logProbability: -2 }
  const right = { mass: 0.3, logProbability: -2, share: 1, comparable: 1, asked: 0.5 }

  it('is high for what is usual, and low where one signal after the other fails', () => {
    const worse = [{ ...right, mass: 0.01 }, { ...right, mass: 0.01, share: 0 }, { ...right, mass: 0.01, share: 0, logProbability: -6 }]
    const likelihoods = [right, ...worse].map((signals) => supportLikelihood(signals, usual))
    expect(likelihoods[0]).toBeGreaterThan(0.9)
    expect(likelihoods).toEqual([...likelihoods].sort((a, b) => b - a))
    expect(likelihoods[3]).toBeLessThan(0.05)
  })

  it('does not ask for words that cannot be compared', () => {
    const of = (share: number, comparable: number): number => supportLikelihood({ ...right, share, comparable }, usual)
    expect(of(0, 0)).toBe(of(1, 0))
    expect(of(0, 0)).toBeGreaterThan(of(0, 1))
    expect(of(0, 0)).toBeLessThan(of(1, 1))
  })
})
