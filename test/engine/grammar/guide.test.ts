import { describe, expect, it } from 'vitest'
import { readGguf } from '../../../src-engine/gguf/reader'
import { openFileSource } from '../../../src-engine/gguf/source'
import { createGuide } from '../../../src-engine/grammar/guide'
import { createSampler } from '../../../src-engine/sampler/sampler'
import { readSampling, SettingsError } from '../../../src-engine/sampler/settings'
import { createTokenizer } from '../../../src-engine/tokenizer/tokenizer'
import { seededRandom } from '../../support/seeded-random'
import { starterModelPath } from '../../support/starter-model'

const source = openFileSource(starterModelPath())
const tokenizer = createTokenizer(readGguf(source))
source.close()
const end = tokenizer.control('<|im_end|>') ?? -1
const stops = new Set([end])

const schema = {
  type: 'object',
  properties: {
    title: { type: 'string' },
    pages: { type: 'array', items: { type: 'integer', minimum: 1 } },
    quotes: { type: 'array', items: { type: 'object', properties: { text: { type: 'string' }, sure: { type: 'boolean' } }, required: ['text', 'sure'] }, minItems: 1 },
    note: { anyOf: [{ type: 'null' }, { type: 'string', maxLength: 20 }] },
  },
  required: ['title', 'quotes'],
}
/** `{"title":"","quotes":[{"text":"","sure":true}]}` */
const leastTokens = 47

interface Said {
  readonly text: string
  readonly tokens: number
}

/** Writes an answer in a form with scores from `scores`, until nothing may follow or the tokens are used up. */
function write(tokensMax: number, temperature: number, seed: number, scores: (place: number) => Float32Array): Said {
  const guide = createGuide(schema, { tokenizer, stops, tokensMax })
  const sampler = createSampler(readSampling({ temperature, topP: 1, minP: 0, seed, tokensMax }))
  const said: number[] = []
  while (said.length < tokensMax && !guide.mustEnd) {
    const token = sampler.next(scores(said.length), guide.allowed(tokensMax - said.length))
    if (token === end) break
    guide.said(token)
    said.push(token)
  }
  expect(guide.mayEnd).toBe(true)
  return { text: tokenizer.decode(said), tokens: said.length }
}

interface Answer {
  readonly title: string
  readonly quotes: readonly { readonly text: string; readonly sure: boolean }[]
}

function expectAnswer(text: string): Answer {
  const value = JSON.parse(text) as Answer
  expect(typeof value.title).toBe('string')
  expect(value.quotes.length).toBeGreaterThan(0)
  for (const quote of value.quotes) expect([typeof quote.text, typeof quote.sure]).toEqual(['string', 'boolean'])
  return value
}

const evenly = new Float32Array(tokenizer.size).fill(0).map((_, id) => (id % 2) * 1e-6)

/** Scores of a model that wants one text for ever. */
function wants(text: string): (place: number) => Float32Array {
  const ids = tokenizer.encode(text)
  return (place) => {
    const scores = evenly.slice()
    scores[ids[place % ids.length] ?? 0] = 20
    return scores
  }
}

describe('an answer in a form', () => {
  it('is whole JSON that fits, whatever the scores and however few the tokens', () => {
    const random = seededRandom(4)
    for (const tokensMax of [leastTokens, leastTokens + 5, 120]) {
      for (let seed = 0; seed < 3; seed++) {
        const noise = evenly.map(() => 8 * random())
        const { text, tokens } = write(tokensMax, 1, seed, () => noise)
        expect(tokens).toBeLessThanOrEqual(tokensMax)
        expectAnswer(text)
      }
    }
  })

  it.each([
    ['blanks', '\n\n  \n'], ['one letter', 'aaaaaaaa'], ['quote marks', '"'], ['brackets', '[[[['], ['digits', '1234'], ['backslashes', '\\'], ['commas', ', ,'], ['halves of characters', 'ä€😀'],
  ])('ends though the model wants %s for ever', (_, text) => {
    for (const tokensMax of [leastTokens + 3, 200]) expectAnswer(write(tokensMax, 0, 1, wants(text)).text)
  })

  it('says what the model wants where that fits', () => {
    const wanted = '{"title": "A book", "quotes": [{"text": "He said \\"no\\".", "sure": false}]}'
    const { text } = write(200, 0, 1, wants(wanted))
    expect(text).toBe(wanted)
    expect(expectAnswer(text).quotes[0]?.text).toBe('He said "no".')
  })

  it('leaves out a control token, and the end until the form is complete', () => {
    const guide = createGuide({ type: 'integer' }, { tokenizer, stops, tokensMax: 10 })
    expect(guide.allowed(10)[end]).toBe(0)
    expect(guide.allowed(10)[tokenizer.control('<|im_start|>') ?? -1]).toBe(0)
    guide.said(tokenizer.encode('7')[0] ?? 0)
    expect(guide.allowed(9)[end]).toBe(1)
    expect([guide.mayEnd, guide.mustEnd]).toEqual([true, false])
  })

  it('is refused where it cannot be written in so few tokens', () => {
    expect(() => createGuide(schema, { tokenizer, stops, tokensMax: leastTokens - 1 })).toThrow(SettingsError)
    expect(() => createGuide(schema, { tokenizer, stops, tokensMax: leastTokens - 1 })).toThrow(`may take ${leastTokens} tokens, and ${leastTokens - 1} are allowed`)
  })
})
