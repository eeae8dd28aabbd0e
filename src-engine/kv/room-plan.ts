/**
 * Which KV heads of which layers are in memory when not all of them fit. They are computed in one order again and again, layer after layer, so those that
 * came last are needed last: the first heads stay, and the others pass through the last rooms, some being filled while those before them are attended.
 */
import { dataType, elementBytes } from '../ggml/tensor'
import type { KvShape } from './layer'

export interface RoomPlan {
  /** Tokens that a room has places for. */
  readonly places: number
  /** Heads, from the first layer's first on, that have a room of their own. */
  readonly staying: number
  /** Rooms through which the others pass. */
  readonly passing: number
}

/** Two for heads that are attended, and two for those that come meanwhile; with two alone each is attended when it has come. */
const passingRooms = { least: 2, most: 4 } as const

/** Keys and values of one KV head over so many places, bytes. */
export function headBytes({ headSize }: Pick<KvShape, 'headSize'>, places: number): number {
  return 2 * places * headSize * elementBytes(dataType.f16)
}

/** The least that `planRooms` makes do with, bytes. */
export function roomBytesMin(shape: KvShape, places: number): number {
  return Math.min(passingRooms.least, shape.layers * shape.heads) * headBytes(shape, places)
}

/** As many rooms as the bytes allow; undefined if these are too few. */
export function planRooms(shape: KvShape, places: number, bytes: number): RoomPlan | undefined {
  const all = shape.layers * shape.heads
  const rooms = Math.floor(bytes / headBytes(shape, places))
  if (rooms >= all) return { places, staying: all, passing: 0 }
  const passing = Math.min(rooms, passingRooms.most)
  return rooms < passingRooms.least ? undefined : { places, staying: rooms - passing, passing }
}

/** The room of the head with this index in the order of computing. */
export function roomOf({ staying, passing }: RoomPlan, head: number): number {
  return head < staying ? head : staying + ((head - staying) % passing)
}
