import { describe, expect, it } from 'vitest'
import { keyClusters } from '../../../src-engine/retrieval/key-clusters'

/** The tokens of each row that has some. */
function partsOf(key: (place: number) => readonly number[]): readonly (readonly number[])[] {
  const rowOf = keyClusters.part(productsOf(key))
  const rows = Array.from({ length: keyClusters.rows }, (_, row) => Array.from({ length: 64 }, (_each, token) => token).filter((token) => rowOf[token] === row))
  return rows.filter((tokens) => tokens.length > 0)
}

/** f32 [64, 64] */
function productsOf(key: (place: number) => readonly number[]): Float32Array {
  const keys = Array.from({ length: 64 }, (_, place) => key(place))
  return Float32Array.from(keys.flatMap((one) => keys.map((other) => one.reduce((sum, each, i) => sum + each * (other[i] ?? 0), 0))))
}

describe('the tokens of a block', () => {
  it('whose keys are unlike the others are parted from these, however many are alike', () => {
    const unlike: Readonly<Record<number, readonly number[]>> = {
      18: [9, 0, 0, 0], 22: [0, 8, 0, 0], 23: [0, 8, 1, 0], 31: [0, 0, 0, 7], 60: [-9, 0, 0, 0],
    }
    const parts = partsOf((place) => unlike[place] ?? [place % 2, 1, 0, -2])
    const places = Array.from({ length: 64 }, (_, place) => place)
    const alike = (rest: number): readonly number[] => places.filter((place) => place % 2 === rest && !(place in unlike))
    expect(parts).toHaveLength(7)
    expect(parts).toEqual(expect.arrayContaining([[18], [22], [23], [31], [60], alike(0), alike(1)]))
  })

  it('are one part where all keys are alike', () => {
    expect(partsOf(() => [1, 2, 3])).toEqual([Array.from({ length: 64 }, (_, token) => token)])
  })

  it('go to the nearest mean, whatever key their part was begun with', () => {
    // Two heaps of keys, and as many that stand alone as begin all other parts; the second heap is begun with its outermost key, and from that 62 is farther
    // than from the first.
    const alone = (place: number): readonly number[] => [0, 0, 100 + 10 * place]
    const heaps = (place: number): readonly number[] => (place === 63 ? [14, 0, 0] : place === 62 ? [4.9, 0, 0] : place < 40 ? [0, 0, 0] : [8, 0, 0])
    const parts = partsOf((place) => (place < keyClusters.rows - 2 ? alone(place) : heaps(place)))
    const of = (token: number): readonly number[] => parts.find((tokens) => tokens.includes(token)) ?? []
    expect(of(62)).toEqual(of(41))
    expect(of(63)).toEqual(of(41))
  })
})
