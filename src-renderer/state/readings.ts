import type { DocumentId } from './contract'
import type { DocumentReading } from '../../src-main/contract/reading'

/** How documents stand with the chosen model; one that is not in it is not read. Those that did not change stay the same objects. */
export type Readings = ReadonlyMap<DocumentId, DocumentReading>

export type ReadingEvent =
  /** All that main knows of: the others are not read. */
  | { readonly kind: 'readings-listed'; readonly readings: readonly DocumentReading[] }
  | { readonly kind: 'readings-changed'; readonly readings: readonly DocumentReading[] }

export function reduceReadings(state: Readings, event: ReadingEvent): Readings {
  const entries = event.readings.map((reading) => [reading.document, reading] as const)
  return new Map(event.kind === 'readings-listed' ? entries : [...state, ...entries])
}

/** What a person can do about a document's reading. */
export type ReadingAct = 'start' | 'go-on' | 'choose' | 'pause' | 'resume' | 'stop' | 'delete'

/** What can be done now, what is likeliest first. @param reading undefined for a document that is not read */
export function actsFor(reading: Pick<DocumentReading, 'state' | 'scope'> | undefined): readonly ReadingAct[] {
  if (reading === undefined) return ['start']
  // Other chapters may be wanted than those that were chosen.
  const others: readonly ReadingAct[] = reading.scope.kind === 'units' ? ['choose'] : []
  switch (reading.state.kind) {
    case 'none':
    case 'set-aside':
      return ['start']
    case 'waiting':
    case 'reading':
      return ['pause', 'stop']
    case 'paused':
      return ['resume', 'stop']
    case 'partial':
    case 'failed':
      return ['go-on', ...others, 'delete']
    case 'read':
      return [...others, 'delete']
  }
}

/** The one that is being read; null while none is. */
export const currentReading = (readings: Readings): DocumentReading | null => [...readings.values()].find(({ state }) => state.kind === 'reading') ?? null

export const waitingReadings = (readings: Readings): number => [...readings.values()].filter(({ state }) => state.kind === 'waiting').length

/** Share of what is to be read, the part under way included; null where nobody counted. */
export function shareRead({ state, kept }: DocumentReading): number | null {
  const { tokens, tokensTotal } = state.kind === 'reading' && state.progress !== null ? state.progress : kept
  return tokensTotal === null || tokensTotal <= 0 ? null : Math.min(1, tokens / tokensTotal)
}
