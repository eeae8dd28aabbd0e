/**
 * Every type that a file can store weights in, in a small file that ggml has quantised, against libllama.
 *
 * 1. Weights as stored: the same kernels over the same bytes. Products are the same; sums of attention are added in another order, by some 1e-7, which can
 *    flip single steps of the 8 bits that most kernels round their inputs to.
 * 2. What the app runs with, weights in whatever order and kernels are fastest here. These round inputs in ways of their own, so the numbers are held to what
 *    the file means: the same weights as f32. The engine may be as far from those as libllama is, and some more, because chance is in both.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { openEngine } from '../../src-engine/engine'
import { openBackend } from '../../src-engine/ggml/backend'
import { isWeightType, tensorTypes } from '../../src-engine/gguf/tensor-types'
import type { WeightsForm } from '../../src-engine/model/weights'
import { openLlama } from '../support/libllama'
import { writePlainWeights } from '../support/plain-weights'
import { seededRandom } from '../support/seeded-random'
import { tinyMatrices, writeTinyLlama } from '../support/tiny-llama'

const folder = mkdtempSync(join(tmpdir(), 'longleaf-types-'))
const backend = openBackend({ threadsMax: 1 })
afterAll(() => {
  backend.free()
  rmSync(folder, { recursive: true })
})

const layers = 1
/** Read at once, and one by one: kernels for many tokens are others than those for one. */
const [read, stepped] = [40, 6]
const random = seededRandom(7)
const tokens = Array.from({ length: read + stepped }, () => Math.floor(random() * 250))

/** Logits after the tokens that are read at once, and after each that follows. */
async function ours(path: string, weights: WeightsForm): Promise<readonly Float32Array[]> {
  const engine = await openEngine({ path, weights, threads: 1 })
  const session = engine.open({ contextMax: 64, kvType: 'f32', attention: weights === 'as-stored' ? 'plain' : 'fastest' })
  await session.sync(tokens.slice(0, read))
  const found = [session.logits.slice()]
  for (const token of tokens.slice(read)) found.push((await session.step(token)).slice())
  engine.close()
  return found
}

function theirs(path: string): readonly Float32Array[] {
  const llama = openLlama({ path, context: 64, chunk: 64, kvType: 'f32', flashAttention: false, threads: 1, weights: 'as-stored' })
  const found = [llama.decode(tokens.slice(0, read)).slice(), ...tokens.slice(read).map((token) => llama.decode([token]).slice())]
  llama.close()
  return found
}

/** How far numbers lie from others, as a share of these: root mean squares over all. */
function distance(a: readonly Float32Array[], b: readonly Float32Array[]): number {
  let [apart, size] = [0, 0]
  a.forEach((logits, i) => logits.forEach((value, id) => {
    const other = b[i]?.[id] ?? Number.NaN
    apart += (value - other) ** 2
    size += other ** 2
  }))
  return Math.sqrt(apart / size)
}

describe('weights of each type, quantised by ggml, against libllama', () => {
  it.each([...tensorTypes.values()].filter(({ id }) => isWeightType(id)))('$name', async ({ id, name }) => {
    const path = join(folder, `${name}.gguf`)
    const plain = join(folder, `${name}.plain.gguf`)
    writeFileSync(path, writeTinyLlama({ layers, types: Object.fromEntries(tinyMatrices(layers).map((matrix) => [matrix, id])), weights: 'quantised' }))
    await writePlainWeights(backend, path, plain)
    const [meant, reference] = [theirs(plain), theirs(path)]
    const [stored, fastest] = [await ours(path, 'as-stored'), await ours(path, 'fastest')]
    expect(distance(stored, reference)).toBeLessThan(1e-3)
    expect(distance(fastest, meant)).toBeLessThan(1.5 * distance(reference, meant) + 1e-5)
    // ggml takes long to find numbers for some types.
  }, 180_000)
})
