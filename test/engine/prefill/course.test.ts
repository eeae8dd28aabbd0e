import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { PrefillCourse, type CoursePlan, type PrefillProgress } from '../../../src-engine/prefill/course'
import type { Stretch } from '../../../src-engine/model/chunk'
import { stretches } from '../../../src-engine/prefill/stretches'
import { seededRandom } from '../../support/seeded-random'

interface Report extends PrefillProgress {
  readonly elapsed: number
}

interface Text extends CoursePlan {
  readonly superChunkTokens: number
}

/** Milliseconds of a layer over a chunk at a time of the clock. */
type Taken = (layer: number, chunk: { readonly start: number; readonly count: number }, elapsed: number) => number

/** What is told while a text is read, if each part takes so long. */
function told({ superChunkTokens, ...plan }: Text, taken: Taken, waits: (superChunk: Stretch) => number = () => 0): readonly Report[] {
  const course = new PrefillCourse(plan)
  const reports: Report[] = []
  let elapsed = 0
  for (const superChunk of stretches(0, plan.tokensTotal, superChunkTokens)) {
    course.begin(superChunk)
    for (let layer = 0; layer < plan.layers; layer++) {
      for (const chunk of stretches(superChunk.start, superChunk.start + superChunk.count, 512)) {
        const milliseconds = taken(layer, chunk, elapsed)
        elapsed += milliseconds
        reports.push({ ...course.computed(layer, chunk, milliseconds), elapsed })
      }
    }
    const waited = waits(superChunk)
    elapsed += waited
    course.waited(waited)
  }
  return reports
}

/** A model of this share of attention, of which a chunk at the text's start takes so long in a layer. */
function steady({ layers, attentionShare }: CoursePlan, chunkMilliseconds: number): Taken {
  return (layer, { start, count }) => (layer === layers - 1 ? 0.1 : 1 + attentionShare * (start + count / 2)) * chunkMilliseconds * (count / 512)
}

const minute = 60_000

/**
 * The largest part of itself by which what is left was told anew, from `since` on: upwards from what was told before, or downwards by more than the time
 * that has gone by. Of the last 2 s, and when all is done, nobody minds.
 */
function worstJump(reports: readonly Report[], since = minute): number {
  return reports.reduce((worst, { elapsed, millisecondsLeft, tokensDone, tokensTotal }, i) => {
    const before = reports[i - 1]
    if (tokensDone === tokensTotal || before === undefined || before.elapsed < since || before.millisecondsLeft < 2_000) return worst
    const expected = before.millisecondsLeft - (elapsed - before.elapsed)
    return Math.max(worst, millisecondsLeft / before.millisecondsLeft - 1, (expected - millisecondsLeft) / before.millisecondsLeft)
  }, 0)
}

/** The largest part of what is left by which it was told wrong, from `since` until `since` before the end. */
function worstError(reports: readonly Report[], since = minute): number {
  const end = reports.at(-1)?.elapsed ?? 0
  const late = reports.filter(({ elapsed }) => elapsed > since && end - elapsed > since)
  expect(late.length).toBeGreaterThan(0)
  return late.reduce((worst, { elapsed, millisecondsLeft }) => Math.max(worst, Math.abs(millisecondsLeft - (end - elapsed)) / (end - elapsed)), 0)
}

const third = 1 / 3
const book: Text = { layers: 40, tokensTotal: 128_123, superChunkTokens: 8_192, attentionShare: 8e-5 }
const slow = 3_000
const fast = 60

describe('the time that is left of a prefill', () => {
  it.each([slow, fast])('is right after a minute where a chunk takes %i ms in a layer and costs are as expected, and counts down', (chunkMilliseconds) => {
    const reports = told(book, steady(book, chunkMilliseconds))
    expect(worstError(reports)).toBeLessThan(0.02)
    expect(worstJump(reports)).toBeLessThan(0.01)
  })

  it.each([0.5, 2])('is soon right, without jumps, where attention costs %f times as much as expected', (times) => {
    for (const chunkMilliseconds of [slow, fast]) {
      const reports = told(book, steady({ ...book, attentionShare: times * book.attentionShare }, chunkMilliseconds))
      expect(worstJump(reports)).toBeLessThan(0.05)
      expect(worstError(reports)).toBeLessThan(third)
    }
  })

  it.each([1, 2, 3])('does not jump on a busy computer that stands still now and then (%i)', (seed) => {
    for (const chunkMilliseconds of [slow, fast]) {
      const random = seededRandom(seed)
      const even = steady(book, chunkMilliseconds)
      const taken: Taken = (...part) => even(...part) * (0.7 + random() * 0.6) + (random() < even(...part) / 300_000 ? 8_000 : 0)
      const reports = told(book, taken, () => 2_000)
      expect(worstJump(reports)).toBeLessThan(third)
      expect(worstError(reports, (reports.at(-1)?.elapsed ?? 0) / 20)).toBeLessThan(third)
    }
  })

  it.each([
    [slow, 'at once'], [fast, 'at once'], [slow, 'after five minutes'], [fast, 'after five minutes'], [fast, 'in the last layer'], [fast, 'while it is kept'],
  ] as const)('does not jump where chunks take %i ms and the computer sleeps for an hour in one: %s', (chunkMilliseconds, when) => {
    const even = steady(book, chunkMilliseconds)
    const hour = 60 * minute
    let hasSlept = false
    const taken: Taken = (layer, chunk, elapsed) => {
      const isTime = when === 'at once' || (when === 'in the last layer' ? layer === book.layers - 1 && chunk.start > 9_000 : elapsed > 5 * minute)
      const sleeps = isTime && !hasSlept && when !== 'while it is kept'
      hasSlept ||= sleeps
      return even(layer, chunk, elapsed) + (sleeps ? hour : 0)
    }
    const reports = told(book, taken, ({ start }) => (when === 'while it is kept' && start === 16_384 ? hour : 1_000))
    const woken = reports.findIndex(({ elapsed }, i) => elapsed - (reports[i - 1]?.elapsed ?? 0) >= hour)
    const awake = reports.map((report, i) => ({ ...report, elapsed: report.elapsed - (i < woken ? 0 : hour) }))
    expect(worstJump(awake)).toBeLessThan(third)
    expect(worstError(awake, (awake.at(-1)?.elapsed ?? 0) / 20)).toBeLessThan(third)
  })

  it('follows a computer that becomes half as fast, and fast again, without a jump', () => {
    const even = steady(book, fast)
    const [from, to] = [600_000, 2_400_000]
    const taken: Taken = (layer, chunk, elapsed) => even(layer, chunk, elapsed) * (elapsed > from && elapsed < to ? 2 : 1)
    const reports = told(book, taken)
    expect(worstJump(reports)).toBeLessThan(0.05)
    const foreseen = (at: number): number => reports.find(({ elapsed }) => elapsed > at)?.millisecondsLeft ?? Number.NaN
    const steadyLeft = told(book, even).find(({ elapsed }) => elapsed > from)?.millisecondsLeft ?? Number.NaN
    expect(foreseen(from) / steadyLeft).toBeCloseTo(1, 1)
    // As if it stayed so slow: twice what was left without that, less the five minutes in which half as much was done.
    expect(Math.abs(foreseen(from + 300_000) / (2 * (steadyLeft - 150_000)) - 1)).toBeLessThan(0.2)
    const end = reports.at(-1)?.elapsed ?? 0
    expect(Math.abs(foreseen(to + 300_000) / (end - to - 300_000) - 1)).toBeLessThan(0.2)
  })

  it('counts what is waited for between super-chunks', () => {
    const waiting = told(book, steady(book, fast), () => 20_000)
    const second = waiting.findIndex(({ tokensDone }) => tokensDone > 2 * book.superChunkTokens)
    const end = waiting.at(-1)?.elapsed ?? 0
    const { elapsed = 0, millisecondsLeft = 0 } = waiting[second] ?? {}
    expect(millisecondsLeft / (end - elapsed)).toBeCloseTo(1, 1)
  })

  /** What is told with the milliseconds of each layer's chunks, in order, of a reading that was recorded. */
  function replayed(name: string, text: Text): readonly Report[] {
    const recorded = JSON.parse(readFileSync(new URL(`../../fixtures/prefill/${name}.json`, import.meta.url), 'utf8')) as readonly number[]
    let next = 0
    const reports = told(text, () => recorded[next++] ?? Number.NaN)
    expect(reports).toHaveLength(recorded.length)
    return reports
  }

  // SmolLM2 on two cores that others used too.
  it('does not jump, and is right, with the times of a reading that was recorded', () => {
    const reports = replayed('smollm2-milliseconds', { layers: 30, tokensTotal: 8_192, superChunkTokens: 2_048, attentionShare: 6.5e-4 })
    const quarter = (reports.at(-1)?.elapsed ?? 0) / 4
    expect(worstJump(reports, quarter)).toBeLessThan(third)
    expect(worstError(reports, quarter)).toBeLessThan(third)
  })

  // Qwen2.5-0.5B on two cores that a dozen programs shared, most of them in the first minutes, and two more for a minute from the middle on.
  it('does not jump with the times of a reading that was recorded on a busy computer', () => {
    const reports = replayed('qwen-busy-milliseconds', { layers: 24, tokensTotal: 8_192, superChunkTokens: 2_048, attentionShare: 2.4e-4 })
    expect(reports.at(-1)?.elapsed).toBeGreaterThan(8 * minute)
    expect(worstJump(reports)).toBeLessThan(third)
    const half = (reports.at(-1)?.elapsed ?? 0) / 2
    expect(worstError(reports.filter(({ elapsed }) => elapsed > half))).toBeLessThan(third)
  })
})

describe('the tokens that are done of a prefill', () => {
  it('grow up to all, as the work does, and are whole where a super-chunk is', () => {
    const reports = told(book, steady(book, fast))
    expect(reports.every(({ tokensDone }, i) => tokensDone >= (reports[i - 1]?.tokensDone ?? 0))).toBe(true)
    expect(reports.at(-1)).toMatchObject({ tokensDone: book.tokensTotal, tokensTotal: book.tokensTotal, millisecondsLeft: 0 })
    const perSuperChunk = 40 * 16
    expect(reports[perSuperChunk - 1]?.tokensDone).toBe(8_192)
    // Half the layers are half the work, but for the last.
    expect(reports[perSuperChunk / 2 - 1]?.tokensDone).toBeGreaterThan(4_096)
    expect(reports[perSuperChunk / 2 - 1]?.tokensDone).toBeLessThan(4_250)
  })
})
