import { expect, it } from 'vitest'
import { makeMemory } from '../../../src-engine/ggml/memory'
import { dataType } from '../../../src-engine/ggml/tensor'
import type { TensorPlan } from '../../../src-engine/ggml/tensor-store'
import { WeightMemory } from '../../../src-engine/ggml/weight-memory'

const [plain, first, second] = ['plain', 'first', 'second'].map((name) => makeMemory(name, 0n))

it('the first special memory whose kernels take a matrix is best for it, and plain memory where none does; each kind of matrix is tried once', () => {
  if (plain === undefined || first === undefined || second === undefined) throw new Error('A memory is missing.')
  const tried: string[] = []
  const memory = new WeightMemory(plain, [first, second], ({ type, shape: [columns, rows] }: TensorPlan, { name }) => {
    tried.push(`${columns} ${rows} ${name}`)
    return type === dataType.q4_0 && name === 'second'
  })
  const matrix = (type: number, columns: number, rows: number): TensorPlan => ({ type, shape: [columns, rows, 1, 1] })
  expect(memory.best(matrix(dataType.q4_0, 4_096, 1_024)).name).toBe('second')
  expect(memory.best(matrix(dataType.q4_0, 512, 96)).name).toBe('second')
  expect(memory.best(matrix(dataType.f16, 96, 33)).name).toBe('plain')
  expect(memory.best(matrix(dataType.f16, 96, 65)).name).toBe('plain')
  expect(tried).toEqual(['256 32 first', '256 32 second', '96 33 first', '96 33 second'])
})
