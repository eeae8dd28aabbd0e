import { afterAll, expect, it } from 'vitest'
import { attendWithRest } from '../../../src-engine/attention/with-rest'
import { openBackend } from '../../../src-engine/ggml/backend'
import { dataType } from '../../../src-engine/ggml/tensor'
import { halfOf } from '../../support/half-of'
import { seededRandom } from '../../support/seeded-random'

const backend = openBackend({ threadsMax: 2 })
afterAll(() => backend.free())

const [d, group, kvHeads, near, far] = [32, 3, 2, 64, 96]
const heads = group * kvHeads
const random = seededRandom(5)
const randoms = (count: number): Float32Array => Float32Array.from({ length: count }, () => 2 * random() - 1)
/** The same numbers in f16. */
const halves = (numbers: Float32Array): Uint16Array => Uint16Array.from(numbers, halfOf)

it('what is summed up weighs what its products say, and gives the means of its values', async () => {
  const queries = randoms(d * heads)
  const keys = randoms(d * near * kvHeads)
  const values = randoms(near * d * kvHeads) // [near, d, KV heads]
  const products = randoms(far * heads).map((each, i) => (i % 7 === 0 ? -Infinity : 8 * each))
  const means = randoms(far * d * kvHeads) // [far, d, KV heads]
  const [graph, workspace] = [backend.graph(64), backend.workspace()]
  const tensors = {
    queries: graph.input(dataType.f32, d, heads, 1), keys: graph.input(dataType.f16, d, near, kvHeads), values: graph.input(dataType.f16, near, d, kvHeads),
    mask: graph.input(dataType.f16, far + near, 1), products: graph.input(dataType.f32, far, group, kvHeads), means: graph.input(dataType.f16, far, d, kvHeads),
  }
  const rest = { products: tensors.products, values: tensors.means }
  const window = { keys: tensors.keys, values: tensors.values, valueRows: 'by number' } as const
  const found = attendWithRest(graph, tensors.queries, window, tensors.mask, rest, { way: 'fastest' })
  graph.output(found)
  workspace.place(graph)
  backend.write(tensors.queries, queries)
  backend.write(tensors.keys, halves(keys))
  backend.write(tensors.values, halves(values))
  backend.write(tensors.products, products)
  backend.write(tensors.means, halves(means))
  // The last place of the window is not to be looked at.
  backend.write(tensors.mask, new Uint16Array(far + near).fill(0xfc00, far + near - 1))
  await backend.run(graph)
  const result = new Float32Array(d * heads)
  backend.read(found, result)

  for (let head = 0; head < heads; head++) {
    const kvHead = Math.floor(head / group)
    const query = queries.subarray(head * d, (head + 1) * d)
    const product = (place: number): number => query.reduce((sum, each, i) => sum + each * (keys[(kvHead * near + place) * d + i] ?? 0), 0)
    const ofNear = Array.from({ length: near - 1 }, (_, place) => Math.exp(product(place) / Math.sqrt(d)))
    const ofFar = Array.from(products.subarray(head * far, (head + 1) * far), (each) => Math.exp(each / Math.sqrt(d)))
    const all = [...ofNear, ...ofFar].reduce((sum, each) => sum + each, 0)
    for (let i = 0; i < d; i++) {
      const fromNear = ofNear.reduce((sum, weight, place) => sum + weight * (values[(kvHead * d + i) * near + place] ?? 0), 0)
      const fromFar = ofFar.reduce((sum, weight, row) => sum + weight * (means[(kvHead * d + i) * far + row] ?? 0), 0)
      expect(result[head * d + i]).toBeCloseTo((fromNear + fromFar) / all, 2)
    }
  }
  graph.free()
  workspace.free()
})
