import { describe, expect, it } from 'vitest'
import type { ReadingProgress } from '../../../src-renderer/state/conversation'
import { progressShare, progressText } from '../../../src-renderer/conversation/progress-text'

const progress = (done: number, total: number, samples: ReadingProgress['samples'] = []): ReadingProgress => ({ answer: 1, done, total, samples })

describe('how far an answer is', () => {
  it('is said in tokens where they are many, with the time left once it is known', () => {
    expect(progressText('reading', progress(1_200, 2_400))).toBe('Reading · 1,200 of 2,400 tokens')
    const samples = [{ atMilliseconds: 0, done: 0 }, { atMilliseconds: 4_000, done: 1_200 }]
    expect(progressText('reading', progress(1_200, 2_400, samples))).toBe('Reading · 1,200 of 2,400 tokens · 4 s left')
  })

  it('has no number where nothing is read yet, or only a question is', () => {
    expect(progressText('reading', null)).toBe('Getting ready…')
    expect(progressText('reading', progress(0, 1))).toBe('Getting ready…')
    expect(progressText('reading', progress(0, 118_000))).toBe('Getting ready…')
    expect(progressText('reading', progress(1, 1))).toBe('Reading the question…')
    expect(progressText('reading', progress(20, 43))).toBe('Reading the question…')
  })

  it('is a share of the bar as soon as something is read', () => {
    expect([progressShare('reading', null), progressShare('reading', progress(0, 1)), progressShare('reading', progress(20, 40)), progressShare('writing', progress(20, 40))]).toEqual([null, null, 0.5, null])
  })

  it('is said in words before and after', () => {
    expect([progressText('waiting', null), progressText('writing', progress(40, 40))]).toEqual(['Looking for the passages…', 'Writing…'])
  })
})
