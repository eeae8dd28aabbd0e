import { describe, expect, it } from 'vitest'
import { createChatFormat } from '../../../src-engine/chat/prompt'
import { recogniseTemplate } from '../../../src-engine/chat/template'
import { createPace } from '../../../src-engine/draft/pace'
import { GgufError, readGguf } from '../../../src-engine/gguf/reader'
import { ModelUnsupportedError } from '../../../src-engine/model/shape'
import type { EngineEvent, EngineRequest, FileFacts, Sampling } from '../../../src-engine/protocol'
import { createLoop, type LoopWorld, type OpenHooks } from '../../../src-engine/scheduler/loop'
import type { ChatSession, OpenModel } from '../../../src-engine/scheduler/model'
import { createTokenizer } from '../../../src-engine/tokenizer/tokenizer'
import { memorySource } from '../../support/byte-source'
import { writeGguf } from '../../support/gguf-writer'
import { smallVocabulary } from '../../support/small-vocabulary'

const file = readGguf(memorySource(writeGguf({ metadata: smallVocabulary('gpt-2') })))
const tokenizer = createTokenizer(file)
const format = createChatFormat(recogniseTemplate(file), tokenizer)
const stop = tokenizer.control('<|im_end|>') ?? -1
const greedy: Sampling = { temperature: 0, topP: 1, minP: 0, seed: 1, tokensMax: 50 }
const chat = (seq: number, more: Partial<Sampling> = {}): EngineRequest => ({ kind: 'chat', seq, messages: [{ role: 'user', content: 'hello' }], sampling: { ...greedy, ...more } })
const load = (seq: number, path = '/models/a.gguf'): EngineRequest => ({ kind: 'load', seq, path, contextMax: null, device: 'cpu', threads: null })

const inspected: FileFacts = { architecture: 'llama', quantisation: 'Q4_1', parameters: 7, contextMax: 200, shape: { layers: 1, kvHeads: 1, headSize: 16 }, kvBytesPerToken: 64 }

/** Scores that make `token` the best. */
function favour(token: number): Float32Array {
  const logits = new Float32Array(tokenizer.size).fill(-1)
  logits[token] = 5
  return logits
}

/** A model that says `answer` token by token. Its steps wait for `gate`, so that a test can act in between. */
function speaker(answer: readonly number[], more: Partial<ChatSession> = {}, gate: () => Promise<void> = () => Promise.resolve()): ChatSession {
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

const calibrate: OpenModel['calibrate'] = () => Promise.resolve({ heads: [{ layer: 0, head: 1 }], mass: 0.2, logProbability: -1 })

interface Bench {
  readonly events: EngineEvent[]
  readonly closes: string[]
  take(request: EngineRequest): void
  /** All events of a request, once it has ended. */
  end(seq: number): Promise<EngineEvent[]>
  advance(milliseconds: number): void
}

function bench(session: ChatSession, open?: (path: string, hooks: OpenHooks) => Promise<void>): Bench {
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
      const facts = { name: 'Small', architecture: 'llama', parameters: 1, bytes: 1, contextMax: 200, vocabulary: tokenizer.size, threads: 1, layers: 1, devices: [] }
      const speed = { chunkTokens: 512, chunkMilliseconds: 100, depthMilliseconds: 0.1, kvBytesPerToken: 8, memoryBytes: 1 }
      const measure = (signal: AbortSignal): Promise<typeof speed> => (signal.aborted ? Promise.reject(signal.reason as Error) : Promise.resolve(speed))
      const unread = () => Promise.reject(new Error('nothing is kept here'))
      const kept = { residency: 'resident' as const, usualBudgetBytes: () => 1e9, prefill: unread, identity: unread }
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

const kinds = (events: readonly EngineEvent[]): string[] => events.map(({ kind }) => kind).filter((kind) => kind !== 'progress')
const said = (events: readonly EngineEvent[]): string => events.map((event) => (event.kind === 'text' ? event.text : '')).join('')
const failureOf = (events: readonly EngineEvent[]): string => events.flatMap((event) => (event.kind === 'failed' ? `${event.failure.kind}: ${event.failure.message}` : [])).join()
const hello = [...tokenizer.encode('hello world ä')]

describe('a chat', () => {
  it('streams whole characters and ends with what it took', async () => {
    const at = bench(speaker(hello))
    at.take(load(1))
    at.take(chat(2))
    const events = await at.end(2)
    expect(said(events)).toBe('hello world ä')
    expect(events.flatMap((event) => (event.kind === 'text' ? event.text : [])).every((text) => !text.includes('\ufffd'))).toBe(true)
    expect(events.at(-2)).toMatchObject({ kind: 'ended', end: { reason: 'stop', tokens: { reused: 3, generated: hello.length } } })
    expect(kinds(events).at(-1)).toBe('done')
  })

  it('stops at the number of tokens that was asked for, and at the end of the context', async () => {
    const endless = Array<number>(500).fill(hello[0] ?? 0)
    const at = bench(speaker(endless))
    at.take(load(1))
    at.take(chat(2, { tokensMax: 3 }))
    expect((await at.end(2)).at(-2)).toMatchObject({ end: { reason: 'length', tokens: { generated: 3 } } })
    const prompt = format.prompt([{ role: 'user', content: 'hello' }]).length
    const small = bench(speaker(endless, { contextMax: prompt + 2 }))
    small.take(load(1))
    small.take(chat(2))
    expect((await small.end(2)).at(-2)).toMatchObject({ end: { reason: 'length', tokens: { generated: 2 } } })
  })

  it('refuses with both numbers what does not fit', async () => {
    const at = bench(speaker(hello, { contextMax: 5 }))
    at.take(load(1))
    at.take(chat(2))
    const tokens = format.prompt([{ role: 'user', content: 'hello' }]).length
    expect(failureOf(await at.end(2))).toMatch(new RegExp(`^context-exceeded: The question with its passages takes ${tokens} tokens, and Small can have 5 in view`))
  })

  it('without a model is refused', async () => {
    const at = bench(speaker(hello))
    at.take(chat(1))
    expect(failureOf(await at.end(1))).toMatch(/^not-loaded/)
  })

  it('ends with a named failure when the numbers break, its text being given before', async () => {
    let steps = 0
    const at = bench(speaker(hello, { steps: () => Promise.resolve([steps++ === 0 ? favour(hello[1] ?? 0) : new Float32Array(tokenizer.size).fill(NaN)]) }))
    at.take(load(1))
    at.take(chat(2))
    const events = await at.end(2)
    expect(said(events)).toBe('hello world')
    expect(failureOf(events)).toMatch(/^broken-numbers: The model's computation broke/)
  })

  it('shows what an unfinished character was, at the end', async () => {
    const at = bench(speaker([...tokenizer.encodeBytes(Uint8Array.of(0x61, 0xc3))].slice(0, 1).concat(tokenizer.encode('😀')[0] ?? 0)))
    at.take(load(1))
    at.take(chat(2))
    expect(said(await at.end(2))).toBe('a\ufffd')
  })
})

describe('a model with more scores than tokens', () => {
  it('never says what is no token', async () => {
    const padded = (token: number): Float32Array => {
      const logits = new Float32Array(tokenizer.size + 20).fill(-1)
      logits[tokenizer.size + 3] = 9
      logits[token] = 5
      return logits
    }
    const sync: ChatSession['sync'] = (tokens) => Promise.resolve({ reused: 0, prefilled: tokens.length, logits: padded(hello[0] ?? 0) })
    const at = bench(speaker(hello, { sync, steps: () => Promise.resolve([padded(stop)]) }))
    at.take(load(1))
    at.take(chat(2))
    expect(said(await at.end(2))).toBe('hello')
  })
})

describe('cancel', () => {
  it('ends a chat as cancelled, the text so far being given', async () => {
    let open: () => void = () => undefined
    let steps = 0
    const gate = (): Promise<void> => (++steps < 3 ? Promise.resolve() : new Promise((resolve) => (open = resolve)))
    const at = bench(speaker(hello, {}, gate))
    at.take(load(1))
    at.take(chat(2))
    while (steps < 3) await new Promise((resolve) => setImmediate(resolve))
    at.take({ kind: 'cancel', seq: 3, target: 2 })
    open()
    const events = await at.end(2)
    expect(said(events)).toBe('hello world')
    expect(events.at(-2)).toMatchObject({ kind: 'ended', end: { reason: 'cancelled' } })
    expect(kinds(await at.end(3))).toEqual(['done'])
  })

  it('ends a chat that waits before it begins', async () => {
    const at = bench(speaker(hello))
    at.take(load(1))
    at.take(chat(2))
    at.take(chat(3))
    at.take({ kind: 'cancel', seq: 4, target: 3 })
    expect((await at.end(3)).at(-2)).toMatchObject({ kind: 'ended', end: { reason: 'cancelled', tokens: { generated: 0 } } })
    expect(said(await at.end(2))).toBe('hello world ä')
  })

  it('ends a load as done without a model', async () => {
    const at = bench(speaker(hello), (_, { signal }) => new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(signal.reason as Error))))
    at.take(load(1))
    at.take({ kind: 'cancel', seq: 2, target: 1 })
    expect(kinds(await at.end(1))).toEqual(['done'])
  })

  it('of nothing is done', async () => {
    const at = bench(speaker(hello))
    at.take({ kind: 'cancel', seq: 1, target: 99 })
    expect(kinds(await at.end(1))).toEqual(['done'])
  })
})

describe('loading', () => {
  it('replaces the model before', async () => {
    const at = bench(speaker(hello))
    at.take(load(1, '/models/a.gguf'))
    at.take(load(2, '/models/b.gguf'))
    await at.end(2)
    expect(at.closes).toEqual(['/models/a.gguf'])
  })

  it('of a bad file leaves the model before in place', async () => {
    const at = bench(speaker(hello), (path) => (path.includes('bad') ? Promise.reject(new GgufError('is empty')) : Promise.resolve()))
    at.take(load(1))
    at.take(load(2, '/models/bad.gguf'))
    expect(failureOf(await at.end(2))).toBe('model-invalid: bad.gguf is empty.')
    at.take(chat(3))
    expect(said(await at.end(3))).toBe('hello world ä')
    expect(at.closes).toEqual([])
  })

  it.each([
    ['a missing file', Object.assign(new Error('no'), { code: 'ENOENT' }), /^model-missing: a.gguf is not there any more/],
    ['a file that may not be read', Object.assign(new Error('no'), { code: 'EACCES' }), /^model-missing: a.gguf may not be read/],
    ['a broken disk', Object.assign(new Error('no'), { code: 'EIO' }), /^model-missing: a.gguf cannot be read from its disk \(EIO\)/],
    ['a file that asks for what is not known', new GgufError('is of GGUF version 9', 'unsupported'), /^model-unsupported: a.gguf is of GGUF version 9\.$/],
    ['an architecture that is not known', new ModelUnsupportedError('is of the architecture x'), /^model-unsupported: a.gguf is of the architecture x\.$/],
    ['no memory', new RangeError('This computer could not give 4000 MB of memory.'), /^out-of-memory: There is not enough memory for a.gguf/],
    ['no memory for JavaScript', new RangeError('Array buffer allocation failed'), /^out-of-memory/],
    ['a wrong index', new RangeError('The model has no layer 9.'), /^unexpected: .*no layer 9/],
    ['a bug', new TypeError('x is undefined'), /^unexpected: .*x is undefined/],
  ])('says of %s what happened', async (_, thrown, words) => {
    const at = bench(speaker(hello), () => Promise.reject(thrown))
    at.take(load(1))
    expect(failureOf(await at.end(1))).toMatch(words)
  })
})

describe('words of a file in a failure', () => {
  it('are shown without what turns or breaks lines, and not without end', async () => {
    const key = `a\u202e\u0000\n${'x'.repeat(5000)}`
    const at = bench(speaker(hello), () => Promise.reject(new GgufError(`is damaged: ${key} is there twice`)))
    at.take(load(1))
    const failure = failureOf(await at.end(1))
    expect(failure).toMatch(/^model-invalid: a\.gguf is damaged: a\ufffd\ufffd\ufffdx+…$/)
    expect(failure.length).toBeLessThan(450)
  })
})

describe('requests', () => {
  it('each end exactly once, in any mixture', async () => {
    const at = bench(speaker(hello))
    at.take({ kind: 'count', seq: 1, texts: ['a'] })
    at.take(load(2))
    at.take(chat(3))
    at.take({ kind: 'cancel', seq: 4, target: 3 })
    at.take(chat(5))
    at.take({ kind: 'count', seq: 6, texts: ['a'] })
    at.take({ kind: 'close', seq: 7 })
    await at.end(7)
    const ends = at.events.flatMap((event) => (event.kind === 'done' || event.kind === 'failed' ? event.seq : []))
    expect(ends.sort()).toEqual([1, 2, 3, 4, 5, 6, 7])
    expect(at.closes).toEqual(['/models/a.gguf', 'process'])
  })

  it('to count do not wait for the answer that is being written', async () => {
    let open: () => void = () => undefined
    let waiting = false
    const gate = (): Promise<void> => new Promise((resolve) => {
      waiting = true
      open = resolve
    })
    const at = bench(speaker(hello, {}, gate))
    at.take(load(1))
    await at.end(1)
    at.take(chat(2))
    while (!waiting) await new Promise((resolve) => setImmediate(resolve))
    at.take({ kind: 'count', seq: 3, texts: ['hello world', '', '<|im_end|>'] })
    expect(await at.end(3)).toContainEqual({ kind: 'counted', seq: 3, counts: [2, 0, 10] })
    at.take({ kind: 'cancel', seq: 4, target: 2 })
    open()
    await at.end(2)
  })
})

describe('a file', () => {
  it('is looked at without waiting for the answer that is being written, and may be refused', async () => {
    let open: () => void = () => undefined
    const at = bench(speaker(hello, {}, () => new Promise((resolve) => (open = resolve))))
    at.take(load(1))
    await at.end(1)
    at.take(chat(2))
    at.take({ kind: 'inspect', seq: 3, path: '/models/a.gguf' })
    at.take({ kind: 'inspect', seq: 4, path: '/models/b.gguf' })
    expect(await at.end(3)).toEqual([{ kind: 'inspected', seq: 3, facts: inspected }, { kind: 'done', seq: 3 }])
    expect(await at.end(4)).toEqual([{ kind: 'failed', seq: 4, failure: { kind: 'model-invalid', message: 'b.gguf is damaged.' } }])
    at.take({ kind: 'cancel', seq: 5, target: 2 })
    open()
    await at.end(2)
  })
})

describe('progress', () => {
  it('is repeated while nothing moves, until the computation must have stopped', async () => {
    let open: () => void = () => undefined
    const at = bench(speaker(hello, {}, () => new Promise((resolve) => (open = resolve))))
    at.take(load(1))
    await at.end(1)
    at.take(chat(2))
    await new Promise((resolve) => setImmediate(resolve))
    const count = (): number => at.events.filter((event) => event.kind === 'progress' && event.seq === 2).length
    const before = count()
    for (let i = 0; i < 10; i++) at.advance(200)
    expect(count()).toBe(before + 10)
    at.advance(200_000)
    const silent = count()
    at.advance(200)
    expect(count()).toBe(silent)
    at.take({ kind: 'cancel', seq: 3, target: 2 })
    open()
    await at.end(2)
    const ended = count()
    at.advance(200)
    expect(count()).toBe(ended)
  })

  it('comes at most twenty times a second however fast the tokens are', async () => {
    const at = bench(speaker(Array<number>(40).fill(hello[0] ?? 0)))
    at.take(load(1))
    at.take(chat(2))
    const events = await at.end(2)
    // The clock stands still here: one for each phase.
    expect(events.filter(({ kind }) => kind === 'progress').map((event) => (event.kind === 'progress' ? event.phase : ''))).toEqual(['prefill', 'write'])
  })
})
