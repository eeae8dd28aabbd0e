/**
 * GLM-4 by an independent computation in f64, and the errors that programs are known to have made with it, each by its name.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { attend } from '../../../src-engine/attention/exact'
import { openEngine } from '../../../src-engine/engine'
import { openBackend } from '../../../src-engine/ggml/backend'
import { GraphBuilder } from '../../../src-engine/ggml/graph'
import { loadGgml } from '../../../src-engine/ggml/libraries/ggml'
import { dataType, type Tensor } from '../../../src-engine/ggml/tensor'
import { readGguf } from '../../../src-engine/gguf/reader'
import { loadModel, type LayerCache } from '../../../src-engine/model/model'
import type { SessionOptions } from '../../../src-engine/session'
import { memorySource } from '../../support/byte-source'
import { bestOf, divergence } from '../../support/logits'
import { plainGlm } from '../../support/plain-glm'
import { seededRandom } from '../../support/seeded-random'
import { writeSmallModel, type SmallModel } from '../../support/small-model'

const folder = mkdtempSync(join(tmpdir(), 'longleaf-glm-'))
const path = join(folder, 'glm.gguf')
afterAll(() => rmSync(folder, { recursive: true }))

const random = seededRandom(5)
const text: readonly number[] = Array.from({ length: 4200 }, () => Math.floor(random() * 256))
const f32 = { kvType: 'f32' } as const

/** Logits after the text, read as each of the options says. */
async function read(model: SmallModel, length: number, ...options: readonly SessionOptions[]): Promise<readonly Float32Array[]> {
  writeFileSync(path, writeSmallModel(model))
  const engine = await openEngine({ path, threads: 1 })
  const all: Float32Array[] = []
  for (const each of options) {
    const session = engine.open({ contextMax: length, ...each })
    await session.sync(text.slice(0, length))
    all.push(session.logits.slice())
    session.close()
  }
  engine.close()
  return all
}

function furthest(a: ArrayLike<number>, b: ArrayLike<number>): number {
  return Array.from(b).reduce((most, value, i) => Math.max(most, Math.abs(value - (a[i] ?? Number.NaN))), 0)
}

describe('a GLM computed in f64, without ggml', () => {
  const fused = { type: 'F32', queryKeyValue: 'fused', layers: 2 } as const
  it.each([
    { ...fused, architecture: 'chatglm' }, { ...fused, architecture: 'chatglm', kvHeads: 4 }, { ...fused, architecture: 'glm4' },
  ] as const)('$architecture has the same logits, whole head by whole head: halves that turn, gate before up, norms of $architecture', async (model) => {
    const wanted = plainGlm(writeSmallModel(model), text.slice(0, 80))
    const [chunked, stepped] = await read(model, 80, { ...f32, chunkTokens: 128 }, { ...f32, chunkTokens: 7 })
    // f32 adds some hundred numbers of about 1 with errors of some 1e-7, a few times in a row.
    expect(furthest(chunked ?? [], wanted)).toBeLessThan(2e-5)
    expect(furthest(stepped ?? [], wanted)).toBeLessThan(2e-5)
  })

  it('a file with another rotary base gives other logits', async () => {
    const model: SmallModel = { ...fused, architecture: 'chatglm', layers: 1 }
    const [right] = await read(model, 80, f32)
    const [other] = await read({ ...model, metadata: { 'chatglm.rope.freq_base': { type: 'float32', value: 500_000 } } }, 80, f32)
    expect(furthest(right ?? [], other ?? [])).toBeGreaterThan(1e-2)
  })
})

describe('errors that others have made with GLM-4', () => {
  it('"GGGG": products of queries and keys beyond the range of f16 are right', async () => {
    const model: SmallModel = { architecture: 'chatglm', type: 'F32', layers: 1, biasMax: 200 }
    const wanted = plainGlm(writeSmallModel(model), text.slice(0, 80))
    const found = await read(model, 80, { ...f32, chunkTokens: 128 }, { ...f32, chunkTokens: 7 }, { ...f32, attention: 'plain' })
    // A product of 1.5e5 has a last digit of 0.016 in f32; as a score it is an eleventh of that.
    for (const logits of found) expect(furthest(logits, wanted)).toBeLessThan(0.05)
  })

  it.each([[1, 'fastest'], [7, 'fastest'], [64, 'fastest'], [64, 'plain']] as const)('scores of too small a range: for %i tokens (%s) they are asked for in f32, fused or not', (tokens, way) => {
    const { graph, products, exact } = recordingGraph()
    const queries = graph.input(dataType.f32, 128, 32, tokens)
    const window = { keys: graph.input(dataType.f32, 128, 64, 2), values: graph.input(dataType.f32, 64, 128, 2), valueRows: 'by number' } as const
    attend(graph, queries, window, graph.input(dataType.f16, 64, tokens), { way, threads: 1 })
    expect(exact.has(products[0] ?? 0n)).toBe(true)
    graph.free()
  })

  it.each(['chatglm', 'glm4'] as const)('gibberish without fused attention: %s asks for f32 where its numbers are large, after attention and after the gate', async (architecture) => {
    const bytes = writeSmallModel({ architecture, type: 'F32', layers: 1, queryKeyValue: 'fused' })
    const backend = openBackend({ threadsMax: 1 })
    const source = memorySource(bytes)
    const model = await loadModel(backend, readGguf(source), source, { weights: 'as-stored' })
    const { graph, products, exact } = recordingGraph()
    const positions = graph.input(dataType.i32, 32)
    const attendNothing = (_: number, queries: Tensor): Tensor => graph.reshape(graph.dense(queries), 512, 32)
    const cache: LayerCache = { positions, write: () => undefined, attend: attendNothing, keep: (x) => x }
    model.layer(graph, 0, graph.input(dataType.f32, 512, 32), cache)
    expect(products.map((product) => exact.has(product))).toEqual([false, true, false, true])
    graph.free()
    model.weights.free()
    backend.free()
  })

  it('long prompts garbled, short ones right: chunks of 512, 1,024, 2,048 and 4,096 give the same logits', async () => {
    const sizes = [512, 1024, 2048, 4096].map((chunkTokens) => ({ ...f32, chunkTokens }))
    const [first, ...others] = await read({ architecture: 'chatglm', type: 'F32', layers: 1 }, 4200, ...sizes)
    // Rounding in f32 moves logits by some 1e-5, which is this or less.
    for (const other of others) expect(divergence(first ?? new Float32Array(0), other)).toBeLessThan(1e-9)
  })

  const isLong = process.env['LONGLEAF_TEST_LONG'] === '1'
  if (isLong) it('breaks above 30,000 tokens with large chunks: 33,000 in chunks of 2,048 and 4,096', async () => {
    const long = Array.from({ length: 33_000 }, (_, i) => text[i % text.length] ?? 0)
    writeFileSync(path, writeSmallModel({ architecture: 'chatglm', type: 'F32', layers: 1 }))
    const engine = await openEngine({ path, threads: 2 })
    const [a, b] = await Promise.all([2048, 4096].map(async (chunkTokens) => {
      const session = engine.open({ contextMax: long.length, kvType: 'f32', chunkTokens })
      await session.sync(long)
      return session.logits.slice()
    }))
    engine.close()
    expect(divergence(a ?? new Float32Array(0), b ?? new Float32Array(0))).toBeLessThan(1e-9)
  }, 1_200_000)

  it('keys with a few numbers far larger than the others, in a cache of fewer bits: in f16, the least that is offered, they stay right', async () => {
    const [wide, narrow] = await read({ architecture: 'chatglm', layers: 1, biasMax: 8 }, 300, f32, { kvType: 'f16' })
    expect(bestOf(narrow ?? new Float32Array(0)).token).toBe(bestOf(wide ?? new Float32Array(0)).token)
    expect(divergence(wide ?? new Float32Array(0), narrow ?? new Float32Array(0))).toBeLessThan(1e-3)
  })

  it('a text that goes on has the bits of the same text read afresh, where the chunks are the same', async () => {
    writeFileSync(path, writeSmallModel({ architecture: 'glm4', layers: 1 }))
    const engine = await openEngine({ path, threads: 1 })
    const [going, fresh] = [engine.open({ contextMax: 1300, chunkTokens: 256 }), engine.open({ contextMax: 1300, chunkTokens: 256 })]
    for (const length of [256, 768, 1300]) await going.sync(text.slice(0, length))
    await fresh.sync(text.slice(0, 1300))
    expect(going.logits).toEqual(fresh.logits)
    engine.close()
  })
})

/** A graph that remembers its products, fused attention among them, and which of them are to be exact. */
function recordingGraph(): { readonly graph: GraphBuilder; readonly products: bigint[]; readonly exact: Set<bigint> } {
  const ggml = loadGgml()
  const products: bigint[] = []
  const exact = new Set<bigint>()
  const noted = (tensor: bigint): bigint => {
    products.push(tensor)
    return tensor
  }
  const graph = new GraphBuilder({
    ...ggml,
    ggml_mul_mat: (...args) => noted(ggml.ggml_mul_mat(...args)),
    ggml_flash_attn_ext: (...args) => noted(ggml.ggml_flash_attn_ext(...args)),
    ggml_prec_set_acc: (tensor, precision) => {
      exact.add(tensor)
      return ggml.ggml_prec_set_acc(tensor, precision)
    },
  }, 256)
  return { graph, products, exact }
}
