import type { Coverage } from '../contract/answer'
import { isPaginated } from '../contract/document'
import type { DocumentSummary, SentenceText } from '../contract/library'

/** Which units of which documents the sentences in view come from. A sentence that runs over a page counts for both. */
export function coverageOf(sentences: readonly SentenceText[], documents: readonly DocumentSummary[]): Coverage {
  const covered = documents.map((document) => {
    const own = sentences.filter((sentence) => sentence.document === document.id)
    const units = own.flatMap(({ start, end }) => [start.unit, ...(end.offset > 0 ? [end.unit] : [])])
    return {
      document: document.id,
      title: document.title,
      unitsInView: [...new Set(units)].sort((a, b) => a - b),
      unitsTotal: document.units,
      paginated: isPaginated(document.format),
    }
  })
  // Passages never claim a whole: a page counts as in view as soon as one sentence of it is.
  return { documents: covered, complete: false }
}
