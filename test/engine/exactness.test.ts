import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openEngine, type Engine } from '../../src-engine/engine'
import { openLlama, type Llama } from '../support/libllama'
import { bestOf, divergence, type Best } from '../support/logits'
import { writePlainWeights } from '../support/plain-weights'
import { starterModelPath } from '../support/starter-model'

/** Two best logits nearer than this are a tie: rounding decides. */
const tieMargin = 0.05
/** Nats. Sums in another order, in f32, move the logits of the f32 model by some 1e-5, which is this or less. */
const roundingDivergence = 1e-9
const context = 4096
/** Whole distributions are compared at so many places of a text; the best token at every place. */
const distributionsMax = 200

interface Reading {
  readonly best: readonly Best[]
  readonly distributions: ReadonlyMap<number, Float32Array>
}

/** Collects what the comparisons need of a text's logits. */
function collector(length: number): { readonly reading: Reading; add(place: number, logits: Float32Array): void } {
  const every = Math.ceil(length / distributionsMax)
  const best: Best[] = []
  const distributions = new Map<number, Float32Array>()
  return {
    reading: { best, distributions },
    add(place, logits) {
      best[place] = bestOf(logits)
      if (place % every === 0) distributions.set(place, logits.slice())
    },
  }
}

async function readReference(llama: Llama, tokens: readonly number[]): Promise<Reading> {
  const collected = collector(tokens.length)
  llama.rewind(0)
  await llama.decodeAll(tokens, collected.add)
  return collected.reading
}

async function readOurs(engine: Engine, tokens: readonly number[], chunkTokens: number): Promise<Reading> {
  const collected = collector(tokens.length)
  const session = engine.open({ contextMax: context, kvType: 'f32', chunkTokens })
  await session.sync(tokens, { onLogits: collected.add })
  session.close()
  return collected.reading
}

function meanDivergence(a: Reading, b: Reading): number {
  const all = [...a.distributions].map(([place, logits]) => divergence(logits, b.distributions.get(place) ?? new Float32Array(0)))
  return all.reduce((sum, value) => sum + value, 0) / all.length
}

/** Places without a tie where the best token of `b` is another than that of `a`. */
function disagreements(a: Reading, b: Reading): readonly number[] {
  return a.best.flatMap(({ token, margin }, place) => (margin > tieMargin && b.best[place]?.token !== token ? [place] : []))
}

/** Some pages of plain English with code, the same bytes wherever the dependencies are installed. */
function sampleText(): string {
  const file = (name: string): string => readFileSync(new URL(`../../node_modules/koffi/doc/${name}.md`, import.meta.url), 'utf8')
  return ['index', 'pointers', 'callbacks', 'values', 'load', 'misc'].map(file).join('\n')
}

const prompts = [
  'The capital of France is', 'Once upon a time, in a small village by the sea,', 'To boil an egg, first', 'The three laws of motion say that',
  'def fibonacci(n):', 'Dear Sir or Madam,', 'In 1969, astronauts', 'Question: Why is the sky blue?\nAnswer:', 'A triangle has', 'Chapter 1\n\nIt was',
]

/** One thread each: with more, libllama comes to a crawl on a machine that does something else; the references are read side by side. */
const reference = (path: string, chunk: number, flashAttention = false): Llama =>
  openLlama({ path, context, chunk, kvType: 'f32', flashAttention, threads: 1 })

interface Difference {
  readonly prompt: string
  readonly step: number
  /** How sure libllama was of its own choice. */
  readonly margin: number
}

/** libllama's logits for our greedy continuation of each prompt: where it would have gone another way, and by how much. */
async function greedyDifferences(engine: Engine, llama: Llama, steps: number): Promise<readonly Difference[]> {
  const session = engine.open({ contextMax: 512, kvType: 'f32' })
  const differences: Difference[] = []
  for (const prompt of prompts) {
    const tokens = llama.tokenize(prompt, false)
    const start = tokens.length
    await session.sync(tokens)
    let logits = session.logits
    while (tokens.length < start + steps) {
      const { token } = bestOf(logits)
      tokens.push(token)
      logits = await session.step(token)
    }
    const { best } = await readReference(llama, tokens)
    for (let step = 0; step < steps; step++) {
      const theirs = best[start + step - 1]
      if (theirs?.token !== tokens[start + step]) differences.push({ prompt, step, margin: theirs?.margin ?? 0 })
    }
  }
  session.close()
  return differences
}

describe('the starter model in f32 against libllama', () => {
  const folder = mkdtempSync(join(tmpdir(), 'longleaf-exactness-'))
  const path = join(folder, 'plain.gguf')
  let engine: Engine
  let chunked: Llama
  let fine: Llama
  let tokens: readonly number[]

  beforeAll(async () => {
    writePlainWeights(starterModelPath(), path)
    engine = await openEngine({ path })
    chunked = reference(path, 512)
    fine = reference(path, 32)
    tokens = chunked.tokenize(sampleText(), false)
  }, 300_000)

  afterAll(() => {
    engine.close()
    chunked.close()
    fine.close()
    rmSync(folder, { recursive: true })
  })

  it.each([64, 700, 4000])('over %i tokens in chunks of 128 and 512: the same best token without exception, and rounding apart the same numbers', async (length) => {
    const text = tokens.slice(0, length)
    expect(text).toHaveLength(length)
    const [theirs, theirsFine] = await Promise.all([readReference(chunked, text), readReference(fine, text)])
    const bound = Math.max(2 * meanDivergence(theirs, theirsFine), roundingDivergence)
    for (const chunkTokens of [128, 512]) {
      const ours = await readOurs(engine, text, chunkTokens)
      expect(disagreements(theirs, ours)).toEqual([])
      expect(meanDivergence(theirs, ours)).toBeLessThanOrEqual(bound)
    }
  }, 900_000)

  it('writes the same 128 tokens on 10 prompts, but for ties', async () => {
    const differences = await greedyDifferences(engine, chunked, 128)
    expect(differences.filter(({ margin }) => margin > tieMargin)).toEqual([])
  }, 900_000)
})

/**
 * On the quantised file every kernel rounds its inputs to 8 bits. A last digit that differs can flip such a step, and through 30 layers that becomes
 * a divergence of some 1e-3. libllama gives the same bits for chunks of 512 and of 32 here, so its own noise is taken between its two ways of attention.
 */
describe('the starter model as it is, in Q4_1, against libllama', () => {
  it('is no further from libllama than libllama from itself', async () => {
    const path = starterModelPath()
    const [plain, fused] = [reference(path, 512), reference(path, 512, true)]
    const engine = await openEngine({ path })
    const text = plain.tokenize(sampleText(), false).slice(0, 700)
    const [theirs, theirsFused] = await Promise.all([readReference(plain, text), readReference(fused, text)])
    const noise = meanDivergence(theirs, theirsFused)
    const own = disagreements(theirs, theirsFused).length
    for (const chunkTokens of [128, 512]) {
      const ours = await readOurs(engine, text, chunkTokens)
      expect(meanDivergence(theirs, ours)).toBeLessThanOrEqual(2 * noise)
      expect(disagreements(theirs, ours).length).toBeLessThanOrEqual(2 * own + 2)
    }
    engine.close()
    plain.close()
    fused.close()
  }, 900_000)
})
