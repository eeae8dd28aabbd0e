import { FailureError } from '../../src-main/contract/failure'
import type { IngestEvent, IngestRequest } from '../../src-main/contract/ingest'
import { readDocx } from './docx'
import { serveJobs } from './jobs'
import { openDocument, type Readers } from './open'
import { readPdf } from './pdf'
import { createWorkerStock } from './worker-stock'

/** A long document is read by two at once. */
const workersPerDocument = 2

/**
 * The hidden window that reads documents. Its preload hands over one port to main and nothing else: there is no bridge,
 * so a document that took over this page could reach neither files nor the library.
 */
function start(port: MessagePort): void {
  const send = (event: IngestEvent): void => { port.postMessage(event) }
  const workers = createWorkerStock(workersPerDocument)
  const readers: Readers = { pdf: (request) => readPdf(request, { createWorker: workers.take, assets: new URL('pdfjs/', location.href).href }), docx: readDocx }
  const serve = serveJobs({ send, fetchBytes, read: (request) => openDocument(request, readers) })
  port.addEventListener('message', (message: MessageEvent<IngestRequest>) => { serve(message.data) })
  port.start()
  send({ kind: 'ready' })
  workers.fill()
}

async function fetchBytes(source: string, signal: AbortSignal): Promise<Uint8Array<ArrayBuffer>> {
  try {
    const response = await fetch(source, { signal })
    if (!response.ok) throw new Error(`status ${response.status}`)
    return new Uint8Array(await response.arrayBuffer())
  } catch (cause) {
    throw new FailureError('file-unreadable', 'The file could not be read. It may have been moved, or you may lack the right to open it.', { cause })
  }
}

// A parser's promise may fail long after its document is done; it must not end this window or blame the next document.
window.addEventListener('unhandledrejection', (event) => {
  event.preventDefault()
  console.error('ingest: late failure of an earlier parse', event.reason)
})

window.addEventListener('message', (event) => {
  const port = event.ports[0]
  if (event.source !== window || port === undefined || (event.data as { readonly type?: unknown } | null)?.type !== 'longleaf-port') return
  start(port)
})
