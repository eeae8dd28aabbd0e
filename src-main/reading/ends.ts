import type { ReadEnd } from '../../src-engine/protocol'
import type { DocumentId } from '../contract/document'
import type { FailureError } from '../contract/failure'

/** Those who wait until a document was read, or is not to be read any more. */
export interface Ends {
  of(document: DocumentId): Promise<ReadEnd>
  resolve(document: DocumentId, end: ReadEnd): void
  reject(document: DocumentId, error: FailureError): void
}

interface Waiter {
  resolve(end: ReadEnd): void
  reject(error: FailureError): void
}

export function createEnds(): Ends {
  const waiters = new Map<DocumentId, Waiter>()
  const take = (document: DocumentId): Waiter | undefined => {
    const waiter = waiters.get(document)
    waiters.delete(document)
    return waiter
  }
  return {
    of(document) {
      const end = new Promise<ReadEnd>((resolve, reject) => waiters.set(document, { resolve, reject }))
      // It may come before anybody looks.
      end.catch(() => undefined)
      return end
    },
    resolve: (document, end) => take(document)?.resolve(end),
    reject: (document, error) => take(document)?.reject(error),
  }
}
