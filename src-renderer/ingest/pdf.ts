import type { ParsedDocument } from '../../src-main/contract/document'
import { readDocument } from './pdf/read'
import type { ReadRequest } from './reader'

/** What the reader takes from the process that it runs in. */
export interface PdfSurroundings {
  /** A fresh pdf.js worker (`createPdfWorker`); null parses on the calling thread, as in Node. */
  readonly createWorker: (() => Worker) | null
  /** Folder, as URL (in Node as path) with a trailing slash, that holds the `cmaps/`, `standard_fonts/`, `wasm/` and `iccs/` of pdf.js. */
  readonly assets: string
  /** Milliseconds that one page may take; 10 s where it is not given. */
  readonly pageMilliseconds?: number
}

/**
 * Text, blocks, outline and cover of a PDF. Rejects with `FailureError` of the kinds empty-file, truncated, damaged, password-needed, password-wrong,
 * too-many-pages and took-too-long, and with the signal's reason; a bad page does not fail the document but carries a `problem`.
 * Whether a document is ready or needs OCR is the caller's to say, from the problems of its units.
 */
export const readPdf = (request: ReadRequest, surroundings: PdfSurroundings): Promise<ParsedDocument> => readDocument(request, surroundings)
