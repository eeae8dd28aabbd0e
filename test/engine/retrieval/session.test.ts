import { describe, expect, it } from 'vitest'
import { dataType } from '../../../src-engine/ggml/tensor'
import { blocksOf } from '../../../src-engine/prefill/extent'
import { prefill } from '../../../src-engine/prefill/prefill'
import { QueryRows } from '../../../src-engine/evidence/queries'
import { wholeTokens, type ChoiceTokens } from '../../../src-engine/retrieval/budget'
import type { SummaryForm } from '../../../src-engine/retrieval/block-parts'
import { keyClustersIn } from '../../../src-engine/retrieval/key-clusters'
import { RetrievalSession } from '../../../src-engine/retrieval/session'
import { Summaries } from '../../../src-engine/retrieval/summaries'
import type { SummaryTypes } from '../../../src-engine/retrieval/summary-layout'
import { SummaryScorer } from '../../../src-engine/retrieval/summary-scorer'
import { Session } from '../../../src-engine/session'
import { MemoryKv } from '../../support/kept-kv'
import { divergence } from '../../support/logits'
import { modelFiles } from '../../support/model-files'
import { randomTokens } from '../../support/random-tokens'
import { writeSmallModel } from '../../support/small-model'
import { starterModelPath } from '../../support/starter-model'
import { withParts, type OpenedModel } from '../../support/token-major'

const written = modelFiles()

const answer = 8
const models = {
  'SmolLM2': () => starterModelPath(),
  'a small chatglm': () => written('chatglm', writeSmallModel({ architecture: 'chatglm', layers: 3 })),
  'a small glm4 of four KV heads': () => written('glm4', writeSmallModel({ architecture: 'glm4', kvHeads: 4, type: 'Q8_0' })),
} as const

const withModel = (name: keyof typeof models, use: (opened: OpenedModel) => Promise<void>): Promise<void> => withParts(models[name](), 1, use)

async function keep({ backend, model }: OpenedModel, tokens: readonly number[]): Promise<MemoryKv> {
  const kept = new MemoryKv({ heads: model.shape.kvHeads, headSize: model.shape.headSize })
  await prefill(backend, model, tokens, kept, {})
  return kept
}

interface Summed {
  readonly form: SummaryForm
  readonly types: SummaryTypes
}

interface OpenOptions {
  readonly unselectedMax?: number
  readonly summed?: Summed
  readonly choiceTokens?: ChoiceTokens
}

async function open({ backend, model }: OpenedModel, kept: MemoryKv, budgetTokens: number, options: OpenOptions = {}): Promise<RetrievalSession> {
  const { unselectedMax = Infinity, summed, choiceTokens = 64 } = options
  const { layers, kvHeads, headSize, heads } = model.shape
  const blocks = wholeTokens(kept.tokens.length, choiceTokens) / 64
  const form = summed?.form ?? keyClustersIn(choiceTokens === 16 ? 16 : 64)
  const summaries = new Summaries(backend, { layers, heads: kvHeads, headSize }, blocks, form, summed?.types)
  await summaries.fill(kept)
  const scorer = new SummaryScorer(backend, summaries, heads, 512, choiceTokens)
  const queries = new QueryRows(backend, headSize)
  const settings = { budgetTokens, unselectedMax, behindMax: 256, pins: true, scorer, queries }
  return RetrievalSession.open(backend, model, { kept, count: kept.tokens.length }, settings)
}

const none = new Float32Array(0)
const bitsOf = ({ buffer, byteOffset, byteLength }: Float32Array): Buffer => Buffer.from(buffer, byteOffset, byteLength)
const sameBits = (a: Float32Array, b: Float32Array): boolean => bitsOf(a).equals(bitsOf(b))

describe('a budget that the text fits gives the bits of exact attention', () => {
  it.each([
    ['SmolLM2', 300, 33, 64],
    ['a small chatglm', 1_237, 70, 64],
    ['a small chatglm', 1_280, 1, 64],
    ['a small glm4 of four KV heads', 2_050, 20, 64],
    ['a small chatglm', 1_237, 70, 16],
    ['a small glm4 of four KV heads', 2_110, 20, 128],
  ] as const)('%s, %i tokens, questions of %i, in blocks of %i', (name, length, question, choiceTokens) => withModel(name, async (opened) => {
    const all = randomTokens(opened.model, length + 2 * question + 2 * answer)
    const text = all.slice(0, length)
    const kept = await keep(opened, text)
    const retrieval = await open(opened, kept, 64 * blocksOf(length), { choiceTokens })
    const exact = new Session(opened.backend, opened.model, { contextMax: all.length }, () => undefined)
    for (const turn of [0, 1]) {
      const start = length + turn * (question + answer)
      await exact.sync(all.slice(0, start + question), { kept })
      const logits = await retrieval.ask(all.slice(start, start + question))
      expect(sameBits(logits ?? none, exact.logits), `question ${turn}`).toBe(true)
      for (const token of all.slice(start + question, start + question + answer)) {
        const wanted = await exact.step(token)
        const found = await retrieval.step(token)
        expect(sameBits(found?.logits ?? none, wanted), `token ${retrieval.length} of turn ${turn}`).toBe(true)
        expect(Math.max(...found?.passed.unselected ?? [])).toBe(0)
      }
    }
    exact.close()
    retrieval.close()
  }))
})

describe('what is passed over counts by its summary', () => {
  it('as exactly as that tells of it: with a row for each token, nearly as if all were looked at', () => withModel('a small chatglm', async (opened) => {
    const all = randomTokens(opened.model, 2_100)
    const kept = await keep(opened, all.slice(0, 2_048))
    const types = { keys: dataType.f16, values: dataType.f16 }
    const each = { rows: 64, unitTokens: 64, part: () => Uint8Array.from({ length: 64 }, (_, token) => token) }
    const [exact, usual] = [await open(opened, kept, 2_048), await open(opened, kept, 256)]
    const full = await open(opened, kept, 256, { summed: { form: each, types } })
    const far: Record<'usual' | 'full', number[]> = { usual: [], full: [] }
    for (const session of [exact, usual, full]) await session.ask(all.slice(2_048, 2_060))
    for (const token of all.slice(2_060, 2_066)) {
      const wanted = (await exact.step(token))?.logits.slice() ?? none
      far.usual.push(divergence(wanted, (await usual.step(token))?.logits ?? none))
      const found = await full.step(token)
      far.full.push(divergence(wanted, found?.logits ?? none))
      expect(Math.min(...found?.passed.unselected ?? [])).toBeGreaterThan(0.3)
    }
    expect(Math.max(...far.full)).toBeLessThan(1e-6)
    expect(Math.min(...far.usual)).toBeGreaterThan(1e-3)
    for (const session of [exact, usual, full]) session.close()
  }))
})

describe('a budget that passes over more than it may', () => {
  it('is doubled for the token, layer by layer, and what is passed over still is less', () => withModel('a small chatglm', async (opened) => {
    const all = randomTokens(opened.model, 2_100)
    const kept = await keep(opened, all.slice(0, 2_048))
    const [once, twice] = [await open(opened, kept, 256), await open(opened, kept, 256, { unselectedMax: 0 })]
    for (const session of [once, twice]) await session.ask(all.slice(2_048, 2_060))
    const [narrow, wide] = [await once.step(3), await twice.step(3)]
    expect([narrow?.passed.doubled, wide?.passed.doubled]).toEqual([0, opened.model.shape.layers])
    const sum = (numbers: Float32Array | undefined): number => numbers?.reduce((a, b) => a + b, 0) ?? Number.NaN
    expect(sum(narrow?.passed.unselected)).toBeGreaterThan(0)
    expect(sum(wide?.passed.unselected)).toBeLessThan(sum(narrow?.passed.unselected))
    expect(twice.blocksRead).toBe(2 * once.blocksRead)
    once.close()
    twice.close()
  }))
})
