/** The engine's loop over a model that says what a test wants, with a clock that the test moves. */
import { createChatFormat } from '../../src-engine/chat/prompt'
import { recogniseTemplate } from '../../src-engine/chat/template'
import { createPace } from '../../src-engine/draft/pace'
import { GgufError, readGguf } from '../../src-engine/gguf/reader'
import type { EngineEvent, EngineRequest, FileFacts, Sampling } from '../../src-engine/protocol'
import { createLoop } from '../../src-engine/scheduler/loop'
import type { ChatSession, OpenModel } from '../../src-engine/scheduler/model'
import type { LoopWorld, OpenHooks } from '../../src-engine/scheduler/world'
import { createTokenizer } from '../../src-engine/tokenizer/tokenizer'
import { memorySource } from './byte-source'
import { writeGguf } from './gguf-writer'
import { smallVocabulary } from './small-vocabulary'

const file = readGguf(memorySource(writeGguf({ metadata: smallVocabulary('gpt-2') })))
export const tokenizer = createTokenizer(file)
export const format = createChatFormat(recogniseTemplate(file), tokenizer)
export const stop = tokenizer.control('<|im_end|>') ?? -1
const greedy: Sampling = { temperature: 0, topP: 1, minP: 0, seed: 1, tokensMax: 50 }
export const chat = (seq: number, more: Partial<Sampling> = {}): EngineRequest => ({ kind: 'chat', seq, messages: [{ role: 'user', content: 'hello' }], sampling: { ...greedy, ...more } })
export const load = (seq: number, path = '/models/a.gguf'): EngineRequest => ({ kind: 'load', seq, path, contextMax: null, device: 'cpu', threads: null })

export const inspected: FileFacts = { architecture: 'llama', quantisation: 'Q4_1', parameters: 7, contextMax: 200, shape: { layers: 1, kvHeads: 1, headSize: 16 }, kvBytesPerToken: 64 }

/** Scores that make `token` the best. */
export function favour(token: number): Float32Array {
  const logits = new Float32Array(tokenizer.size).fill(-1)
  logits[token] = 5
  return logits
}

/** A model that says `answer` token by token. Its steps wait for `gate`, so that a test can act in between. */
export function speaker(answer: readonly number[], more: Partial<ChatSession> = {}, gate: () => Promise<void> = () => Promise.resolve()): ChatSession {
  let prompt = 0
  let read = 0
  return {
    contextMax: 200,
    tokens: [],
    keepTail: () => Promise.resolve(),
    attention: 'resident',
    retrieval: undefined,
    async sync(tokens, { onProgress }) {
      onProgress(tokens.length, tokens.length)
      prompt = read = tokens.length
      await gate()
      return { reused: 3, prefilled: tokens.length - 3, logits: favour(answer[0] ?? stop) }
    },
    async steps(tokens, signal) {
      await gate()
      signal.throwIfAborted()
      return tokens.map(() => favour(answer[++read - prompt] ?? stop))
    },
    rewind: (length) => (read = length),
    evidence: (_, spans) => Promise.resolve(new Float32Array(spans.length)),
    ...more,
  }
}

const calibrated: OpenModel['calibrate'] = () => Promise.resolve({ heads: [{ layer: 0, head: 1 }], mass: 0.2, logProbability: -1 })

export interface LoopBench {
  readonly events: EngineEvent[]
  readonly closes: string[]
  take(request: EngineRequest): void
  /** All events of a request, once it has ended. */
  end(seq: number): Promise<EngineEvent[]>
  advance(milliseconds: number): void
}

export function loopBench(session: ChatSession, open?: (path: string, hooks: OpenHooks) => Promise<void>, calibrate = calibrated): LoopBench {
  const events: EngineEvent[] = []
  const closes: string[] = []
  const ticks = new Set<() => void>()
  let clock = 0
  const world: LoopWorld = {
    send: (event) => void events.push(event),
    now: () => clock,
    every(_, tick) {
      ticks.add(tick)
      return () => void ticks.delete(tick)
    },
    breathe: () => new Promise((resolve) => setImmediate(resolve)),
    async openModel({ path }, hooks): Promise<OpenModel> {
      await open?.(path, hooks)
      hooks.replace()
      const facts = { name: 'Small', architecture: 'llama', parameters: 1, bytes: 1, contextMax: 200, markTokens: 9, vocabulary: tokenizer.size, threads: 1, layers: 1, devices: [] }
      const speed = { chunkTokens: 512, chunkMilliseconds: 100, depthMilliseconds: 0.1, kvBytesPerToken: 8, memoryBytes: 1 }
      const measure = (signal: AbortSignal): Promise<typeof speed> => (signal.aborted ? Promise.reject(signal.reason as Error) : Promise.resolve(speed))
      const unread = () => Promise.reject(new Error('nothing is kept here'))
      const kept = { residency: 'resident' as const, usualBudgetBytes: () => 1e9, prefill: unread, keepSummaries: unread, identity: unread }
      return { facts, tokenizer, format, session, pace: createPace(), measure, calibrate, ...kept, close: () => void closes.push(path) }
    },
    async inspectModel(path) {
      if (path !== '/models/a.gguf') throw new GgufError('is damaged')
      return inspected
    },
    listDevices: () => [],
    readings: () => Promise.reject(new Error('nothing is kept here')),
    closed: () => void closes.push('process'),
  }
  const loop = createLoop(world)
  const isEnd = (event: EngineEvent, seq: number): boolean => (event.kind === 'done' || event.kind === 'failed') && event.seq === seq
  return {
    events,
    closes,
    take: (request) => loop.take(request),
    async end(seq) {
      for (let i = 0; !events.some((event) => isEnd(event, seq)); i++) {
        if (i > 1000) throw new Error(`request ${seq} did not end`)
        await new Promise((resolve) => setImmediate(resolve))
      }
      return events.filter((event) => 'seq' in event && event.seq === seq)
    },
    advance(milliseconds) {
      clock += milliseconds
      for (const tick of [...ticks]) tick()
    },
  }
}

export const kinds = (events: readonly EngineEvent[]): string[] => events.map(({ kind }) => kind).filter((kind) => kind !== 'progress')
export const said = (events: readonly EngineEvent[]): string => events.map((event) => (event.kind === 'text' ? event.text : '')).join('')
export const failureOf = (events: readonly EngineEvent[]): string => events.flatMap((event) => (event.kind === 'failed' ? `${event.failure.kind}: ${event.failure.message}` : [])).join()
export const hello = [...tokenizer.encode('hello world ä')]
