import type { UnitProblemKind } from '../contract/document'
import type { FailureKind } from '../contract/failure'
import type { StoredState } from '../library/library'

/** What is known of a document's units once all of them came. */
export interface UnitTally {
  readonly units: number
  readonly problems: Readonly<Partial<Record<UnitProblemKind, number>>>
}

const garbledShare = 0.5

/** The state that a document is stored in: *ready* only where there is text that a person would recognise. */
export function storedState(fileName: string, { units, problems }: UnitTally): StoredState {
  const count = (kind: UnitProblemKind): number => problems[kind] ?? 0
  const textless = count('no-text')
  const garbled = count('garbled')
  const lost = count('unreadable') + count('timeout')
  if (units > 0 && lost === units) {
    return { state: 'failed', failure: { kind: 'damaged', message: `No page of “${fileName}” can be read: the file is damaged.`, document: fileName } }
  }
  if (units === 0 || textless + lost === units) {
    return { state: 'needs-ocr', failure: { kind: 'no-text', message: `“${fileName}” holds pictures of pages but no text. It needs OCR before it can be searched or asked about.`, document: fileName } }
  }
  if (garbled / Math.max(1, units - textless - lost) > garbledShare) {
    return { state: 'needs-ocr', failure: { kind: 'garbled-text', message: `The text of “${fileName}” cannot be read: its letters are garbled in the file. It needs OCR before it can be searched or asked about.`, document: fileName } }
  }
  return { state: 'ready', failure: null }
}

/** Failures of the file itself, kept in the library so that the person sees them; the others are of the moment or of no document at all. */
const kept: readonly FailureKind[] = ['truncated', 'damaged', 'too-many-pages', 'too-complex', 'took-too-long', 'reader-crashed']

/** How a file that could not be read is stored; null where nothing of it is. */
export function unreadState(failure: NonNullable<StoredState['failure']>): StoredState | null {
  if (failure.kind === 'password-needed' || failure.kind === 'password-wrong') return { state: 'needs-password', failure }
  if (failure.kind === 'no-text') return { state: 'needs-ocr', failure }
  return kept.includes(failure.kind) ? { state: 'failed', failure } : null
}
