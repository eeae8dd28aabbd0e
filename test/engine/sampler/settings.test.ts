import { describe, expect, it } from 'vitest'
import type { Sampling } from '../../../src-engine/protocol'
import { readSampling, SettingsError } from '../../../src-engine/sampler/settings'

const plain: Sampling = { temperature: 0.7, topP: 0.9, minP: 0.05, seed: 7, tokensMax: 100 }

describe('a request for an answer', () => {
  it('changes nothing by what it leaves out', () => {
    expect(readSampling(plain)).toEqual({ ...plain, topK: 0, repetitionPenalty: 1, presencePenalty: 0, stop: [], schema: null, draft: true })
    const full = { ...plain, topK: 40, repetitionPenalty: 1.1, presencePenalty: 0.5, stop: ['\n\n'], schema: { type: 'null' }, draft: false }
    expect(readSampling(full)).toEqual(full)
  })

  it.each<[change: Partial<Sampling>, words: RegExp]>([
    [{ temperature: -1 }, /temperature is -1, which is not from 0 to 5/],
    [{ temperature: NaN }, /temperature is NaN/],
    [{ topP: 0 }, /topP is 0/],
    [{ minP: 1.5 }, /minP is 1.5/],
    [{ topK: 2.5 }, /topK is 2.5, which is not a whole number from 0/],
    [{ repetitionPenalty: 0 }, /repetitionPenalty is 0, which is not from 0.5 to 2/],
    [{ presencePenalty: Infinity }, /presencePenalty is Infinity/],
    [{ seed: 0.5 }, /seed is 0.5/],
    [{ tokensMax: 0 }, /tokensMax is 0/],
    [{ stop: [''] }, /a text to stop at has 0 characters/],
    [{ stop: ['x'.repeat(201)] }, /has 201 characters, which is not from 1 to 200/],
    [{ stop: Array<string>(17).fill('x') }, /it has 17 texts to stop at, and 16 are the most/],
  ])('is refused where it asks for %j', (change, words) => {
    expect(() => readSampling({ ...plain, ...change })).toThrow(SettingsError)
    expect(() => readSampling({ ...plain, ...change })).toThrow(words)
  })
})
