import { expect, it } from 'vitest'
import { piecesOf } from '../../../src-engine/retrieval/slot-pieces'

it('blocks that are chosen as they are read go to their slots whole', () => {
  expect(piecesOf([{ block: 5, slot: 2 }, { block: 9, slot: 0 }], 64)).toEqual({
    blocks: [5, 9],
    pieces: [{ index: 0, start: 0, count: 64, place: 128 }, { index: 1, start: 0, count: 64, place: 0 }],
  })
})

it('of one that is chosen in parts these are taken, and it is read once', () => {
  expect(piecesOf([{ block: 5, slot: 0 }, { block: 7, slot: 3 }, { block: 8, slot: 1 }], 16)).toEqual({
    blocks: [1, 2],
    pieces: [{ index: 0, start: 16, count: 16, place: 0 }, { index: 0, start: 48, count: 16, place: 48 }, { index: 1, start: 0, count: 16, place: 16 }],
  })
})

it('two that are chosen together follow one another', () => {
  expect(piecesOf([{ block: 3, slot: 1 }], 128)).toEqual({
    blocks: [6, 7],
    pieces: [{ index: 0, start: 0, count: 64, place: 128 }, { index: 1, start: 0, count: 64, place: 192 }],
  })
})

it('what is loaded already is not read', () => {
  expect(piecesOf([], 16)).toEqual({ blocks: [], pieces: [] })
})
