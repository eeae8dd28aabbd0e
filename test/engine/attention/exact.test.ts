import { afterAll, describe, expect, it } from 'vitest'
import { attend, attendFused, attendGrouped, headsTogether } from '../../../src-engine/attention/exact'
import { causalMask } from '../../../src-engine/attention/resident'
import { openBackend } from '../../../src-engine/ggml/backend'
import { dataType } from '../../../src-engine/ggml/tensor'
import type { ValueRows } from '../../../src-engine/kv/layer'
import { seededRandom } from '../../support/seeded-random'

const backend = openBackend({ threadsMax: 2 })
afterAll(() => backend.free())

const d = 32
const heads = 6
const kvHeads = 2

/** Attention as the definition says it, in f64. keys and values [kvHeads][n][d], queries [tokens][heads][d]. */
function byDefinition(queries: Float32Array, keys: Float32Array, values: Float32Array, tokens: number, n: number, start: number): Float64Array {
  const result = new Float64Array(tokens * heads * d)
  for (let token = 0; token < tokens; token++) {
    for (let head = 0; head < heads; head++) {
      const kv = Math.floor(head / (heads / kvHeads))
      const query = (token * heads + head) * d
      const seen = Array.from({ length: start + token + 1 }, (_, place) => {
        let score = 0
        for (let i = 0; i < d; i++) score += (queries[query + i] ?? 0) * (keys[(kv * n + place) * d + i] ?? 0)
        return Math.exp(score / Math.sqrt(d))
      })
      const sum = seen.reduce((a, b) => a + b, 0)
      seen.forEach((weight, place) => {
        for (let i = 0; i < d; i++) result[query + i] = (result[query + i] ?? 0) + (weight / sum) * (values[(kv * n + place) * d + i] ?? 0)
      })
    }
  }
  return result
}

describe('exact attention', () => {
  it.each([
    ['a single token', 1, 96, 'fastest'], ['a few tokens, grouped', 7, 96, 'fastest'], ['a chunk that fills a tile, fused', 64, 64, 'fastest'],
    ['a chunk with a rest, fused', 100, 192, 'fastest'], ['a chunk of the usual size', 512, 576, 'fastest'],
    ['a chunk late in a long text', 64, 4096, 'fastest'], ['a single token after a long text', 1, 4096, 'fastest'],
    ['a few tokens, one KV head and two or three tokens at a time', 7, 96, { scoreBytes: 3 * 3 * 96 * 4 }],
    ['a chunk in parts of a group', 100, 192, 1], ['a chunk in whole groups', 100, 192, 3],
    ['a single token, each head by itself', 1, 96, 'plain'], ['a chunk, each head by itself', 100, 192, 'plain'],
    ['a chunk in parts of a group, values by token', 100, 192, 1, 'by token'], ['a chunk, each head by itself, values by token', 100, 192, 'plain', 'by token'],
    ['a few tokens, grouped, values by token', 7, 96, 'fastest', 'by token'],
  ] as const)('of %s is the definition', async (_, tokens, n, way, valueRows: ValueRows = 'by number') => {
    const random = seededRandom(tokens)
    const numbers = (count: number): Float32Array => Float32Array.from({ length: count }, () => random() * 4 - 2)
    const start = n - tokens
    const queries = numbers(tokens * heads * d)
    const keys = numbers(kvHeads * n * d)
    const values = numbers(kvHeads * n * d)
    const store = backend.store([
      { type: dataType.f32, shape: [d, heads, tokens, 1] }, { type: dataType.f32, shape: [d, n, kvHeads, 1] },
      { type: dataType.f32, shape: valueRows === 'by token' ? [d, n, kvHeads, 1] : [n, d, kvHeads, 1] }, { type: dataType.f16, shape: [n, tokens, 1, 1] },
    ])
    const [q, k, v, mask] = store.tensors
    if (q === undefined || k === undefined || v === undefined || mask === undefined) throw new Error('A tensor is missing.')
    backend.write(q, queries)
    backend.write(k, keys)
    backend.write(v, valueRows === 'by token' ? values : Float32Array.from({ length: values.length }, (_unused, i) => {
      const [place, rest] = [i % n, Math.floor(i / n)]
      return values[(Math.floor(rest / d) * n + place) * d + (rest % d)] ?? 0
    }))
    backend.write(mask, causalMask(n, start, tokens))
    const graph = backend.graph(256)
    const window = { keys: k, values: v, valueRows }
    const result = typeof way === 'number' ? attendFused(graph, q, window, mask, way)
      : typeof way === 'object' ? attendGrouped(graph, q, window, mask, way.scoreBytes) : attend(graph, q, window, mask, { way, threads: 2 })
    graph.output(result)
    const workspace = backend.workspace()
    workspace.place(graph)
    await backend.run(graph)
    const found = new Float32Array(tokens * heads * d)
    backend.read(result, found)
    const wanted = byDefinition(queries, keys, values, tokens, n, start)
    const worst = found.reduce((max, value, i) => Math.max(max, Math.abs(value - (wanted[i] ?? Number.NaN))), 0)
    expect(worst).toBeLessThan(2e-5)
    graph.free()
    workspace.free()
    store.free()
  })
})

describe('the heads that one operation takes', () => {
  it.each([
    ['all of a chunk early in a text', 512, 512, 2, 32],
    ['whole groups later', 512, 4096, 2, 16],
    ['parts of a group deep in a text', 512, 32_768, 2, 2],
    ['more with more threads', 512, 32_768, 16, 16],
    ['no fewer than fill the tiles of all threads', 512, 131_072, 16, 8],
    ['all of a short chunk, however deep', 64, 131_072, 8, 32],
  ])('are %s', (_, tokens, n, threads, expected) => {
    const graph = backend.graph(16)
    const queries = graph.input(dataType.f32, 128, 32, tokens)
    expect(headsTogether(queries, { n, kvHeads: 2 }, threads)).toBe(expected)
    graph.free()
  })
})
