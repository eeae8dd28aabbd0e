/** What of the blocks that are read goes where, if the blocks that are chosen are others: several of these, or only some tokens of one. */
import type { Stretch } from '../model/chunk'
import { blockTokens } from '../reading/layout'
import type { SlotLoad } from './slots'

/** Tokens of a block that is read. */
export interface SlotPiece extends Stretch {
  /** Of the block, among those that are read. */
  readonly index: number
  /** Where the first of them goes. */
  readonly place: number
}

export interface SlotPieces {
  /** Blocks to be read, each once. */
  readonly blocks: readonly number[]
  readonly pieces: readonly SlotPiece[]
}

/** @param slotTokens of a slot and of a block that is chosen */
export function piecesOf(loads: readonly SlotLoad[], slotTokens: number): SlotPieces {
  const indices = new Map<number, number>()
  const pieces = loads.flatMap(({ block, slot }) => {
    const first = block * slotTokens
    return Array.from({ length: Math.ceil(slotTokens / blockTokens) }, (_, i): SlotPiece => {
      const token = first + i * blockTokens
      const read = Math.floor(token / blockTokens)
      const index = indices.get(read) ?? indices.size
      indices.set(read, index)
      return { index, start: token % blockTokens, count: Math.min(slotTokens, blockTokens), place: slot * slotTokens + i * blockTokens }
    })
  })
  return { blocks: [...indices.keys()], pieces }
}
