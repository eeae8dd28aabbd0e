import { describe, expect, it } from 'vitest'
import { bestBlocks, chooseBlocks, massesOfGroups, mostOfHeads, unselectedMasses } from '../../../src-engine/retrieval/choice'
import { seededRandom } from '../../support/seeded-random'

const scores = (numbers: Readonly<Record<number, number>>, blocks: number): Float32Array =>
  Float32Array.from({ length: blocks }, (_, block) => numbers[block] ?? 0.001)

const none = { pinned: [], held: [] }

describe('the choice of blocks', () => {
  it('takes the first, the recent, the pinned and then the best, in their order', () => {
    const chosen = chooseBlocks(scores({ 7: 0.5, 4: 0.3, 5: 0.2 }, 20), { blocks: 20, budget: 6, first: 1, recent: 2 }, { pinned: [11], held: [] })
    expect(chosen).toEqual([0, 4, 7, 11, 18, 19])
  })

  it('takes as many of the first as are wanted', () => {
    expect(chooseBlocks(scores({ 7: 0.5 }, 20), { blocks: 20, budget: 6, first: 3, recent: 1 }, { pinned: [11], held: [] })).toEqual([0, 1, 2, 7, 11, 19])
  })

  it('takes the nearer ones of what is equal', () => {
    expect(chooseBlocks(scores({}, 10), { blocks: 10, budget: 4, first: 1, recent: 1 }, none)).toEqual([0, 7, 8, 9])
  })

  it('keeps the first and the recent blocks where too much is pinned', () => {
    expect(chooseBlocks(scores({}, 10), { blocks: 10, budget: 3, first: 1, recent: 1 }, { pinned: [3, 4, 5], held: [] })).toEqual([0, 5, 9])
  })

  it('leaves a block that the token before looked at only for one that is worth twice as much', () => {
    const plan = { blocks: 10, budget: 3, first: 1, recent: 1 }
    expect(chooseBlocks(scores({ 3: 0.2, 5: 0.39 }, 10), plan, { pinned: [], held: [3] })).toEqual([0, 3, 9])
    expect(chooseBlocks(scores({ 3: 0.2, 5: 0.41 }, 10), plan, { pinned: [], held: [3] })).toEqual([0, 5, 9])
    expect(chooseBlocks(scores({ 3: 1 }, 10), plan, { pinned: [5], held: [3] })).toEqual([0, 5, 9])
  })

  it('takes all where the budget is enough, whatever their scores', () => {
    expect(chooseBlocks(new Float32Array(5), { blocks: 5, budget: 9, first: 1, recent: 0 }, none)).toEqual([0, 1, 2, 3, 4])
  })

  it('takes the best whatever their scores are, from nothing to all, many of them equal', () => {
    const random = seededRandom(11)
    for (let round = 0; round < 300; round++) {
      const blocks = 2 + Math.floor(random() * 200)
      const budget = 1 + Math.floor(random() * (blocks - 1))
      const size = 10 ** Math.floor(random() * 45 - 44)
      const worth = Float32Array.from({ length: blocks }, () => (random() < 0.3 ? 0 : size * (random() < 0.3 ? 0.5 : random())))
      const order = Array.from(worth.keys()).sort((a, b) => (worth[b] ?? 0) - (worth[a] ?? 0) || b - a)
      const chosen = chooseBlocks(worth, { blocks, budget, first: 0, recent: 0 }, none)
      expect(chosen).toEqual(order.slice(0, budget).sort((a, b) => a - b))
    }
  })

  it('lets one head speak for what all others pass over', () => {
    const masses = Float32Array.from([0.3, 0.3, 0.3, 0.1, 0, 0, 0.05, 0.95])
    expect([...mostOfHeads(masses, 4)].map((mass) => Number(mass.toFixed(3)))).toEqual([0.3, 0.3, 0.3, 0.95])
  })

  it('is made for the heads of each KV head apart', () => {
    expect(massesOfGroups(Float32Array.of(1, 2, 3, 4, 5, 6, 7, 8), 2)).toEqual([Float32Array.of(1, 2, 3, 4), Float32Array.of(5, 6, 7, 8)])
  })

  it('tells of each head what was left out', () => {
    const masses = Float32Array.from([0.5, 0.25, 0.25, 0, 0.125, 0.875])
    expect([...unselectedMasses(masses, 3, [0, 2])]).toEqual([0.25, 0.125])
    expect([...unselectedMasses(masses, 3, [0, 1, 2])]).toEqual([0, 0])
  })

  it('pins what has a score, the highest first', () => {
    expect(bestBlocks(Float32Array.from([0, 0.2, 0.7, 0, 0.2]), 4)).toEqual([2, 1, 4])
    expect(bestBlocks(Float32Array.from([0, 0.2, 0.7, 0, 0.2]), 2)).toEqual([2, 1])
  })
})
