import { afterAll, describe, expect, it } from 'vitest'
import { openBackend } from '../../../src-engine/ggml/backend'
import { dataType, rowBytes } from '../../../src-engine/ggml/tensor'
import type { TensorPlan } from '../../../src-engine/ggml/tensor-store'
import { quantise, typeNamed } from '../../support/quantise'
import { seededRandom } from '../../support/seeded-random'

const backend = openBackend({ threadsMax: 2 })
afterAll(() => backend.free())

const columns = 512
const rows = 96

/** The product of a matrix, written by the given numbers of rows, with one vector. */
async function product(plan: TensorPlan, bytes: Uint8Array, parts: readonly number[]): Promise<readonly number[]> {
  const store = backend.store([plan], backend.memoryFor(plan))
  const [matrix] = store.tensors
  if (matrix === undefined) throw new Error('A store lost its tensor.')
  const row = rowBytes(plan.type, columns)
  let first = 0
  const writes = parts.map((count) => {
    const written = store.fillRows(matrix, first, bytes.subarray(first * row, (first + count) * row))
    first += count
    return written
  })
  await Promise.all(writes)
  const graph = backend.graph(4)
  const x = graph.input(dataType.f32, columns, 1)
  const y = graph.matmul(matrix, x)
  graph.output(y)
  const workspace = backend.workspace()
  workspace.place(graph)
  backend.write(x, Float32Array.from({ length: columns }, (_, i) => Math.sin(i)))
  await backend.run(graph)
  const numbers = new Float32Array(rows)
  backend.read(y, numbers)
  workspace.free()
  graph.free()
  store.free()
  return [...numbers]
}

describe('a matrix that is written by parts', () => {
  const random = seededRandom(4)
  const numbers = Float32Array.from({ length: rows * columns }, () => random() - 0.5)
  // All that some build of ggml keeps in an order of its own, and some that none does.
  it.each(['Q4_0', 'Q4_1', 'Q4_K', 'Q2_K', 'Q5_K', 'Q6_K', 'Q8_0', 'IQ4_NL', 'IQ4_XS', 'MXFP4', 'F16', 'Q5_0'])('of %s is the same as one that is written at once', async (name) => {
    const type = typeNamed(name)
    const bytes = quantise(type, numbers, columns)
    const plan: TensorPlan = { type: type.id, shape: [columns, rows, 1, 1] }
    const whole = await product(plan, bytes, [rows])
    expect(whole.some((number) => Math.abs(number) > 0.1)).toBe(true)
    expect(await product(plan, bytes, [32, 64])).toEqual(whole)
  })

  it('does not take rows that it does not have, or that would cut a group', async () => {
    const plan: TensorPlan = { type: dataType.q4_0, shape: [columns, rows, 1, 1] }
    const store = backend.store([plan], backend.memoryFor(plan))
    const [matrix] = store.tensors
    if (matrix === undefined) throw new Error('A store lost its tensor.')
    const row = rowBytes(dataType.q4_0, columns)
    await expect(store.fillRows(matrix, 64, new Uint8Array(64 * row))).rejects.toThrow(RangeError)
    if (backend.memoryFor(plan) !== backend.plain) await expect(store.fillRows(matrix, 16, new Uint8Array(32 * row))).rejects.toThrow(RangeError)
    store.free()
  })
})
