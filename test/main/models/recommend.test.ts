import { describe, expect, it } from 'vitest'
import { catalogue } from '../../../src-main/models/catalogue'
import { kvBytesPerToken, memoryFor, memoryForModels, tokensThatFit } from '../../../src-main/models/memory'
import { adviceFor, adviseAll } from '../../../src-main/models/recommend'
import { candidateOf } from '../../../src-main/models/summary'

const gibibytes = 2 ** 30
const entry = (name: string) => catalogue.find((known) => known.name === name) ?? expect.fail(name)
const all = catalogue.map((known) => candidateOf(known, { bytes: null, download: null }))
const recommended = (memoryBytes: number, freeBytes: number | null = 500e9): readonly (readonly [string, string])[] =>
  [...adviseAll(all, { memoryBytes, freeBytes })].flatMap(([name, advice]) => (advice.kind === 'fits' && advice.why !== null ? [[name, advice.why] as const] : []))

describe('memory', () => {
  it('of keys and values is that of the published shapes, as F16', () => {
    expect(kvBytesPerToken(entry('glm-4-9b-chat-q4_k_m').shape)).toBe(40_960)
    expect(kvBytesPerToken(entry('glm-4-9b-chat-1m-q4_k_m').shape)).toBe(81_920)
    expect(kvBytesPerToken(entry('starter').shape)).toBe(23_040)
  })

  it('is that of weights, engine and tokens in view', () => {
    const model = { bytes: 6e9, context: 131_072, kvBytesPerToken: 40_960 }
    expect(memoryFor(model, 10_000)).toBe(6e9 + 0.4e9 + 409_600_000)
    expect([memoryForModels(8e9), memoryForModels(32e9), memoryForModels(1e9)]).toEqual([5.5e9, 25.6e9, 0])
    expect([tokensThatFit(model, 8e9), tokensThatFit(model, 32e9)]).toEqual([0, 131_072])
    expect(tokensThatFit(model, 11e9)).toBe(Math.floor((8.5e9 - 6.4e9) / 40_960))
    expect(tokensThatFit({ ...model, kvBytesPerToken: 0 }, 16e9)).toBe(131_072)
  })
})

describe('the model to take', () => {
  it.each([
    [4, 'starter', 'nothing-else-fits'], [8, 'glm-4-9b-chat-q3_k_s', 'smaller-fits'], [12, 'glm-4-9b-chat-q4_k_m', 'first-choice'], [64, 'glm-4-9b-chat-q4_k_m', 'first-choice'],
  ])('with %i GiB is %s: %s', (size, name, why) => {
    expect(recommended(size * gibibytes)).toEqual([[name, why]])
  })

  it('fits on the disk, too', () => {
    expect(recommended(64 * gibibytes, 7e9)).toEqual([['glm-4-9b-chat-q4_k_s', 'smaller-fits']])
    expect(recommended(64 * gibibytes, 3e9)).toEqual([['starter', 'nothing-else-fits']])
    expect(recommended(64 * gibibytes, 0)).toEqual([])
    expect(recommended(64 * gibibytes, null)).toEqual([['glm-4-9b-chat-q4_k_m', 'first-choice']])
  })

  it('may be on the disk already, or in part', () => {
    const model = candidateOf(entry('glm-4-9b-chat-q4_k_m'), { bytes: null, download: { state: 'paused', doneBytes: 6e9, totalBytes: 6_250_926_848 } })
    const computer = { memoryBytes: 64 * gibibytes, freeBytes: 1.3e9 }
    expect(adviceFor(model, computer).kind).toBe('fits')
    expect(adviceFor({ ...model, presentBytes: 0 }, computer)).toEqual({ kind: 'too-little-disk', neededBytes: 7_250_926_848, freeBytes: 1.3e9 })
    expect(adviceFor({ ...model, presentBytes: model.bytes }, { ...computer, freeBytes: 0 }).kind).toBe('fits')
  })
})
