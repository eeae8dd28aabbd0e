/**
 * Which KV heads of which layers are in memory when not all of them fit. They are computed in one order again and again, layer after layer, so those that
 * came last are needed last: the first heads stay, and the others pass through the last rooms, one being filled while the one before it is attended.
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

const passingRooms = 2

/** Keys and values of one KV head over so many places, bytes. */
export function headBytes({ headSize }: Pick<KvShape, 'headSize'>, places: number): number {
  return 2 * places * headSize * elementBytes(dataType.f16)
}

/** The least that `planRooms` makes do with, bytes. */
export function roomBytesMin(shape: KvShape, places: number): number {
  return Math.min(passingRooms, shape.layers * shape.heads) * headBytes(shape, places)
}

/** As many rooms as the bytes allow; undefined if these are too few. */
export function planRooms(shape: KvShape, places: number, bytes: number): RoomPlan | undefined {
  const all = shape.layers * shape.heads
  const rooms = Math.floor(bytes / headBytes(shape, places))
  if (rooms >= all) return { places, staying: all, passing: 0 }
  return rooms < passingRooms ? undefined : { places, staying: rooms - passingRooms, passing: passingRooms }
}

/** The room of the head with this index in the order of computing. */
export function roomOf({ staying, passing }: RoomPlan, head: number): number {
  return head < staying ? head : staying + ((head - staying) % passing)
}
