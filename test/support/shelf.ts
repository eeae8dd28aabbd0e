import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import type { ParsedDocument } from '../../src-main/contract/document'
import type { DocumentSummary } from '../../src-main/contract/library'
import type { Library } from '../../src-main/library/library'
import { readWord } from '../../src-renderer/ingest/docx/read'
import { readPdf } from '../../src-renderer/ingest/pdf'
import { segmentDocument } from '../../src-renderer/ingest/segment'
import { bookPath, type BookName } from './books'
import { sampleDocx } from './sample-docx'
import './setup'

const assets = fileURLToPath(new URL('../../node_modules/pdfjs-dist/', import.meta.url))
let jobs = 0

/** Reads bytes with the real readers and puts them into a library, as the app does. */
export async function shelve(library: Library, fileName: string, bytes: Uint8Array<ArrayBuffer>): Promise<DocumentSummary> {
  const hash = createHash('sha256').update(bytes).digest('hex')
  const size = bytes.length
  const signal = new AbortController().signal
  const parsed: ParsedDocument = fileName.endsWith('.docx')
    ? await readWord(bytes, fileName)
    : await readPdf({ bytes, fileName, password: null, signal, progress: () => undefined }, { createWorker: null, assets })
  const { units, ...rest } = await segmentDocument(parsed, signal)
  const job = (jobs += 1)
  await library.addUnits(job, units)
  return library.finish(job, { hash, fileName, path: `/shelf/${fileName}`, bytes: size }, rest, { state: 'ready', failure: null })
}

export const shelveBook = async (library: Library, name: BookName): Promise<DocumentSummary> => shelve(library, `${name}.pdf`, new Uint8Array(readFileSync(await bookPath(name))))

export const shelveSample = async (library: Library): Promise<DocumentSummary> => shelve(library, 'sample.docx', await sampleDocx())
