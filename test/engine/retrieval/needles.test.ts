import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { QueryRows } from '../../../src-engine/evidence/queries'
import { fromHalf } from '../../../src-engine/half'
import { extentBytes } from '../../../src-engine/prefill/extent'
import type { KeptKv } from '../../../src-engine/prefill/kept'
import { keptIn, segmentIn } from '../../../src-engine/prefill/kept-form'
import { prefill } from '../../../src-engine/prefill/prefill'
import { stretches } from '../../../src-engine/prefill/stretches'
import { openFileStorage } from '../../../src-engine/reading/file-storage'
import { inForm, type KvForm } from '../../../src-engine/reading/identity'
import { createReading } from '../../../src-engine/reading/reading'
import { wholeTokens, type ChoiceTokens } from '../../../src-engine/retrieval/budget'
import { keyClustersIn } from '../../../src-engine/retrieval/key-clusters'
import { RetrievalSession } from '../../../src-engine/retrieval/session'
import { Summaries } from '../../../src-engine/retrieval/summaries'
import { SummaryScorer } from '../../../src-engine/retrieval/summary-scorer'
import { induction, InductionText, writeInductionModel } from '../../support/induction-model'
import { MemoryKv } from '../../support/kept-kv'
import { identity } from '../../support/known-reading'
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

/** Evenly from the second token to the last two, each key once. The first has none before it and looks at itself, so that it would be its own answer too. */
function spread(length: number, count: number): readonly Needle[] {
  return Array.from({ length: count }, (_, i) => needle(i, Math.max(1, Math.floor(((length - 2) * i) / (count - 1)))))
}

/** Those that are nearly alike stand beside one another. */
function inPairs(length: number, count: number): readonly Needle[] {
  return spread(length, count / 2).flatMap(({ place }, pair) => [needle(2 * pair, Math.max(1, place - 3)), needle(2 * pair + 1, Math.max(3, place))])
}

/** What is kept of the text, in f16 as it is made or in a reading's file in half the room. */
async function keep(text: InductionText, kvHeads: 2 | 4, form: KvForm): Promise<{ readonly kept: KeptKv; close(): Promise<void> }> {
  if (form === 'f16') return { kept: text, close: () => Promise.resolve() }
  const shape = { heads: kvHeads, headSize: 128 }
  const storage = await openFileStorage(join(mkdtempSync(join(folder, 'reading-')), 'text'), 'new')
  const reading = await createReading(storage, inForm({ ...identity, layers: 2, kvHeads, headSize: 128 }, form))
  const sources = new Int32Array(segmentTokens)
  for (const { start, count } of stretches(0, text.tokens.length, segmentTokens)) {
    const own = sources.slice(0, count)
    const writer = segmentIn(reading, reading.begin(text.tokens.slice(start, start + count), { parts: own, offsets: own }))
    for (const layer of [0, 1]) {
      const extent = new Uint8Array(extentBytes(shape, count))
      await text.readLayer(layer, start, start + count, extent)
      await writer.writeLayer(layer, extent)
    }
    await writer.commit()
  }
  return { kept: keptIn(reading), close: () => reading.close() }
}

const segmentTokens = 8_192

/** What follows each needle's key, for each length of the blocks that are chosen. */
async function found(
  { backend, model }: OpenedModel, kept: KeptKv, needles: readonly Needle[], budgetTokens: number, lengths: readonly ChoiceTokens[],
): Promise<readonly (readonly number[])[]> {
  const { layers, kvHeads, headSize, heads } = model.shape
  const count = kept.tokens.length
  const all: number[][] = []
  for (const choiceTokens of lengths) {
    const blocks = wholeTokens(count, choiceTokens) / 64
    const summaries = new Summaries(backend, { layers, heads: kvHeads, headSize }, blocks, keyClustersIn(choiceTokens === 16 ? 16 : 64))
    await summaries.fill(kept)
    const scorer = new SummaryScorer(backend, summaries, heads, 256, choiceTokens)
    const options = { budgetTokens, unselectedMax: Infinity, behindMax: 64, pins: true, scorer, queries: new QueryRows(backend, headSize) }
    const session = await RetrievalSession.open(backend, model, { kept, count }, options)
    const answers: number[] = []
    for (const { key } of needles) answers.push(bestOf((await session.step(key))?.logits ?? new Float32Array(0)).token)
    session.close()
    summaries.free()
    all.push(answers)
  }
  return all
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
}))

/** KV heads, tokens of the text, tokens that are looked at, and lengths of the blocks that these are chosen in. */
type Text = readonly [2 | 4, number, number, readonly ChoiceTokens[]]
const every = [16, 64, 128] as const
const short: readonly Text[] = [[2, 16_386, 512, every]]
const long: readonly Text[] = [[2, 131_072, 12_288, every], [4, 131_072, 12_288, every], [2, 1_048_576, 20_480, every], [4, 1_048_576, 20_480, every]]
const isLong = process.env['LONGLEAF_TEST_LONG'] === '1'

describe.each([
  ['it alone', 'f16', spread, [...short, ...(isLong ? long : [[4, 131_072, 12_288, [64]] as const])]],
  ['it alone', 'q8_0', spread, [...short, ...(isLong ? long : [])]],
  ['beside one that is nearly alike', 'f16', inPairs, [...short, ...(isLong ? long : [])]],
  ['beside one that is nearly alike', 'q8_0', inPairs, [...short, ...(isLong ? long : [])]],
] as const)('a token finds what followed it before, wherever that was, though no question pinned it: %s, kept in %s', (_, form, put, texts) => {
  it.each(texts)('%i KV heads, %i tokens, a budget of %i in blocks of %j', (kvHeads, length, budget, lengths) => withModel(kvHeads, async (opened) => {
    const needles = put(length, induction.keys.count)
    const { kept, close } = await keep(new InductionText(textWith(length, needles), kvHeads), kvHeads, form)
    const answers = await found(opened, kept, needles, budget, lengths)
    await close()
    expect(answers).toEqual(lengths.map(() => needles.map(({ answer }) => answer)))
  }), 900_000)
})
