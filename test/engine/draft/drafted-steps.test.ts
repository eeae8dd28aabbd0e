import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createDraftedSteps, type DraftableSession } from '../../../src-engine/draft/drafted-steps'
import { createPace, type Pace } from '../../../src-engine/draft/pace'
import { openEngine, type Engine } from '../../../src-engine/engine'
import { createSampler } from '../../../src-engine/sampler/sampler'
import { readSampling } from '../../../src-engine/sampler/settings'
import { writeTinyLlama } from '../../support/tiny-llama'

const { signal } = new AbortController()

/** Milliseconds of a machine on which each further token costs a tenth of a step. */
const runMilliseconds = (tokens: number): number => 9 + tokens

/** Such a machine, measured. */
function knownPace(): Pace {
  const pace = createPace()
  for (const size of [1, 2, 4, 8, 16]) pace.measured(size, runMilliseconds(size))
  return pace
}

interface Counted extends DraftableSession {
  readonly held: number[]
  /** Tokens of each run. */
  readonly runs: number[]
  now(): number
}

/** A session whose logits tell what it has read: their only number is the sum of all. `off` is added to those of runs. */
function countingSession(prompt: readonly number[], off = 0): Counted {
  const held = [...prompt]
  const runs: number[] = []
  return {
    held,
    runs,
    now: () => runs.reduce((sum, tokens) => sum + runMilliseconds(tokens), 0),
    async steps(tokens) {
      runs.push(tokens.length)
      return tokens.map((token) => {
        held.push(token)
        return Float32Array.of(held.reduce((a, b) => a + b, 0) + (tokens.length > 1 ? off : 0))
      })
    },
    rewind: (length) => void (held.length = Math.min(held.length, length)),
  }
}

const phrase = [5, 8, 2, 9, 4, 7, 1, 6, 3, 11, 13, 12]

describe('drafted steps', () => {
  // Quotes, breaks off in the middle, goes on with something new, quotes again.
  const said = [...phrase, ...phrase.slice(0, 7), 20, 21, 22, ...phrase, ...phrase]

  it('give after each token what the session gives after it, with fewer runs', async () => {
    const session = countingSession(phrase)
    const step = createDraftedSteps(session, phrase, { tokensMax: said.length + 1, pace: knownPace(), now: session.now })
    const read = [...phrase]
    for (const token of said) {
      read.push(token)
      expect([...(await step(token, signal))]).toEqual([read.reduce((a, b) => a + b, 0)])
      expect(session.held.slice(0, read.length)).toEqual(read)
    }
    expect(session.runs.length).toBeLessThan(0.7 * said.length)
  })

  it('use no run whose first row is not that of a single step', async () => {
    const session = countingSession(phrase, 1e-7)
    const pace = knownPace()
    const step = createDraftedSteps(session, phrase, { tokensMax: said.length + 1, pace, now: session.now })
    const read = [...phrase]
    for (const token of said) {
      read.push(token)
      expect([...(await step(token, signal))]).toEqual([Math.fround(read.reduce((a, b) => a + b, 0))])
    }
    expect(session.held).toEqual(read)
  })

  it('never read further than the answer may go', async () => {
    const session = countingSession(phrase)
    const step = createDraftedSteps(session, phrase, { tokensMax: 6, pace: knownPace(), now: session.now })
    for (const token of phrase.slice(0, 5)) await step(token, signal)
    expect(session.held.length).toBeLessThanOrEqual(phrase.length + 5)
  })

  it('hand on what stops the session', async () => {
    const broken: DraftableSession = { steps: () => Promise.reject(new Error('gone')), rewind: () => undefined }
    await expect(createDraftedSteps(broken, phrase, { tokensMax: 9, pace: knownPace(), now: () => 0 })(1, signal)).rejects.toThrow('gone')
  })
})

describe('the text of a small model', () => {
  const folder = mkdtempSync(join(tmpdir(), 'longleaf-draft-'))
  let engine: Engine

  beforeAll(async () => {
    writeFileSync(join(folder, 'tiny.gguf'), writeTinyLlama())
    engine = await openEngine({ path: join(folder, 'tiny.gguf'), threads: 1 })
  })
  afterAll(() => {
    engine.close()
    rmSync(folder, { recursive: true })
  })

  const answers = 25
  const tokensEach = 400
  /** Its scores lie within 0.4 of each other. From nearly greedy, which goes in circles, to nearly even. */
  const temperature = (seed: number): number => 0.003 * 1.4 ** (seed % 8)

  interface Written {
    readonly tokens: readonly number[]
    readonly runs: number
    /** Tokens of all runs. */
    readonly computed: number
  }

  /** An answer over a prompt that repeats itself: the model says things again, so drafts hit, and miss. */
  async function write(seed: number, heat: number, drafted: boolean, pace: Pace): Promise<Written> {
    const session = engine.open()
    const prompt = Array.from({ length: 60 }, (_, i) => (seed * 31 + (i % 20) * 7) % engine.shape.vocabulary)
    await session.sync(prompt)
    let runs = 0
    let computed = 0
    let clock = 0
    const counted: DraftableSession = {
      steps: (tokens) => {
        runs++
        computed += tokens.length
        clock += runMilliseconds(tokens.length)
        return session.steps(tokens, signal)
      },
      rewind: (length) => session.rewind(length),
    }
    const step = createDraftedSteps(counted, prompt, { tokensMax: tokensEach, pace, now: () => clock })
    const sampler = createSampler(readSampling({ temperature: heat, topP: 1, minP: 0, seed, tokensMax: tokensEach }))
    const tokens = [sampler.next(session.logits)]
    while (tokens.length < tokensEach) {
      const token = tokens.at(-1) ?? 0
      tokens.push(sampler.next(drafted ? await step(token, signal) : await session.step(token)))
    }
    session.close()
    return { tokens, runs, computed }
  }

  it('is drafted the same over 10,000 sampled tokens, token for token with the same seed: so its distribution is the same', async () => {
    const pace = knownPace()
    let [runs, computed] = [0, 0]
    for (let seed = 1; seed <= answers; seed++) {
      const plain = await write(seed, temperature(seed), false, pace)
      const drafted = await write(seed, temperature(seed), true, pace)
      expect(drafted.tokens).toEqual(plain.tokens)
      runs += drafted.runs
      computed += drafted.computed
    }
    // Drafts hit, which makes runs fewer, and missed: otherwise this would show nothing.
    expect(computed).toBeGreaterThan(1.1 * answers * tokensEach)
    expect(runs).toBeLessThan(0.8 * answers * tokensEach)
  })

  it('is drafted the same greedily', async () => {
    expect((await write(3, 0, true, knownPace())).tokens).toEqual((await write(3, 0, false, knownPace())).tokens)
  })
})
