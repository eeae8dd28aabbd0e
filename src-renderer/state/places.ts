import type { DocumentId } from '../../src-main/contract/document'
import { placesMax, type Place } from '../../src-main/contract/settings'

/** The unit where a document of so many units was left; the first where that is not known. */
export function unitLeft(places: readonly Place[], document: DocumentId, units: number): number {
  const left = places.find((place) => place.document === document)?.unit ?? 0
  return Math.max(0, Math.min(left, units - 1))
}

/** The same with one more, as what was open last; the very same where it is that already. */
export function withPlace(places: readonly Place[], place: Place): readonly Place[] {
  const [last] = places
  if (last?.document === place.document && last.unit === place.unit) return places
  return [place, ...places.filter(({ document }) => document !== place.document)].slice(0, placesMax)
}
