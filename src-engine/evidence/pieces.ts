import type { EvidencePiece } from '../protocol'
import { logProbability } from './log-probability'
import type { TokenSpan } from './masses'

export interface PieceSession {
  /** @throws RangeError for rows that were not read */
  evidence(rows: TokenSpan, spans: readonly TokenSpan[]): Promise<Float32Array>
}

/** Tokens of the prompt. */
export interface PromptPlaces {
  readonly sources: readonly TokenSpan[]
  readonly question: TokenSpan
  readonly length: number
}

/** Follows an answer token by token and tells its evidence in pieces that no statement's end runs through. */
export interface Pieces {
  /** Before the first token. */
  question(): Promise<void>
  /** A token was chosen from these logits, and so much text is shown now. */
  said(token: number, logits: Float32Array, shown: string): void
  /** The last token that was said has been read. */
  read(): Promise<void>
  /** Tells what is left. */
  end(): Promise<void>
}

/** A statement may end here: a mark that ends sentences, perhaps with closing marks behind it, or the end of a line. */
const statementEnd = /(?:[.!?…。！？｡।؟]["'”’»)\]）」』]*|\n)\s*$/u
/** A piece ends after so many tokens in any case, so that none waits long. */
const tokensMax = 64

export function createPieces(session: PieceSession, places: PromptPlaces, tell: (piece: EvidencePiece) => void): Pieces {
  const nothing = { start: 0, text: '', tokens: 0, logProbability: 0, rows: 0 }
  let open = nothing
  let told = 0

  async function close(): Promise<void> {
    const { start, text, rows } = open
    const first = places.length + told
    const masses = await session.evidence({ start: first, end: first + rows }, places.sources)
    tell({ of: 'answer', start, end: start + text.length, tokens: open.tokens, logProbability: open.logProbability, rows, masses })
    told += open.tokens
    open = { ...nothing, start: start + text.length }
  }

  return {
    async question() {
      const masses = await session.evidence(places.question, places.sources)
      tell({ of: 'question', start: 0, end: 0, tokens: 0, logProbability: 0, rows: places.question.end - places.question.start, masses })
    },
    said(token, logits, shown) {
      const { start, text, tokens, rows } = open
      open = { start, text: text + shown, tokens: tokens + 1, logProbability: open.logProbability + logProbability(logits, token), rows }
    },
    async read() {
      open = { ...open, rows: open.tokens }
      if (open.tokens >= tokensMax || statementEnd.test(open.text)) await close()
    },
    async end() {
      if (open.tokens > 0) await close()
    },
  }
}
