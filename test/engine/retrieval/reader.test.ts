import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { KvBudgetError } from '../../../src-engine/kv/budget-error'
import { wholeModel } from '../../../src-engine/model/residency'
import { prefill } from '../../../src-engine/prefill/prefill'
import type { KeptKv } from '../../../src-engine/prefill/kept'
import { Session } from '../../../src-engine/session'
import { MemoryKv } from '../../support/kept-kv'
import { divergence } from '../../support/logits'
import { seededRandom } from '../../support/seeded-random'
import { writeSmallModel } from '../../support/small-model'
import { openParts, type OpenedModel } from '../../support/token-major'

const folder = mkdtempSync(join(tmpdir(), 'longleaf-retrieval-reader-'))
const length = 2_000
const bytes = 2 ** 30
const selectedTokens = 576
const heads = [{ layer: 0, head: 1 }, { layer: 2, head: 3 }]

let opened: OpenedModel
let text: readonly number[]
let kept: MemoryKv
beforeAll(async () => {
  const path = join(folder, 'model.gguf')
  writeFileSync(path, writeSmallModel({ architecture: 'chatglm', layers: 3 }))
  opened = await openParts(path, 1)
  const random = seededRandom(length)
  text = Array.from({ length: length + 100 }, () => Math.floor(random() * opened.model.shape.vocabulary))
  kept = new MemoryKv({ heads: opened.model.shape.kvHeads, headSize: opened.model.shape.headSize })
  await prefill(opened.backend, opened.model, text.slice(0, length), kept, {})
})
afterAll(() => {
  opened.close()
  rmSync(folder, { recursive: true })
})

async function withSessions(use: (retrieving: Session, exact: Session) => Promise<void>): Promise<void> {
  const open = (): Session => new Session(opened.backend, opened.model, { contextMax: 4_096 }, () => undefined)
  const [retrieving, exact] = [open(), open()]
  try {
    await use(retrieving, exact)
  } finally {
    retrieving.close()
    exact.close()
  }
}

const budgetFor = (tokens: number) => ({ bytes, tokensMax: length + 200, selectedTokens: tokens })
const bits = (logits: Float32Array): readonly number[] => [...new Uint32Array(logits.slice().buffer)]

describe('a session that looks at some of a kept text', () => {
  it('sees all of it while it is asked, and in each step what its budget allows, and tells what it passed over', () => withSessions(async (retrieving, exact) => {
    const question = text.slice(0, length + 30)
    expect(await retrieving.sync(question, { kept, budget: budgetFor(selectedTokens) })).toEqual({ reused: length, prefilled: 30 })
    await exact.sync(question, { kept })
    expect(retrieving.attention).toBe('retrieval')
    expect(bits(retrieving.logits)).toEqual(bits(exact.logits))
    expect(retrieving.retrieval).toEqual({ budgetTokens: selectedTokens, unselected: 0 })
    const differences: number[] = []
    for (const token of text.slice(length + 30, length + 40)) {
      differences.push(divergence(await exact.step(token), await retrieving.step(token)))
    }
    expect(Math.max(...differences)).toBeGreaterThan(0)
    expect(Math.max(...differences)).toBeLessThan(0.5)
    expect(retrieving.retrieval?.unselected).toBeGreaterThan(0.01)
    expect(retrieving.retrieval?.unselected).toBeLessThan(0.9)
    expect(retrieving.kvBytes).toBeLessThan(exact.kvBytes)
  }))

  it('has the same bits where the memory is too small for weights that stay, and fetches these once for an answer', () => withSessions(async (retrieving) => {
    const question = text.slice(0, length + 30)
    const small = await openParts(join(folder, 'model.gguf'), 1, 'layer by layer')
    const session = new Session(small.backend, small.model, { contextMax: 4_096 }, () => undefined)
    for (const each of [retrieving, session]) await each.sync(question, { kept, budget: budgetFor(selectedTokens) })
    expect(bits(session.logits)).toEqual(bits(retrieving.logits))
    await small.model.weights.lookUp([7, 8])
    const inMemory: number[] = []
    for (const token of [7, 8]) {
      expect(bits(await session.step(token))).toEqual(bits(await retrieving.step(token)))
      inMemory.push(small.model.weights.bytes)
    }
    const release = await small.model.weights.hold(wholeModel(small.model.shape.layers))
    expect(inMemory).toEqual([small.model.weights.bytes, small.model.weights.bytes])
    release()
    session.close()
    small.close()
  }))

  it('goes on with other questions about the text without reading or summing it up again', () => withSessions(async (retrieving, exact) => {
    const budget = budgetFor(selectedTokens)
    await retrieving.sync(text.slice(0, length + 30), { kept, budget })
    await retrieving.step(7)
    const layers: number[] = []
    const counted: KeptKv = {
      tokens: kept.tokens,
      readLayer: (layer, ...which) => (layers.push(layer), kept.readLayer(layer, ...which)),
      readHead: (...which) => kept.readHead(...which),
      readBlocks: (...which) => kept.readBlocks(...which),
    }
    const other = [...text.slice(0, length), ...text.slice(length + 50, length + 70)]
    expect(await retrieving.sync(other, { kept: counted, budget })).toEqual({ reused: length, prefilled: 20 })
    expect(layers).toEqual([0, 1, 2])
    await exact.sync(other, { kept })
    expect(bits(retrieving.logits)).toEqual(bits(exact.logits))
  }))

  it('says the same again after what came between was forgotten', () => withSessions(async (one, other) => {
    const question = text.slice(0, length + 30)
    for (const session of [one, other]) await session.sync(question, { kept, budget: budgetFor(selectedTokens) })
    for (const token of [5, 6, 7]) await one.step(token)
    one.rewind(question.length)
    for (const token of [3, 4]) expect(bits(await one.step(token))).toEqual(bits(await other.step(token)))
  }))

  it('tells where heads looked, from the question and from the answer', () => withSessions(async (retrieving, exact) => {
    const spans = [{ start: 0, end: 64 }, { start: 64, end: 1_000 }, { start: 1_000, end: length }, { start: length, end: length + 30 }]
    const watch = { heads, from: length }
    const question = text.slice(0, length + 30)
    await retrieving.sync(question, { kept, watch, budget: budgetFor(selectedTokens) })
    await exact.sync(question, { kept, watch })
    const rows = { start: length, end: length + 30 }
    expect([...await retrieving.evidence(rows, spans)]).toEqual([...await exact.evidence(rows, spans)])
    await retrieving.step(4)
    const masses = await retrieving.evidence({ start: length + 30, end: length + 31 }, spans)
    expect(masses.length).toBe(heads.length * spans.length)
    expect(Math.min(...masses)).toBeGreaterThanOrEqual(0)
  }))

  it('is exact where the text fits what may be looked at, and where nothing is said of it', () => withSessions(async (session) => {
    const question = text.slice(0, length + 30)
    await session.sync(question, { kept, budget: budgetFor(4_096) })
    expect([session.attention, session.retrieval]).toEqual(['resident', undefined])
    await session.sync(question, { kept, budget: budgetFor(selectedTokens) })
    expect(session.attention).toBe('retrieval')
    await session.sync(question, { kept, budget: { bytes, tokensMax: length + 200 } })
    expect([session.attention, session.retrieval]).toEqual(['resident', undefined])
  }))

  it('says how much memory it would take, where that is more than it may', () => withSessions(async (session) => {
    const budget = { ...budgetFor(selectedTokens), bytes: 100_000 }
    await expect(session.sync(text.slice(0, length + 30), { kept, budget })).rejects.toThrow(KvBudgetError)
    await session.sync(text.slice(0, length + 30), { kept, budget: budgetFor(selectedTokens) })
    expect(session.attention).toBe('retrieval')
  }))

  it('ends soon when it is stopped or its text fails, and goes on afterwards', () => withSessions(async (session) => {
    const budget = budgetFor(selectedTokens)
    const question = text.slice(0, length + 30)
    await session.sync(question, { kept, budget })
    await expect(session.step(3, AbortSignal.abort())).rejects.toThrow('aborted')
    let left = 2
    const failing: KeptKv = {
      tokens: kept.tokens,
      readLayer: (...which) => kept.readLayer(...which),
      readHead: (...which) => kept.readHead(...which),
      readBlocks: (...which) => (--left < 0 ? Promise.reject(new Error('the disk went away')) : kept.readBlocks(...which)),
    }
    await session.sync(question, { kept: failing, budget })
    await session.sync([...question, 8], { kept: failing, budget })
    await expect(session.step(3)).rejects.toThrow('the disk went away')
    await session.sync([...question, 8], { kept, budget })
    expect((await session.step(3)).length).toBe(opened.model.shape.vocabulary)
  }))
})
