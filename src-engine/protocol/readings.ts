/** Texts that are read and kept. */

/** Where what is read of a document is kept. */
export interface ReadingPlace {
  /** Of all readings; the engine alone writes to it. */
  readonly folder: string
  /** SHA-256 that names the document, lower-case hex. */
  readonly document: string
}

/** A conversation: what it has in view behind the text of a document is kept beside what was read of that. */
export interface ConversationPlace {
  /** Of all conversations, whatever they are about. */
  readonly id: number
  readonly room: ReadingRoom
}

/** Where the text that a chat begins with may have been read before, and whose turns follow it; of no conversation they are not kept. */
export interface ChatPlace extends ReadingPlace {
  readonly conversation?: ConversationPlace
}

/** What is read may take so much room, bytes. */
export interface ReadingRoom {
  /** That all readings take together at most. */
  readonly quotaBytes: number
  /** That stay free on the disk. */
  readonly keepFreeBytes: number
}

/** What stays of readings and of the turns of conversations; the least recently used go first where there is too much, and none that is in use. */
export interface ToKeep {
  readonly documents: readonly string[]
  readonly conversations: readonly number[]
  /** That all take together at most. */
  readonly quotaBytes: number
}

/** A reading that is kept, and the turns of conversations about it. */
export interface ReadingFacts {
  /** Its file in the folder. */
  readonly name: string
  readonly document: string
  /** What the model was called that read; null where that is not remembered. */
  readonly model: string | null
  readonly tokens: number
  readonly bytes: number
  /** Milliseconds since 1970. */
  readonly lastUse: number
}

/** What is about to be read. */
export interface ReadBeginning {
  /** Its file in the folder. */
  readonly reading: string
  readonly tokensTotal: number
  /** Tokens that are computed together. */
  readonly chunkTokens: number
  /** UTF-16 units of the last message's content that are read after each `chunkTokens`, and at the end. */
  readonly textAt: readonly number[]
}

/** What became of a text that was to be read; cancelled, `tokens.read` is less than `tokens.total`. */
export interface ReadEnd {
  /** Its file in the folder. */
  readonly reading: string
  /** Kept now, of the whole text; of these what was kept before, and what was computed. */
  readonly tokens: { readonly read: number; readonly total: number; readonly reused: number; readonly prefilled: number }
  /** UTF-16 units of the last message's content that were read. */
  readonly textRead: number
  /** Of its file. */
  readonly bytes: number
  /** Why what was read before was of no use, as a sentence; null where it was, or there was nothing. */
  readonly setAside: string | null
  /** Layer by layer where there was not enough free memory for all when the model was loaded. */
  readonly weights: 'resident' | 'layer by layer'
  /** From the first look at the text to here. */
  readonly milliseconds: number
}
