import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { fromHalf } from '../../../src-engine/half'
import { prefill } from '../../../src-engine/prefill/prefill'
import { QueryRows } from '../../../src-engine/evidence/queries'
import { RetrievalSession } from '../../../src-engine/retrieval/session'
import { Summaries } from '../../../src-engine/retrieval/summaries'
import { SummaryScorer } from '../../../src-engine/retrieval/summary-scorer'
import { induction, InductionText, writeInductionModel } from '../../support/induction-model'
import { MemoryKv } from '../../support/kept-kv'
import { bestOf } from '../../support/logits'
import { seededRandom } from '../../support/seeded-random'
import { openParts, type OpenedModel } from '../../support/token-major'

const folder = mkdtempSync(join(tmpdir(), 'longleaf-needles-'))
afterAll(() => rmSync(folder, { recursive: true }))

async function withModel(kvHeads: 2 | 4, use: (opened: OpenedModel) => Promise<void>): Promise<void> {
  const path = join(folder, `${kvHeads}.gguf`)
  writeFileSync(path, writeInductionModel(kvHeads))
  const opened = await openParts(path, 1)
  try {
    await use(opened)
  } finally {
    opened.close()
  }
}

interface Needle {
  readonly key: number
  readonly answer: number
  /** Of the key. */
  readonly place: number
}

/** Words in any order, and needles at these places: a key, and behind it its answer. */
function textWith(length: number, needles: readonly Needle[]): readonly number[] {
  const random = seededRandom(length)
  const text = Array.from({ length }, () => Math.floor(random() * induction.textTokens))
  for (const { key, answer, place } of needles) text.splice(place, 2, key, answer)
  return text
}

function needle(i: number, place: number): Needle {
  return { key: induction.keys.first + i, answer: induction.answers.first + ((7 * i) % induction.answers.count), place }
}

/** Evenly from the first token to the last two, each key once. */
function spread(length: number, count: number): readonly Needle[] {
  return Array.from({ length: count }, (_, i) => needle(i, Math.floor(((length - 2) * i) / (count - 1))))
}

/** Those that are nearly alike stand beside one another. */
function inPairs(length: number, count: number): readonly Needle[] {
  return spread(length, count / 2).flatMap(({ place }, pair) => [needle(2 * pair, Math.max(0, place - 3)), needle(2 * pair + 1, Math.max(2, place))])
}

async function open({ backend, model }: OpenedModel, text: InductionText, budgetTokens: number): Promise<RetrievalSession> {
  const { layers, kvHeads, headSize, heads } = model.shape
  const summaries = new Summaries(backend, { layers, heads: kvHeads, headSize }, Math.floor(text.tokens.length / 64))
  await summaries.fill(text)
  const scorer = new SummaryScorer(backend, summaries, heads, 192)
  const queries = new QueryRows(backend, headSize)
  const options = { budgetTokens, unselectedMax: Infinity, behindMax: 64, pins: true, scorer, queries }
  return RetrievalSession.open(backend, model, { kept: text, count: text.tokens.length }, options)
}

it('what is filled in is what the model computes, but for a thousandth', () => withModel(2, async (opened) => {
  const tokens = textWith(2_048, spread(2_048, 40))
  const [computed, filled] = [new MemoryKv({ heads: 2, headSize: 128 }), new InductionText(tokens, 2)]
  await prefill(opened.backend, opened.model, tokens, computed, {})
  for (const layer of [0, 1]) {
    const [a, b] = [await computed.whole(layer), new Uint8Array(2 * 32 * 2 * 64 * 128 * 2)]
    await filled.readLayer(layer, 0, 2_048, b)
    const [wanted, found] = [new Uint16Array(a.buffer), new Uint16Array(b.buffer)]
    const most = wanted.reduce((worst, bits, i) => Math.max(worst, Math.abs(fromHalf(bits) - fromHalf(found[i] ?? 0))), 0)
    expect(most, `layer ${layer}`).toBeLessThan(layer === 0 ? 0.02 : 0.05)
  }
}), 60_000)

it('of keys that are nearly alike and stand side by side each finds its own answer', () => withModel(2, async (opened) => {
  const needles = inPairs(16_384, induction.keys.count)
  const session = await open(opened, new InductionText(textWith(16_384, needles), 2), 1_024)
  const found: number[] = []
  for (const { key } of needles) found.push(bestOf((await session.step(key))?.logits ?? new Float32Array(0)).token)
  expect(found).toEqual(needles.map(({ answer }) => answer))
  session.close()
}), 60_000)

describe('a token finds what followed it before, wherever that was, though no question pinned it', () => {
  const long = process.env['LONGLEAF_TEST_LONG'] === '1'
  it.each([
    [2, 131_072, 12_288], [4, 131_072, 12_288], [2, 16_386, 512],
    ...(long ? [[4, 1_048_576, 20_480] as const] : []),
  ] as const)('%i KV heads, %i tokens, a budget of %i', (kvHeads, length, budget) => withModel(kvHeads, async (opened) => {
    const needles = spread(length, induction.keys.count)
    const session = await open(opened, new InductionText(textWith(length, needles), kvHeads), budget)
    const found: number[] = []
    for (const { key } of needles) found.push(bestOf((await session.step(key))?.logits ?? new Float32Array(0)).token)
    expect(found).toEqual(needles.map(({ answer }) => answer))
    session.close()
  }), 900_000)
})
