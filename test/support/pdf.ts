import { fileURLToPath } from 'node:url'
import type { ParsedBlock, ParsedDocument } from '../../src-main/contract/document'
import { readPdf } from '../../src-renderer/ingest/pdf'

const assets = fileURLToPath(new URL('../../node_modules/pdfjs-dist/', import.meta.url))

export interface ParseOptions {
  readonly fileName?: string
  readonly password?: string | null
  readonly signal?: AbortSignal
  readonly progress?: (done: number, total: number) => void
  readonly createWorker?: (() => Worker) | null
  readonly pageMilliseconds?: number
}

/** Reads a PDF on this thread, as the ingest window does in its workers. */
export const parsePdf = (bytes: Uint8Array, options: ParseOptions = {}): Promise<ParsedDocument> => readPdf({
  bytes: new Uint8Array(bytes),
  fileName: options.fileName ?? 'test.pdf',
  password: options.password ?? null,
  signal: options.signal ?? new AbortController().signal,
  progress: options.progress ?? (() => undefined),
}, { createWorker: options.createWorker ?? null, assets, ...options.pageMilliseconds === undefined ? {} : { pageMilliseconds: options.pageMilliseconds } })

/** Text of a block; where it crosses pages, a blank stands between them. */
export function blockText(document: ParsedDocument, block: ParsedBlock): string {
  const parts: string[] = []
  for (let unit = block.start.unit; unit <= block.end.unit; unit += 1) {
    parts.push((document.units[unit]?.text ?? '').slice(unit === block.start.unit ? block.start.offset : 0, unit === block.end.unit ? block.end.offset : undefined))
  }
  return parts.join(' ')
}
