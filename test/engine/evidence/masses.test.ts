import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openEngine, type Engine, type Session } from '../../../src-engine/engine'
import type { Head } from '../../../src-engine/evidence/heads'
import type { TokenSpan } from '../../../src-engine/evidence/masses'
import type { SessionOptions } from '../../../src-engine/session'
import { plainAttention, type AttentionWeights } from '../../support/plain-llama'
import { seededRandom } from '../../support/seeded-random'
import { writeTinyLlama } from '../../support/tiny-llama'

const chunkTokens = 64
const folder = mkdtempSync(join(tmpdir(), 'longleaf-evidence-'))
const path = join(folder, 'tiny.gguf')
const heads: readonly Head[] = [{ layer: 1, head: 3 }, { layer: 0, head: 2 }, { layer: 1, head: 0 }]
const spans: readonly TokenSpan[] = [{ start: 0, end: 1 }, { start: 1, end: 40 }, { start: 60, end: 70 }, { start: 100, end: 150 }]
/** Some before and some behind the borders of the chunks and of the 64 rows that are computed together. */
const rows: TokenSpan = { start: 120, end: 200 }
let engine: Engine
let text: readonly number[]
let weights: AttentionWeights

beforeAll(async () => {
  const bytes = writeTinyLlama({ layers: 2 })
  writeFileSync(path, bytes)
  engine = await openEngine({ path, threads: 2 })
  const random = seededRandom(5)
  text = Array.from({ length: 200 }, () => Math.floor(random() * engine.shape.vocabulary))
  weights = plainAttention(bytes, text)
})

afterAll(() => {
  engine.close()
  rmSync(folder, { recursive: true })
})

function withSession<T>(options: SessionOptions, use: (session: Session) => Promise<T>): Promise<T> {
  const session = engine.open({ chunkTokens, ...options })
  return use(session).finally(() => session.close())
}

/** Sums over the rows by the definition, [heads][spans]. */
function byDefinition({ start, end }: TokenSpan): readonly number[] {
  return heads.flatMap(({ layer, head }) => spans.map((span) => {
    const looked = weights[layer]?.[head]?.slice(start, end) ?? []
    return looked.reduce((sum, row) => sum + row.slice(span.start, span.end).reduce((a, b) => a + b, 0), 0)
  }))
}

/** The largest difference, for a row. */
const worst = (found: Float32Array, wanted: readonly number[], { start, end }: TokenSpan): number =>
  wanted.reduce((max, value, i) => Math.max(max, Math.abs(value - (found[i] ?? Number.NaN)) / (end - start)), 0)

describe('the mass that heads put on spans', () => {
  // With f32 keys the whole way from the tokens is computed in f32, so that the difference is its rounding: 7 digits, in sums of 256 numbers.
  // f16 keys, and queries that ggml's kernel rounds to f16 beside them, move a score by up to 2^-11 of its size.
  it.each([['f32', 2e-6], ['f16', 5e-4]] as const)('is that of an f64 computation, with %s keys', (kvType, bound) => withSession({ kvType }, async (session) => {
    await session.sync(text, { watch: { heads, from: rows.start } })
    expect(worst(await session.evidence(rows, spans), byDefinition(rows), rows)).toBeLessThan(bound)
  }))

  it('is the same for tokens that were read together and one by one', () => withSession({ kvType: 'f32' }, async (session) => {
    await session.sync(text.slice(0, 150), { watch: { heads, from: rows.start } })
    for (const token of text.slice(150)) await session.step(token)
    expect(worst(await session.evidence(rows, spans), byDefinition(rows), rows)).toBeLessThan(2e-6)
  }))

  it('over all that a row sees is 1, for each head', () => withSession({}, async (session) => {
    await session.sync(text, { watch: { heads, from: 0 } })
    const whole = await session.evidence({ start: 190, end: 200 }, [{ start: 0, end: 200 }])
    for (const mass of whole) expect(mass).toBeCloseTo(10, 4)
  }))

  it('follows a text that became another', () => withSession({ kvType: 'f32' }, async (session) => {
    await session.sync([...text.slice(0, 130), ...text.slice(0, 60)], { watch: { heads, from: rows.start } })
    await session.sync(text, { watch: { heads, from: rows.start } })
    expect(worst(await session.evidence(rows, spans), byDefinition(rows), rows)).toBeLessThan(2e-6)
  }))
})

describe('watching', () => {
  it('reads again what was read without being watched, and only that', () => withSession({ kvType: 'f32' }, async (session) => {
    await session.sync(text)
    expect(await session.sync(text, { watch: { heads, from: rows.start } })).toEqual({ reused: 120, prefilled: 80 })
    expect(await session.sync(text, { watch: { heads, from: rows.start } })).toEqual({ reused: 200, prefilled: 0 })
    expect(worst(await session.evidence(rows, spans), byDefinition(rows), rows)).toBeLessThan(2e-6)
  }))

  it('changes no logit', () => withSession({}, async (session) => {
    await session.sync(text)
    const before = session.logits.slice()
    await withSession({}, async (watched) => {
      await watched.sync(text, { watch: { heads, from: 0 } })
      expect(watched.logits).toEqual(before)
    })
  }))

  it('answers for rows that were not watched, or not read, by saying so', () => withSession({}, async (session) => {
    await session.sync(text, { watch: { heads, from: rows.start } })
    await expect(session.evidence({ start: 119, end: 121 }, spans)).rejects.toThrow('The queries of token 119 were not kept.')
    await expect(session.evidence({ start: 199, end: 201 }, spans)).rejects.toThrow('Token 200 is not read.')
    await expect(session.sync(text, { watch: { heads: [{ layer: 2, head: 0 }], from: 0 } })).rejects.toThrow('The model has no head 0 in layer 2.')
    await expect(session.sync(text, { watch: { heads: [{ layer: 0, head: 4 }], from: 0 } })).rejects.toThrow('The model has no head 4 in layer 0.')
  }))
})
