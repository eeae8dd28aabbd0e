import { expect, it } from 'vitest'
import { Pins } from '../../../src-engine/retrieval/pins'

const plan = { blocks: 6, budget: 3, first: 1, recent: 1 }
/** Of one layer, with a head for each of two KV heads. */
const masses = (first: readonly number[], second: readonly number[]): readonly Float32Array[] => [Float32Array.of(...first, ...second)]

it('what a question looked at most is pinned, without what is looked at anyway', () => {
  const pins = new Pins(2, 2)
  expect(pins.of(0)).toEqual([])
  pins.add(masses([0.9, 0.2, 0.7, 0, 0.1, 0.8], [0, 0, 0, 0.5, 0.25, 0]), plan)
  expect(pins.of(0)).toEqual([[2, 1], [3, 4]])
})

it('the parts of a question count together, and the next question alone', () => {
  const pins = new Pins(2, 2)
  pins.add(masses([0, 0.25, 0.75, 0, 0.125, 0], [0, 0, 0, 0.5, 0.25, 0]), plan)
  pins.add(masses([0, 0, 0, 0, 0.75, 0], [0, 0, 0, 0, 0, 0]), plan)
  expect(pins.of(0)).toEqual([[4, 2], [3, 4]])
  pins.end()
  expect(pins.of(0)).toEqual([[4, 2], [3, 4]])
  pins.add(masses([0, 0.5, 0, 0, 0, 0], [0, 0, 0, 0, 0, 1]), plan)
  expect(pins.of(0)).toEqual([[1], []])
})

it('nothing is pinned where nothing may be', () => {
  const pins = new Pins(2, 0)
  pins.add(masses([0, 1, 0, 0, 0, 0], [0, 1, 0, 0, 0, 0]), plan)
  expect(pins.of(0)).toEqual([[], []])
})
