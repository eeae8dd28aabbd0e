/**
 * Small files of every architecture and quantisation, random weights, against libllama on the same file, with keys and values in f32. Two comparisons:
 *
 * 1. Weights as stored, plain attention, and the same tokens together: the same kernels in the same order, so the same bits.
 * 2. As the app computes, in chunks of any size, the last layer for the last token alone: weights where they are fastest (which is where libllama puts
 *    them by itself), grouped and fused attention. Sums in another order; the bound is twice what libllama differs by from itself with flash attention on.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { openEngine, type Engine } from '../../../src-engine/engine'
import type { SessionOptions } from '../../../src-engine/session'
import { openLlama, type LlamaOptions } from '../../support/libllama'
import { divergence } from '../../support/logits'
import { seededRandom } from '../../support/seeded-random'
import { writeSmallModel, type SmallModel } from '../../support/small-model'

const folder = mkdtempSync(join(tmpdir(), 'longleaf-architectures-'))
const path = join(folder, 'small.gguf')
afterAll(() => rmSync(folder, { recursive: true }))

/** Also what differs from something here in nothing that is likely to matter; takes minutes. */
const isLong = process.env['LONGLEAF_TEST_LONG'] === '1'
/** Chunk sizes with the lengths that they cut; a shorter text is one chunk, whatever its greatest size. */
const cuts = [[128, [1, 63, 64, 65, 512, 513, 3000]], [512, [513, 3000]], [2048, [3000]]] as const
const within = (most: number): readonly Cut[] => cuts.map(([chunk, lengths]) => [chunk, lengths.filter((length) => length <= most)])
const text = tokensOf(3000)

function tokensOf(count: number): readonly number[] {
  const random = seededRandom(5)
  return Array.from({ length: count }, () => Math.floor(random() * 256))
}

type Cut = readonly [chunk: number, lengths: readonly number[]]

/** Logits after so many tokens. */
type Readings = ReadonlyMap<number, Float32Array>

/** Each length is read afresh. */
async function theirs(wanted: readonly number[], options: Pick<LlamaOptions, 'chunk' | 'weights'> & Partial<LlamaOptions>): Promise<Readings> {
  const peer = openLlama({ path, context: 4096, kvType: 'f32', flashAttention: false, threads: 1, ...options })
  const found = new Map<number, Float32Array>()
  for (const length of wanted) {
    peer.rewind(0)
    await peer.decodeAll(text.slice(0, length), (place, logits) => (place + 1 === length ? found.set(length, logits.slice()) : undefined))
  }
  peer.close()
  return found
}

/** With `every` the last layer computes each token too, as libllama does when it is asked for the logits of each. */
async function ours(engine: Engine, wanted: readonly number[], options: SessionOptions, every = false): Promise<Readings> {
  const found = new Map<number, Float32Array>()
  for (const length of wanted) {
    const session = engine.open({ contextMax: length, kvType: 'f32', ...options })
    await session.sync(text.slice(0, length), every ? { onLogits: () => undefined } : {})
    found.set(length, session.logits.slice())
    session.close()
  }
  return found
}

/** The most that two readings diverge by at any length, in nats. */
function apart(a: Readings, b: Readings): number {
  return [...a].reduce((most, [length, logits]) => Math.max(most, divergence(logits, b.get(length) ?? new Float32Array(0))), 0)
}

async function expectBitsOfLibllama(model: SmallModel, chunks: readonly Cut[]): Promise<void> {
  writeFileSync(path, writeSmallModel(model))
  const engine = await openEngine({ path, threads: 1, weights: 'as-stored' })
  for (const [chunk, lengths] of chunks) {
    const peer = await theirs(lengths, { chunk, weights: 'as-stored' })
    expect(await ours(engine, lengths, { chunkTokens: chunk, attention: 'plain' }, true)).toEqual(peer)
  }
  engine.close()
}

async function expectNearLibllama(model: SmallModel, chunks: readonly Cut[]): Promise<void> {
  writeFileSync(path, writeSmallModel(model))
  const all = [...new Set(chunks.flatMap(([, lengths]) => lengths))]
  const peer = await theirs(all, { chunk: 512, weights: 'fastest' })
  const noise = apart(peer, await theirs(all, { chunk: 512, weights: 'fastest', flashAttention: true }))
  const engine = await openEngine({ path, threads: 1 })
  for (const [chunkTokens, lengths] of chunks) expect(apart(await ours(engine, lengths, { chunkTokens }), peer)).toBeLessThanOrEqual(2 * noise)
  engine.close()
}

describe.each([['chatglm', 3000], ['glm4', isLong ? 3000 : 513]] as const)('%s at lengths up to %i, cut in chunks', (architecture, most) => {
  it('has the bits of libllama, computed as it computes', () => expectBitsOfLibllama({ architecture }, within(most)), 300_000)
  it('is as near to libllama as that to itself, as the app computes', () => expectNearLibllama({ architecture }, within(most)), 300_000)
})

describe.each<SmallModel>([
  { architecture: 'chatglm', kvHeads: 4 }, { architecture: 'chatglm', queryKeyValue: 'split' }, { architecture: 'glm4', kvHeads: 4, queryKeyValue: 'fused' },
  { architecture: 'glm4', bias: false }, { architecture: 'llama' }, { architecture: 'llama', queryKeyValue: 'fused', bias: true },
  { architecture: 'qwen2' }, { architecture: 'qwen2', queryKeyValue: 'fused' },
])('a file as %o', (way) => {
  it('has the bits of libllama, computed as it computes', () => expectBitsOfLibllama({ layers: 1, ...way }, [[512, [65]]]))
  it('is as near to libllama as that to itself, as the app computes', () => expectNearLibllama({ layers: 1, ...way }, [[512, [65]]]))
})

describe.each(['F32', 'F16', 'BF16', 'Q8_0', 'Q6_K', 'Q5_K', 'Q5_0', 'Q5_1', 'Q4_K', 'Q4_0', 'Q4_1', 'Q3_K', 'Q2_K', 'IQ4_XS', 'IQ4_NL'])('GLM in %s', (type) => {
  const both = ['chatglm', 'glm4'] as const
  it.each(isLong ? both : [both[type.length % 2] ?? 'chatglm'])('%s has the bits of libllama, and is as near to it as the app computes', async (architecture) => {
    await expectBitsOfLibllama({ architecture, type, layers: 1 }, [[512, [1, 65]]])
    await expectNearLibllama({ architecture, type, layers: 1 }, [[512, [1, 65]]])
  })
})
