import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest'
import { openBackend } from '../../../src-engine/ggml/backend'
import type { GraphBuilder } from '../../../src-engine/ggml/graph'
import { dataType } from '../../../src-engine/ggml/tensor'

const { f16, f32, i32 } = dataType
const backend = openBackend({ threadsMax: 2 })
afterAll(() => backend.free())

let graph: GraphBuilder
beforeEach(() => {
  graph = backend.graph(64)
})
afterEach(() => graph.free())

const values = async (use: (graph: GraphBuilder) => ReturnType<GraphBuilder['add']>, fill: () => void = () => undefined): Promise<readonly number[]> => {
  const result = use(graph)
  graph.output(result)
  const workspace = backend.workspace()
  workspace.place(graph)
  fill()
  expect(await backend.run(graph)).toBe('complete')
  const numbers = new Float32Array(result.shape[0] * result.shape[1] * result.shape[2] * result.shape[3])
  backend.read(result, numbers)
  workspace.free()
  return [...numbers]
}

describe('a graph', () => {
  it('refuses shapes that do not fit, which ggml would end the process for', () => {
    const a = graph.input(f32, 4, 3)
    const b = graph.input(f32, 5, 3)
    expect(() => graph.matmul(a, b)).toThrow('matmul does not fit [4, 3, 1, 1] and [5, 3, 1, 1].')
    expect(() => graph.add(a, b)).toThrow('add does not fit')
    expect(() => graph.reshape(a, 5, 3)).toThrow('reshape does not fit')
    expect(() => graph.view(a, [4, 2, 1, 1], [16, 32, 32], 32)).toThrow('A view to byte 64 leaves a tensor of 48 bytes.')
    expect(() => graph.rows(a, b)).toThrow('rows does not fit')
    expect(() => graph.setRows(a, b, graph.input(i32, 3))).toThrow('setRows does not fit')
    expect(() => graph.swiglu(b)).toThrow('swiglu does not fit')
    expect(() => graph.rotate(graph.input(f32, 8, 2, 3), graph.input(i32, 2), { dimensions: 8, pairs: 'adjacent', base: 1e4, contextOriginal: 64 })).toThrow('rotate')
    expect(() => graph.softmax(a, graph.input(f16, 5, 3), 1)).toThrow('softmax does not fit')
    expect(() => graph.outerProduct(a, graph.input(f32, 4, 2))).toThrow('outerProduct does not fit')
  })

  it('refuses more bytes than a tensor has', () => {
    const store = backend.store([{ type: f32, shape: [4, 1, 1, 1] }])
    const [tensor] = store.tensors
    if (tensor === undefined) throw new Error('A tensor is missing.')
    expect(() => backend.write(tensor, new Float32Array(5))).toThrow(RangeError)
    expect(() => backend.read(tensor, new Float32Array(1), 16)).toThrow(RangeError)
    store.free()
  })

  it('multiplies, gates and sums outer products as the words say', async () => {
    const a = graph.input(f32, 2, 2)
    const b = graph.input(f32, 2, 1)
    const fill = (): void => {
      backend.write(a, Float32Array.of(1, 2, 3, 4))
      backend.write(b, Float32Array.of(10, 100))
    }
    expect(await values(() => graph.matmul(a, b), fill)).toEqual([210, 430])
    graph.free()
    graph = backend.graph(64)
    const columns = graph.input(f32, 3, 2)
    const factors = graph.input(f32, 1, 2)
    expect(await values(() => graph.outerProduct(columns, factors), () => {
      backend.write(columns, Float32Array.of(1, 2, 3, 4, 5, 6))
      backend.write(factors, Float32Array.of(1, 10))
    })).toEqual([41, 52, 63])
  })

  it('does not begin when the wish to stop came before', async () => {
    const a = graph.input(f32, 2)
    graph.output(graph.add(a, a))
    const workspace = backend.workspace()
    workspace.place(graph)
    expect(await backend.run(graph, AbortSignal.abort())).toBe('stopped')
    workspace.free()
  })

  it('is stopped between two operations, long before its end', async () => {
    const wide = graph.input(f32, 1024, 1024)
    let x = wide
    for (let i = 0; i < 50; i++) x = graph.matmul(wide, x)
    graph.output(x)
    const workspace = backend.workspace()
    workspace.place(graph)
    const stop = new AbortController()
    setTimeout(() => stop.abort(), 5)
    expect(await backend.run(graph, stop.signal)).toBe('stopped')
    workspace.free()
  })
})
