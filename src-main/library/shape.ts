import type { Passage, Position, SegmentedDocument, Span } from '../contract/document'
import { FailureError } from '../contract/failure'
import { partsMax } from './database'
import type { StagedUnit } from './units'

/** Refuses a parsed document whose parts do not fit together: positions outside its text, sentences of no block, passages of no sentence. */
export function checkParts(units: readonly StagedUnit[], document: Omit<SegmentedDocument, 'units'>): void {
  const { blocks, sentences, passages, outline } = document
  if ([units, blocks, sentences, passages].some(({ length }) => length > partsMax)) {
    throw new FailureError('too-complex', `The document has more than ${partsMax} parts of one kind, which is more than the library can hold.`)
  }
  const isPosition = ({ unit, offset }: Position): boolean => isIndex(unit, units.length) && isIndex(offset, (units[unit]?.text.length ?? 0) + 1)
  const inOrder = ({ start, end }: Span): boolean => start.unit < end.unit || (start.unit === end.unit && start.offset <= end.offset)
  const isSpan = (span: Span): boolean => isPosition(span.start) && isPosition(span.end) && inOrder(span)
  const isPassage = ({ first, last, tokens }: Passage): boolean => isIndex(first, last + 1) && isIndex(last, sentences.length) && Number.isSafeInteger(tokens)
  const fits = blocks.every(isSpan)
    && sentences.every((sentence) => isSpan(sentence) && isIndex(sentence.block, blocks.length))
    && passages.every(isPassage)
    && outline.every(({ level, unit }) => isIndex(unit, Math.max(1, units.length)) && Number.isSafeInteger(level))
  if (!fits) throw new FailureError('invalid-request', 'The parts of the parsed document do not fit together, so it was not stored. This is a fault in Longleaf; please report it.')
}

const isIndex = (value: number, length: number): boolean => Number.isSafeInteger(value) && value >= 0 && value < length
