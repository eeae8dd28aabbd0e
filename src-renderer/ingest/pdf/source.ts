import type { PDFDocumentLoadingTask, PDFDocumentProxy } from 'pdfjs-dist/types/src/display/api'
import { getDocument, PDFWorker } from 'pdfjs-dist/legacy/build/pdf.mjs'
import type { PdfSurroundings } from '../pdf'
import type { ReadRequest } from '../reader'
import { failureOf } from './failures'

/** Pixels of one image that are decoded at most; larger ones are left out of the cover. */
const imagePixelsMax = 16 * 1024 * 1024
const openMsMax = 60_000

const errorOf = (cause: unknown): Error => cause instanceof Error ? cause : new Error(String(cause))

/** A promise that did not come in time. */
export class DeadlineError extends Error {}

export function within<T>(milliseconds: number, signal: AbortSignal, promise: Promise<T>): Promise<T> {
  return new Promise<T>((resolve, reject) => {
    const settle = (act: () => void): void => {
      clearTimeout(timer)
      signal.removeEventListener('abort', abort)
      act()
    }
    const abort = (): void => settle(() => reject(errorOf(signal.reason)))
    const timer = setTimeout(() => settle(() => reject(new DeadlineError(`no result after ${milliseconds} ms`))), milliseconds)
    signal.addEventListener('abort', abort)
    if (signal.aborted) abort()
    promise.then((value) => settle(() => resolve(value)), (cause: unknown) => settle(() => reject(errorOf(cause))))
  })
}

/** An open PDF with the worker that reads it. */
export interface Source {
  readonly document: PDFDocumentProxy
  /** Ends the worker, also where it hangs. */
  readonly close: () => void
}

/** Opens the file in a worker of its own. Rejects with `FailureError` for what is wrong with the file. */
export async function openSource(request: ReadRequest, bytes: Uint8Array, surroundings: PdfSurroundings): Promise<Source> {
  const port = surroundings.createWorker?.() ?? null
  const worker = port === null ? null : PDFWorker.create({ port })
  const task: PDFDocumentLoadingTask = getDocument({
    data: bytes,
    ...worker === null ? {} : { worker },
    ...request.password === null ? {} : { password: request.password },
    cMapUrl: `${surroundings.assets}cmaps/`,
    cMapPacked: true,
    standardFontDataUrl: `${surroundings.assets}standard_fonts/`,
    wasmUrl: `${surroundings.assets}wasm/`,
    iccUrl: `${surroundings.assets}iccs/`,
    maxImageSize: imagePixelsMax,
    enableXfa: false,
    verbosity: 0,
  })
  const close = (): void => {
    task.destroy().catch(() => undefined)
    worker?.destroy()
    port?.terminate()
  }
  try {
    return { document: await within(openMsMax, request.signal, task.promise), close }
  } catch (cause) {
    close()
    request.signal.throwIfAborted()
    throw failureOf(cause, request)
  }
}

/** A source for one task after another; where a task hangs, the worker is ended and the next one gets a new worker. */
export class LastingSource {
  #source: Source | null = null
  readonly #open: () => Promise<Source>
  readonly #signal: AbortSignal

  constructor(request: ReadRequest, surroundings: PdfSurroundings) {
    this.#signal = request.signal
    this.#open = () => openSource(request, request.bytes.slice(), surroundings)
  }

  /** Rejects with `DeadlineError` after so many milliseconds, with the signal's reason when it is aborted, and with what the task rejects with. */
  async use<T>(milliseconds: number, task: (document: PDFDocumentProxy) => Promise<T>): Promise<T> {
    this.#source ??= await this.#open()
    try {
      return await within(milliseconds, this.#signal, task(this.#source.document))
    } catch (cause) {
      if (cause instanceof DeadlineError) this.close()
      throw cause
    }
  }

  close(): void {
    this.#source?.close()
    this.#source = null
  }
}
