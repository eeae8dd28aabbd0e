import { afterAll, expect, it } from 'vitest'
import { attendWithRest } from '../../../src-engine/attention/with-rest'
import { openBackend } from '../../../src-engine/ggml/backend'
import { dataType } from '../../../src-engine/ggml/tensor'
import { halfOf } from '../../support/half-of'
import { seededRandom } from '../../support/seeded-random'

const backend = openBackend({ threadsMax: 2 })
afterAll(() => backend.free())

const [d, group, kvHeads, near, far, common] = [32, 3, 2, 64, 96, 8]
const heads = group * kvHeads
const random = seededRandom(5)
const randoms = (count: number): Float32Array => Float32Array.from({ length: count }, () => 2 * random() - 1)
/** The same numbers in f16. */
const halves = (numbers: Float32Array): Uint16Array => Uint16Array.from(numbers, halfOf)

/** Attends to keys that are at hand, and to `far` others that weigh what their products say; `unit` of each head is that of all shares. */
async function attended(unit: (head: number) => number): Promise<{ readonly found: Float32Array; readonly wanted: Float32Array }> {
  const queries = randoms(d * heads)
  const keys = randoms(d * near * kvHeads)
  const values = randoms(near * d * kvHeads) // [near, d, KV heads]
  const weights = randoms(far * heads).map((each, i) => (i % 7 === 0 ? 0 : Math.exp(each)))
  const means = randoms(far * d * kvHeads) // [far, d, KV heads]
  const wanted = new Float32Array(d * heads)
  const rest = { found: new Float32Array(d * heads), share: new Float32Array(heads), commonShare: new Float32Array(heads) }
  for (let head = 0; head < heads; head++) {
    const kvHead = Math.floor(head / group)
    const query = queries.subarray(head * d, (head + 1) * d)
    const product = (place: number): number => query.reduce((sum, each, i) => sum + each * (keys[(kvHead * near + place) * d + i] ?? 0), 0)
    // The last place of the window is not to be looked at.
    const ofNear = Array.from({ length: near }, (_, place) => (place === near - 1 ? 0 : Math.exp(product(place) / Math.sqrt(d))))
    const ofFar = Array.from(weights.subarray(head * far, (head + 1) * far))
    const total = (all: readonly number[]): number => all.reduce((sum, each) => sum + each, 0)
    rest.share[head] = unit(head) * total(ofFar)
    rest.commonShare[head] = unit(head) * total(ofNear.slice(near - common))
    for (let i = 0; i < d; i++) {
      const fromNear = ofNear.reduce((sum, weight, place) => sum + weight * (values[(kvHead * d + i) * near + place] ?? 0), 0)
      const fromFar = ofFar.reduce((sum, weight, row) => sum + weight * (means[(kvHead * d + i) * far + row] ?? 0), 0)
      rest.found[head * d + i] = unit(head) * fromFar
      wanted[head * d + i] = (fromNear + fromFar) / total([...ofNear, ...ofFar])
    }
  }

  const [graph, workspace] = [backend.graph(64), backend.workspace()]
  const tensors = {
    queries: graph.input(dataType.f32, d, heads, 1), keys: graph.input(dataType.f16, d, near, kvHeads), values: graph.input(dataType.f16, near, d, kvHeads),
    mask: graph.input(dataType.f16, near, 1), found: graph.input(dataType.f32, d, heads), share: graph.input(dataType.f32, 1, heads),
    commonShare: graph.input(dataType.f32, 1, heads),
  }
  const window = { keys: tensors.keys, values: tensors.values, valueRows: 'by number' } as const
  const result = attendWithRest(graph, tensors.queries, window, tensors.mask, { ...tensors, commonPlaces: common }, { way: 'fastest' })
  graph.output(result)
  workspace.place(graph)
  backend.write(tensors.queries, queries)
  backend.write(tensors.keys, halves(keys))
  backend.write(tensors.values, halves(values))
  for (const name of ['found', 'share', 'commonShare'] as const) backend.write(tensors[name], rest[name])
  backend.write(tensors.mask, new Uint16Array(near).fill(0xfc00, near - 1))
  await backend.run(graph)
  const found = new Float32Array(d * heads)
  backend.read(result, found)
  graph.free()
  workspace.free()
  return { found, wanted }
}

it('what is passed over weighs as much against what is looked at as both tell of the places that they have in common', async () => {
  for (const unit of [() => 1, (head: number) => 10 ** (4 * head - 12)]) {
    const { found, wanted } = await attended(unit)
    for (const [i, each] of wanted.entries()) expect(found[i]).toBeCloseTo(each, 2)
  }
})

it('is left out where the estimate gives all of a head to what is looked at', async () => {
  const { found } = await attended((head) => (head === 0 ? 0 : 1))
  expect(found.every(Number.isFinite)).toBe(true)
})
