import type { ParsedDocument } from '../../src-main/contract/document'
import { FailureError, type Failure } from '../../src-main/contract/failure'
import { readWord } from '../../src-renderer/ingest/docx/read'
import { openDocument } from '../../src-renderer/ingest/open'
import type { ReadRequest } from '../../src-renderer/ingest/reader'
import { blockText, parsePdf } from './pdf'

/** Reads a file by its bytes, as the hidden window does, on this thread. */
export function openFile(bytes: Uint8Array<ArrayBuffer>, fileName: string, password: string | null = null): Promise<ParsedDocument> {
  const request: ReadRequest = { bytes, fileName, password, signal: new AbortController().signal, progress: () => undefined }
  return openDocument(request, {
    pdf: (each) => parsePdf(each.bytes, { fileName }),
    docx: (each) => readWord(each.bytes, each.fileName),
  })
}

/** The failure that a file ends in; throws where it is read after all. */
export async function failureOf(bytes: Uint8Array<ArrayBuffer>, fileName: string): Promise<Failure> {
  try {
    await openFile(bytes, fileName)
  } catch (error) {
    if (error instanceof FailureError) return error.failure
    throw error
  }
  throw new Error(`${fileName} was read`)
}

/** Blocks as "kind level: text" lines, the level for headings only. */
export const blockLines = (document: ParsedDocument): readonly string[] =>
  document.blocks.map((block) => `${block.kind}${block.kind === 'heading' ? ` ${block.level}` : ''}: ${blockText(document, block)}`)
