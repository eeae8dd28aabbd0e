import { describe, expect, it } from 'vitest'
import { headBytes, planRooms, roomBytesMin, roomOf } from '../../../src-engine/kv/room-plan'
import { planStreamed } from '../../../src-engine/kv/streamed'

/** GLM-4-9B's. */
const shape = { layers: 40, heads: 2, headSize: 128 }
const places = 131_072
const head = 64 * 2 ** 20

describe('rooms', () => {
  it('are as many as fit, the last four, or all where there are fewer, for heads that have none of their own', () => {
    expect(headBytes(shape, places)).toBe(head)
    expect(planRooms(shape, places, 2 ** 30)).toEqual({ places, staying: 12, passing: 4 })
    expect(planRooms(shape, places, 2 * head)).toEqual({ places, staying: 0, passing: 2 })
    expect(planRooms(shape, places, 4 * head - 1)).toEqual({ places, staying: 0, passing: 3 })
    expect(planRooms(shape, places, 5 * head)).toEqual({ places, staying: 1, passing: 4 })
    expect(planRooms(shape, places, 79 * head)).toEqual({ places, staying: 75, passing: 4 })
    expect(planRooms(shape, places, 80 * head)).toEqual({ places, staying: 80, passing: 0 })
    expect(planRooms(shape, places, 2 * head - 1)).toBeUndefined()
    expect(roomBytesMin(shape, places)).toBe(2 * head)
  })

  it('are shared by heads that do not follow one another', () => {
    const plan = { places, staying: 3, passing: 2 }
    expect(Array.from({ length: 8 }, (_, index) => roomOf(plan, index))).toEqual([0, 1, 2, 3, 4, 3, 4, 3])
  })
})

it('the past is whole blocks, and the tail has the tokens that follow, with some to spare where there is memory', () => {
  const tail = 2 * shape.layers * headBytes(shape, 576)
  const bytesMin = tail + 2 * headBytes(shape, 99_968 + 576)
  expect(planStreamed(shape, { kept: 100_000, tokensMax: 100_500 }, bytesMin)).toEqual({
    past: 99_968, tail: 576, rooms: { places: 100_544, staying: 0, passing: 2 },
  })
  expect(planStreamed(shape, { kept: 100_000, tokensMax: 100_500 }, bytesMin - 1)).toEqual({ bytesMin })
  expect(planStreamed(shape, { kept: 100_000, tokensMax: 100_500 }, 2 ** 30)).toEqual({
    past: 99_968, tail: 2_048, rooms: { places: 102_016, staying: 14, passing: 4 },
  })
})
