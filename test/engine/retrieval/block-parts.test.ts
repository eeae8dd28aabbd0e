import { expect, it } from 'vitest'
import { partBlocks, type SummaryForm } from '../../../src-engine/retrieval/block-parts'

/** Even and odd tokens, and a row that stays empty. */
const evenAndOdd: SummaryForm = { rows: 3, unitTokens: 64, part: () => Uint8Array.from({ length: 64 }, (_, token) => token % 2) }
/** Keys of one number: those of odd tokens lie by two round 4. */
const keys = Array.from({ length: 64 }, (_, token) => (token % 2 === 0 ? 1 : token < 32 ? 2 : 6))
const products = Float32Array.from(keys.flatMap((one) => keys.map((other) => one * other)))

it('a row has so many tokens, and their keys lie so widely; one that fills up has none', () => {
  const { counts, squares } = partBlocks(evenAndOdd, products, 1, 2)
  expect([...counts]).toEqual([32, 32, 0, 0, 0, 0])
  expect([...squares]).toEqual([0, 4, 0, 0, 0, 0])
})

it('a mean comes of the shares of its tokens, and one key of a block is told by how far it is from its own', () => {
  const { shares, sharesAndSample } = partBlocks(evenAndOdd, new Float32Array([...products, ...products]), 2, 2)
  const sum = (part: (token: number) => number): number => keys.reduce((all, key, token) => all + key * part(token), 0)
  for (const block of [0, 1]) {
    const means = [0, 1, 2].map((row) => sum((token) => shares[(block * 3 + row) * 64 + token] ?? Number.NaN))
    expect(means).toEqual([1, 4, 0])
    const turned = [0, 1, 2, 3].map((row) => sum((token) => sharesAndSample[(block * 64 + token) * 4 + row] ?? Number.NaN))
    // The first token of the first block, the 28th of the second.
    expect(turned).toEqual([1, 4, 0, block === 0 ? 0 : -2])
  }
})
