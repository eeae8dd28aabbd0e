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

describe('in a long text', () => {
  const others = Array.from({ length: 2_000 }, (_, i) => `Crate ${i} held ${['rope', 'nails', 'tar', 'cloth'][i % 4] ?? ''} for the yard.`)
  const long = textOf([...others.slice(0, 700), ...english.sentences.map(({ text }) => text), ...others.slice(700)])
  const claim = { question: 'Who jumped ashore first?', statement: 'The captain’s dog jumped first.' }
  /** Some of the looks go astray: each crate gets a little. */
  const look = lookAt([...Array<number>(700).fill(1e-4), 0.2, 0.1, 0.3, 0.1, 0.1, ...Array<number>(1_300).fill(1e-4)])
  const usual = { mass: 0.3, logProbability: -1 }

  it('the same sentence is found, and nothing of what it stands among makes it much more or less likely', () => {
    const short = findByBoth(claim, english, lookAt([0.2, 0.1, 0.3, 0.1, 0.1]))
    const found = findByBoth(claim, long, look)
    expect(found?.sentences).toEqual([702])
    expect(short && found && Math.abs(likelihoodOf(found, usual) - likelihoodOf(short, usual))).toBeLessThan(0.1)
  })

  it('what is not there is not found by being asked about', () => {
    const asked = { ...look, questionShares: look.shares, masses: look.shares.map(() => 1e-3), logProbability: -3 }
    const found = findByBoth({ question: 'Who sold the lighthouse?', statement: 'A banker in the town sold the lighthouse.' }, long, asked)
    expect(found && likelihoodOf(found, usual)).toBeLessThan(0.2)
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
