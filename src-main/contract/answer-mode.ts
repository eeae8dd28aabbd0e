import type { AnswerMode } from './answer'
import type { DocumentReading } from './reading'

/** What there is to be asked of what was read of a document: all of it, or the part that is kept; null where that holds no whole page. */
export function readMode(reading: DocumentReading | null): Exclude<AnswerMode, 'passages'> | null {
  if (reading?.state.kind === 'read' && reading.scope.kind === 'whole') return 'whole'
  return reading === null || reading.kept.units.length === 0 ? null : 'part'
}

/**
 * What the model has in view where nobody chose: what it has read, the whole document or the chapters that were chosen; else passages, which come from
 * everywhere, where the pages read so far may not hold the answer.
 * @param reading of the only document that is asked about; null where there are several, or it was never read
 */
export function usualMode(reading: DocumentReading | null): AnswerMode {
  return (reading?.state.kind === 'read' ? readMode(reading) : null) ?? 'passages'
}
