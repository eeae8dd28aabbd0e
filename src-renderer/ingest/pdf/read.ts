import type { ParsedDocument } from '../../../src-main/contract/document'
import { FailureError } from '../../../src-main/contract/failure'
import type { PdfSurroundings } from '../pdf'
import type { ReadRequest } from '../reader'

export function readDocument(request: ReadRequest, surroundings: PdfSurroundings): Promise<ParsedDocument> {
  throw new FailureError('damaged', `${request.fileName} cannot be read yet (${surroundings.assets}).`)
}
