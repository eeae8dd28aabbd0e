/** A chat: what was said, how its answer is chosen, and what became of it. */

/** What somebody said; the model's own chat template lays it out. */
export interface ChatMessage {
  readonly role: 'system' | 'user' | 'assistant'
  readonly content: string
}

/** UTF-16 units [start, end) of a message's content. */
export interface TextRange {
  /** Index of the message. */
  readonly message: number
  readonly start: number
  readonly end: number
}

/**
 * How an answer is chosen from the model's scores: temperature, top-k, min-p and top-p, each of what the one before has left. What may be left out changes
 * nothing by default. Where a number is out of its range the request fails with `invalid-request` before anything is read.
 */
export interface Sampling {
  /** 0 to 5; 0 is greedy. */
  readonly temperature: number
  /** The likeliest tokens that are kept; 0, the default, keeps all. */
  readonly topK?: number
  /** Above 0, up to 1: the share of the probability that is kept (nucleus sampling, Holtzman et al. 2020). */
  readonly topP: number
  /** 0 to 1: how likely a token is at least, against the likeliest (arXiv 2407.01082). */
  readonly minP: number
  /**
   * 0.5 to 2, default 1: what the scores of tokens that the answer has said are divided by where they are positive, and multiplied by elsewhere (CTRL, Keskar
   * et al. 2019).
   */
  readonly repetitionPenalty?: number
  /** -10 to 10, default 0: what is taken off the scores of tokens that the answer has said. */
  readonly presencePenalty?: number
  /** A 32-bit integer. The same request to the same model with the same seed gives the same text on the same machine. */
  readonly seed: number
  /** Tokens of the answer at most, 1 or more; fewer where the model's window ends before. */
  readonly tokensMax: number
  /** Texts before which the answer ends, at most 16 of at most 200 UTF-16 units; nothing of them is shown. */
  readonly stop?: readonly string[]
  /** A JSON schema (see `grammar/schema.ts` for what is known of them): the answer is one value of JSON that keeps to it, whole within `tokensMax`. */
  readonly schema?: Readonly<Record<string, unknown>> | null
  /** Whether tokens are drafted from what was read and said, which makes quoting faster and changes no word; default true. */
  readonly draft?: boolean
}

/** Whether the keys and values of all that is in view were in memory, or those of what was read before came from its file again and again. */
export type AttentionMode = 'resident' | 'streamed' | 'retrieval'

/** What the tokens of an answer looked at of a text that was read before, where that was not all of it. */
export interface RetrievalTold {
  /** Tokens of the text, of each layer and KV head; twice as many where too much would have been passed over. */
  readonly budgetTokens: number
  /** The part of the mass that the heads passed over, as estimated, on average over all of them and all tokens of the answer. */
  readonly unselected: number
}

/** What became of a chat. */
export interface ChatEnd {
  /** The model or a text to stop at ended it, or tokens ran out, or it was cancelled. */
  readonly reason: 'stop' | 'length' | 'cancelled'
  /** Of the prompt: what was there already, and what was computed; of the answer. */
  readonly tokens: { readonly reused: number; readonly prefilled: number; readonly generated: number }
  /** Milliseconds since the request came. */
  readonly milliseconds: { readonly prefill: number; readonly firstToken: number; readonly total: number }
  /** How its tokens looked at the text that was read before. */
  readonly attention: AttentionMode
  /** Only where `attention` is `retrieval`. */
  readonly retrieval?: RetrievalTold
  /** Why what was read of the document before was of no use, as a sentence. */
  readonly setAside?: string
}
