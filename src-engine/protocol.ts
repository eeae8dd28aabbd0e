/**
 * What main may ask of the engine and what the engine says, over one message port.
 *
 * A request has a `seq`; events carry the `seq` that they answer; `cancel` names a `seq`; every request
 * ends with exactly one `done` or `failed` of its `seq`.
 */

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

/** Where a model is to be computed: on every graphics card, on the processor alone, or on the device of this name. */
export type DeviceChoice = 'auto' | 'cpu' | (string & {})

/** A device besides the processor. */
export interface DeviceFacts {
  /** As the library that drives it calls it, such as Vulkan0. */
  readonly name: string
  /** As its maker calls it. */
  readonly title: string
  /** An integrated device uses the processor's memory. */
  readonly kind: 'card' | 'integrated'
  /** Of its memory now, as its driver says. */
  readonly freeBytes: number
  readonly totalBytes: number
}

/** Layers of a model that a device computes. */
export interface DeviceShare {
  /** As in `DeviceFacts`. */
  readonly name: string
  readonly title: string
  readonly layers: number
}

/** What a chat is asked to tell beside its text: where chosen attention heads look. */
export interface EvidenceRequest {
  /** Layers and heads count from 0. */
  readonly heads: readonly { readonly layer: number; readonly head: number }[]
  /** The places that may be looked at: sentences of the sources. */
  readonly sources: readonly TextRange[]
  readonly question: TextRange
}

/** An answer that is known to be right, and which of the sources support it. */
export interface CalibrationCase {
  readonly messages: readonly ChatMessage[]
  readonly sources: readonly TextRange[]
  readonly question: TextRange
  readonly answer: string
  /** Indices of sources. */
  readonly gold: readonly number[]
}

/** The heads of a model that tell where words come from, best first, and what is usual for a right answer. */
export interface Calibration {
  readonly heads: EvidenceRequest['heads']
  /** Mean softmax mass that a token puts on the supporting sentence, over these heads. */
  readonly mass: number
  /** Mean natural logarithm of the probability of a token. */
  readonly logProbability: number
}

/** Where the heads looked from some tokens, and how likely these were. */
export interface EvidencePiece {
  readonly of: 'question' | 'answer'
  /** UTF-16 units [start, end) of the answer's text; both 0 for the question. */
  readonly start: number
  readonly end: number
  /** Tokens of the answer in this piece; 0 for the question. */
  readonly tokens: number
  /** Sum of the natural logarithms of their probabilities. */
  readonly logProbability: number
  /** Tokens whose looks are summed up: of an answer that ran out of room, the last one never looked. */
  readonly rows: number
  /** Softmax mass, [heads][sources], summed over the rows; a row's mass over all that it sees is 1. */
  readonly masses: Float32Array
}

/** What there is to know of a model that is loaded. */
export interface ModelFacts {
  readonly name: string
  /** In GGUF's words, such as chatglm. */
  readonly architecture: string
  /** Numbers in its weights. */
  readonly parameters: number
  /** Of its file, all parts together. */
  readonly bytes: number
  /** Tokens that the model was made to have in view. */
  readonly contextMax: number
  /** Tokens that it has scores for. */
  readonly vocabulary: number
  /** Threads that compute when nothing else needs the cores. */
  readonly threads: number
  readonly layers: number
  /** Devices that compute layers; the processor computes the others. */
  readonly devices: readonly DeviceShare[]
}

/** What a model file says of itself, learnt without loading its weights. */
export interface FileFacts {
  readonly architecture: string
  /** How most of its weights are stored, such as Q4_K. */
  readonly quantisation: string
  /** Numbers in its weights. */
  readonly parameters: number
  /** Tokens that the model was made to have in view. */
  readonly contextMax: number
  readonly shape: { readonly layers: number; readonly kvHeads: number; readonly headSize: number }
  readonly kvBytesPerToken: number
}

/** How fast a model reads on this computer, and the memory that it takes. Measured. */
export interface ReadingSpeed {
  /** Tokens that are read together. */
  readonly chunkTokens: number
  /** Of a chunk, without what it looks back on. */
  readonly chunkMilliseconds: number
  /** Of a chunk, for each token that it looks back on, itself included. */
  readonly depthMilliseconds: number
  /** Keys and values of a token in memory, all layers and KV heads. */
  readonly kvBytesPerToken: number
  /** Of the engine's process without keys and values. */
  readonly memoryBytes: number
}

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

/** Whether the keys and values of all that is in view were in memory, or those of what was read before came from its file again and again. */
export type AttentionMode = 'resident' | 'streamed' | 'retrieval'

/** What the tokens of an answer looked at of a text that was read before, where that was not all of it. */
export interface RetrievalTold {
  /** Tokens of the text, of each layer and KV head; twice as many where too much would have been passed over. */
  readonly budgetTokens: number
  /** The part of the mass that the heads passed over, as estimated, on average over all of them and all tokens of the answer. */
  readonly unselected: number
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

/**
 * What may be asked. Requests wait for their turn and are computed in the order in which they came, where nothing else is said; what leaves the model as it is
 * goes between the chunks of a text that is read.
 */
export type EngineRequest =
  /** Checks a GGUF file as `load` does, as far as to its weights; the model that is loaded stays. Does not wait for its turn. */
  | { readonly kind: 'inspect'; readonly seq: number; readonly path: string }
  /**
   * Loads a GGUF file; replaces the model that was loaded. `contextMax`: tokens that chats and texts may have in view, or null for what the model was made
   * for. `threads` that compute: as many as proved fastest before, or null for it to be found out. Cancelled, it is `done` without `loaded`.
   */
  | { readonly kind: 'load'; readonly seq: number; readonly path: string; readonly contextMax: number | null; readonly device: DeviceChoice; readonly threads: number | null }
  /** Looks for the devices of this computer, which loads their drivers. */
  | { readonly kind: 'devices'; readonly seq: number }
  /** Counts the tokens of each text, without special tokens. Does not wait for its turn. */
  | { readonly kind: 'count'; readonly seq: number; readonly texts: readonly string[] }
  /**
   * Answers a chat: events `text`, then `ended`; what the session has already read of the same prefix is not read again. Cancelled, it is `ended` with what
   * was said by then, or `done` alone where nothing was looked at yet.
   */
  | {
    readonly kind: 'chat'
    readonly seq: number
    readonly messages: readonly ChatMessage[]
    readonly sampling: Sampling
    readonly evidence?: EvidenceRequest
    readonly place?: ChatPlace
    /** What keys and values may take of memory, bytes; what does not fit streams from what was read before. Left out, what is free allows it. */
    readonly memoryBytes?: number
    /** Of the text that was read before each token of the answer looks at so many tokens, of its own choice; left out, at all. */
    readonly selectedTokens?: number
  }
  /**
   * Reads the text that chats will begin with and keeps that: `messages`, of which the last will go on. Chats that come meanwhile are answered first.
   * Cancelled, it is `done` with what was `read` by then.
   */
  | {
    readonly kind: 'read'
    readonly seq: number
    readonly messages: readonly ChatMessage[]
    readonly place: ReadingPlace
    readonly room: ReadingRoom
    /** How keys and values are kept, where the text was not begun to be read in another form. */
    readonly form: 'f16' | 'q8_0'
    /** What a stop loses at most, a multiple of 512; null for what is fastest. */
    readonly superChunkTokens: number | null
  }
  /** While texts are read the computer rests so long for each millisecond of computing; 0, as at first, for not at all. Does not wait for its turn. */
  | { readonly kind: 'pace'; readonly seq: number; readonly restShare: number }
  /** Lists the readings in a folder, after what is not to be kept was removed. Does not wait for its turn. */
  | { readonly kind: 'readings'; readonly seq: number; readonly folder: string; readonly keep: ToKeep }
  /** Removes a reading and the turns of conversations about it; fails where it is in use. Does not wait for its turn. */
  | { readonly kind: 'remove-reading'; readonly seq: number; readonly folder: string; readonly name: string }
  /** Measures how fast the model reads: some seconds. Cancelled, it is `done` without `measured`. */
  | { readonly kind: 'measure'; readonly seq: number }
  /** Finds the heads that show where an answer comes from. Ended by a request that comes after it, it is `done` without `calibrated`. */
  | { readonly kind: 'calibrate'; readonly seq: number; readonly cases: readonly CalibrationCase[] }
  /** Ends the request with the `seq` of `target`; it is no failure where there is none any more. Does not wait for its turn. */
  | { readonly kind: 'cancel'; readonly seq: number; readonly target: number }
  /** Ends all that runs or waits, gives the model's memory back, then ends the process. */
  | { readonly kind: 'close'; readonly seq: number }

/** What went wrong, for the host to decide by; `unexpected` is a bug. */
export type EngineFailureKind = 'model-invalid' | 'model-unsupported' | 'model-missing' | 'context-exceeded' | 'out-of-memory' | 'device-failed' | 'not-loaded' | 'disk-full' | 'reading-failed' | 'broken-numbers' | 'invalid-request' | 'unexpected'

/** Why a request could not be met. */
export interface EngineFailure {
  readonly kind: EngineFailureKind
  /** A sentence or two for a person: what happened, to what, and what to do. */
  readonly message: string
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

/** What the engine says. All but `hello` and `log` answer the request with the same `seq`. */
export type EngineEvent =
  /** The process is up, and takes requests. */
  | { readonly kind: 'hello'; readonly pid: number }
  /**
   * At least four times a second while a request runs, also between tokens: the host takes silence for a hang. `done` and `total` are bytes of weights (load),
   * cases (calibrate) or tokens (prefill, write, read); of `measure` nothing is known between 0 and 1.
   */
  | {
    readonly kind: 'progress'
    readonly seq: number
    readonly phase: 'load' | 'measure' | 'calibrate' | 'prefill' | 'write' | 'read'
    readonly done: number
    readonly total: number
    /** Of phase `read`, as soon as it is known. */
    readonly millisecondsLeft?: number
  }
  /** The answer's next words, whole characters only. */
  | { readonly kind: 'text'; readonly seq: number; readonly text: string }
  /** The question's piece before the first text, each piece of the answer when a statement may have ended there. */
  | { readonly kind: 'evidence'; readonly seq: number; readonly piece: EvidencePiece }
  | { readonly kind: 'loaded'; readonly seq: number; readonly model: ModelFacts }
  | { readonly kind: 'inspected'; readonly seq: number; readonly facts: FileFacts }
  | { readonly kind: 'devices'; readonly seq: number; readonly devices: readonly DeviceFacts[] }
  /** One number for each text of a `count`, in its order. */
  | { readonly kind: 'counted'; readonly seq: number; readonly counts: readonly number[] }
  | { readonly kind: 'measured'; readonly seq: number; readonly speed: ReadingSpeed }
  /** Of a `chat`, after its last text. */
  | { readonly kind: 'ended'; readonly seq: number; readonly end: ChatEnd }
  /** Of a `read`, before the first of it is computed. */
  | { readonly kind: 'begun'; readonly seq: number } & ReadBeginning
  | { readonly kind: 'read'; readonly seq: number; readonly end: ReadEnd }
  | { readonly kind: 'readings'; readonly seq: number; readonly readings: readonly ReadingFacts[] }
  | { readonly kind: 'calibrated'; readonly seq: number; readonly calibration: Calibration }
  /** The request has ended; nothing more of its `seq` comes. */
  | { readonly kind: 'done'; readonly seq: number }
  /** Instead of `done`. */
  | { readonly kind: 'failed'; readonly seq: number; readonly failure: EngineFailure }
  /** For the host's log. */
  | { readonly kind: 'log'; readonly level: 'info' | 'warn' | 'error'; readonly message: string }

/** Compute chunk of prefill, tokens. */
export const prefillChunk = 512
