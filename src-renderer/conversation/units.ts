import type { Answer } from '../../src-main/contract/answer'
import type { DocumentId } from '../../src-main/contract/document'

/** How many pages the document of a citation has; null where the answer does not say. */
export const unitsOf = (answer: Answer, document: DocumentId): number | null =>
  answer.coverage.documents.find((covered) => covered.document === document)?.unitsTotal ?? null
