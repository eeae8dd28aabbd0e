/** Which readings have to go so that a new one has room. Lengths are bytes. */

export interface RoomLimits {
  /** That all readings take together at most. */
  readonly quotaBytes: number
  /** That stay free on the disk. */
  readonly keepFreeBytes: number
}

/** A reading as far as room is concerned. */
export interface Occupant {
  readonly bytes: number
  /** Milliseconds since 1970. */
  readonly lastUse: number
  readonly isInUse: boolean
}

export type Room<T> = { readonly kind: 'fits'; readonly remove: readonly T[] } | { readonly kind: 'short'; readonly missingBytes: number }

/** Chooses the least recently used first, none in use, and no more than have to go. Where all of them were not enough, none goes. */
export function chooseRoom<T extends Occupant>(readings: readonly T[], wantedBytes: number, freeBytes: number, limits: RoomLimits): Room<T> {
  const taken = readings.reduce((sum, { bytes }) => sum + bytes, 0)
  let missingBytes = Math.max(taken + wantedBytes - limits.quotaBytes, wantedBytes + limits.keepFreeBytes - freeBytes)
  const remove: T[] = []
  for (const reading of readings.filter(({ isInUse }) => !isInUse).sort((a, b) => a.lastUse - b.lastUse)) {
    if (missingBytes <= 0) break
    remove.push(reading)
    missingBytes -= reading.bytes
  }
  return missingBytes <= 0 ? { kind: 'fits', remove } : { kind: 'short', missingBytes }
}
