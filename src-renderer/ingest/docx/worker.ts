import type { Failure } from '../../../src-main/contract/failure'
import type { ParsedDocument } from '../../../src-main/contract/document'
import { describeFailure } from '../failures'
import { readWord } from './read'

export interface WordRequest {
  readonly bytes: Uint8Array<ArrayBuffer>
  readonly fileName: string
}

export type WordReply =
  | { readonly kind: 'read'; readonly document: ParsedDocument }
  | { readonly kind: 'failed'; readonly failure: Failure }

// One document, one worker: whatever a document does to it ends with it.
self.addEventListener('message', (message: MessageEvent<WordRequest>) => {
  const { bytes, fileName } = message.data
  void readWord(bytes, fileName).then(
    (document): WordReply => ({ kind: 'read', document }),
    (error: unknown): WordReply => ({ kind: 'failed', failure: describeFailure(error, fileName) }),
  ).then(reply => { self.postMessage(reply) })
})
