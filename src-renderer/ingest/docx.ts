import type { ParsedDocument } from '../../src-main/contract/document'
import { FailureError } from '../../src-main/contract/failure'
import type { WordReply, WordRequest } from './docx/worker'
import { quoteName } from './names'
import type { ReadRequest } from './reader'

/** What of a worker is used here. */
export type WordWorker = Pick<Worker, 'postMessage' | 'terminate' | 'addEventListener'>

const createWorker = (): WordWorker => new Worker(new URL('./docx/worker.ts', import.meta.url), { type: 'module', name: 'docx' })

const secondsMax = 60

/**
 * Reads a Word file in a worker of its own, which is killed when the person cancels, after a minute, and in any case at
 * the end. Rejects with `FailureError` (damaged, too-large, too-complex, no-text, empty-file, took-too-long, reader-crashed).
 */
export function readDocx(request: ReadRequest, spawn: () => WordWorker = createWorker): Promise<ParsedDocument> {
  const { bytes, fileName, signal, progress } = request
  const who = quoteName(fileName)
  const worker = spawn()
  let timer: ReturnType<typeof setTimeout> | undefined
  return new Promise<ParsedDocument>((resolve, reject) => {
    timer = setTimeout(() => {
      reject(new FailureError('took-too-long', `${who} took longer than ${secondsMax} seconds to read, so reading was stopped. Save it again in Word, or as PDF, and add that.`))
    }, secondsMax * 1_000)
    const stop = (): void => { reject(signal.reason instanceof Error ? signal.reason : new Error('cancelled')) }
    if (signal.aborted) stop()
    signal.addEventListener('abort', stop, { once: true })
    worker.addEventListener('message', (message: MessageEvent<WordReply>) => {
      const reply = message.data
      if (reply.kind === 'alive') progress(0, 0)
      else if (reply.kind === 'failed') reject(new FailureError(reply.failure.kind, reply.failure.message))
      else {
        progress(reply.document.units.length, reply.document.units.length)
        resolve(reply.document)
      }
    })
    worker.addEventListener('error', (event) => {
      event.preventDefault()
      console.error('ingest: the Word reader stopped', event.message)
      reject(new FailureError('reader-crashed', `${who} made the reader of Word files stop. Other documents are not affected. Save it again in Word, or as PDF, and add that.`))
    })
    const order: WordRequest = { bytes, fileName }
    worker.postMessage(order, [bytes.buffer])
  }).finally(() => {
    clearTimeout(timer)
    worker.terminate()
  })
}
