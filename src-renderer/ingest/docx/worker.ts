import type { Failure } from '../../../src-main/contract/failure'
import type { ParsedDocument } from '../../../src-main/contract/document'
import { describeFailure } from '../failures'
import { readWord } from './read'

export interface WordRequest {
  readonly bytes: Uint8Array<ArrayBuffer>
  readonly fileName: string
}

export type WordReply =
  | { readonly kind: 'alive' }
  | { readonly kind: 'read'; readonly document: ParsedDocument }
  | { readonly kind: 'failed'; readonly failure: Failure }

// One document, one worker: whatever a document does to it ends with it.
self.addEventListener('message', (message: MessageEvent<WordRequest>) => {
  const { bytes, fileName } = message.data
  const reply = (answer: WordReply): void => { self.postMessage(answer) }
  void readWord(bytes, fileName, () => { reply({ kind: 'alive' }) }).then(
    (document) => { reply({ kind: 'read', document }) },
    (error: unknown) => { reply({ kind: 'failed', failure: describeFailure(error, fileName) }) },
  )
})
