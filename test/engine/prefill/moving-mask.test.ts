import { afterAll, expect, it } from 'vitest'
import { causalMask } from '../../../src-engine/attention/resident'
import { openBackend } from '../../../src-engine/ggml/backend'
import { dataType } from '../../../src-engine/ggml/tensor'
import { windowOf } from '../../../src-engine/kv/layer'
import { MovingMask } from '../../../src-engine/prefill/moving-mask'

const backend = openBackend({ threadsMax: 2 })
afterAll(() => backend.free())

it.each([
  [64, undefined, 1], [100, undefined, 1], [200, 1, 3],
])('a moving mask is the causal mask of each chunk of %i tokens, in whatever order they come (%s bytes)', async (chunkTokens, bytesMax, parts) => {
  const mask = new MovingMask(backend, 900, chunkTokens, bytesMax)
  const workspace = backend.workspace()
  for (const [index, count] of [[0, chunkTokens], [1, chunkTokens], [3, chunkTokens], [4, 40], [0, chunkTokens], [2, chunkTokens], [4, 40], [1, 1]] as const) {
    const start = index * chunkTokens
    const chunk = mask.over({ start, count })
    if (count === chunkTokens) expect(chunk.parts).toHaveLength(parts)
    const whole = causalMask(windowOf(start + count), start, count)
    for (const part of [...chunk.parts, { first: count - 1, count: 1 }]) {
      const graph = backend.graph(16)
      const copy = graph.copy(chunk.of(graph, part), graph.input(dataType.f16, windowOf(start + count), part.count))
      graph.output(copy)
      workspace.place(graph)
      await backend.run(graph)
      const found = new Uint16Array(windowOf(start + count) * part.count)
      backend.read(copy, found)
      expect(found).toEqual(whole.subarray(part.first * windowOf(start + count), (part.first + part.count) * windowOf(start + count)))
      graph.free()
    }
  }
  workspace.free()
  mask.free()
})

it('takes a kilobyte for each token up to 131,072 of them, and a quarter of a gigabyte at most for a million', () => {
  const bytes = [131_072, 2 ** 20].map((tokens) => {
    const mask = new MovingMask(backend, tokens, 512)
    mask.free()
    return Math.round(mask.bytes / 2 ** 20)
  })
  expect(bytes).toEqual([129, 254])
})
