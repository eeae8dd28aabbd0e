import { afterAll, expect, it } from 'vitest'
import { causalMask } from '../../../src-engine/attention/resident'
import { openBackend } from '../../../src-engine/ggml/backend'
import { dataType } from '../../../src-engine/ggml/tensor'
import { windowOf } from '../../../src-engine/kv/resident'
import { MovingMask } from '../../../src-engine/prefill/moving-mask'

const backend = openBackend({ threadsMax: 2 })
afterAll(() => backend.free())

it.each([64, 100])('a moving mask is the causal mask of each chunk of %i tokens, in whatever order they come', async (chunkTokens) => {
  const mask = new MovingMask(backend, 700, chunkTokens)
  const workspace = backend.workspace()
  for (const [index, count] of [[0, chunkTokens], [1, chunkTokens], [3, chunkTokens], [6, 40], [0, chunkTokens], [2, chunkTokens], [6, 40], [1, 1]] as const) {
    const start = index * chunkTokens
    const graph = backend.graph(16)
    const copy = graph.copy(mask.draw(graph, { start, count }), graph.input(dataType.f16, windowOf(start + count), count))
    graph.output(copy)
    workspace.place(graph)
    await backend.run(graph)
    const found = new Uint16Array(windowOf(start + count) * count)
    backend.read(copy, found)
    expect(found).toEqual(causalMask(windowOf(start + count), start, count))
    graph.free()
  }
  workspace.free()
  mask.free()
})
