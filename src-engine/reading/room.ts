/** Which readings have to go so that a new one has room. Lengths are bytes. */

export interface RoomLimits {
  /** That all readings take together at most. */
  readonly quotaBytes: number
  /** That stay free on the disk. */
  readonly keepFreeBytes: number
}

export interface KeptBytes {
  readonly bytes: number
}

/** A reading as far as room is concerned. */
export interface Occupant extends KeptBytes {
  /** Milliseconds since 1970. */
  readonly lastUse: number
  readonly isInUse: boolean
}

export type Room<T> = { readonly kind: 'fits'; readonly remove: readonly T[] } | { readonly kind: 'short'; readonly missingBytes: number }

/** Chooses the least recently used first, none in use, and no more than have to go. Where all of them were not enough, none goes. */
export function chooseRoom<T extends Occupant>(readings: readonly T[], wantedBytes: number, freeBytes: number, limits: RoomLimits): Room<T> {
  const missing = missingBytes(readings, wantedBytes, freeBytes, limits)
  const remove = chooseLeastUsed(readings, missing)
  const shortBytes = missing - bytesOf(remove)
  return shortBytes <= 0 ? { kind: 'fits', remove } : { kind: 'short', missingBytes: shortBytes }
}

/** How much has to go, so that so much more fits; none where that is not above 0. */
export function missingBytes(kept: readonly KeptBytes[], wantedBytes: number, freeBytes: number, { quotaBytes, keepFreeBytes }: RoomLimits): number {
  return Math.max(bytesOf(kept) + wantedBytes - quotaBytes, wantedBytes + keepFreeBytes - freeBytes)
}

/** Of those that nobody uses the least recently used, as many as have so many bytes together; all, where that is not enough. */
export function chooseLeastUsed<T extends Occupant>(readings: readonly T[], bytes: number): readonly T[] {
  const chosen: T[] = []
  for (const reading of readings.filter(({ isInUse }) => !isInUse).sort((a, b) => a.lastUse - b.lastUse)) {
    if (bytesOf(chosen) >= bytes) break
    chosen.push(reading)
  }
  return chosen
}

export const bytesOf = (kept: readonly KeptBytes[]): number => kept.reduce((sum, { bytes }) => sum + bytes, 0)
