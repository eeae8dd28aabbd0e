import { afterEach, describe, expect, it } from 'vitest'
import type { EngineRequest } from '../../../src-engine/protocol'
import type { EngineStatus } from '../../../src-main/contract/model'
import { createEngineHost, type EngineHost } from '../../../src-main/engine-host/host'
import type { DeviceMemo } from '../../../src-main/engine-host/device-trust'
import { eventually } from '../../support/eventually'
import { deviceMemo, threadMemo } from '../../support/forked-engine'
import { ScriptedEngine } from '../../support/scripted-engine'

const facts = { name: 'm', architecture: 'llama', parameters: 1, bytes: 1, contextMax: 8, markTokens: 9, vocabulary: 1, threads: 1, layers: 1, devices: [] }
const computing = { layers: 1, devices: [], notice: null }
const sampling = { temperature: 0, topP: 1, minP: 0, seed: 0, tokensMax: 4 }
const end = { reason: 'stop', tokens: { reused: 0, prefilled: 1, generated: 1 }, milliseconds: { prefill: 1, firstToken: 1, total: 1 }, attention: 'resident' } as const

const answerWell = (engine: ScriptedEngine, request: EngineRequest): void => {
  const { kind, seq } = request
  if (kind === 'load') engine.say({ kind: 'progress', seq, phase: 'load', done: 1, total: 2 })
  if (kind === 'load') engine.say({ kind: 'loaded', seq, model: facts })
  if (kind === 'count') engine.say({ kind: 'counted', seq, counts: request.texts.map((text) => text.length) })
  if (kind === 'chat') for (const text of ['The ', 'tide.']) engine.say({ kind: 'text', seq, text })
  if (kind === 'chat') engine.say({ kind: 'ended', seq, end })
  if (kind !== 'cancel' && kind !== 'close') engine.say({ kind: 'done', seq })
}
/** Loads and counts, and never ends a chat. */
const answerNoChat = (engine: ScriptedEngine, request: EngineRequest): void => {
  if (request.kind !== 'chat') answerWell(engine, request)
}

let host: EngineHost
let engines: ScriptedEngine[]
let statuses: EngineStatus[]
let now = 0
let memo: DeviceMemo

function start(answer: (engine: ScriptedEngine, request: EngineRequest) => void = answerWell, device = 'cpu'): void {
  memo = deviceMemo(device)
  engines = []
  statuses = []
  now = 0
  host = createEngineHost({
    spawn() {
      const engine = new ScriptedEngine(answer)
      engines.push(engine)
      return engine
    },
    describe: (path) => ({ name: path.slice(1), starter: path === '/starter' }),
    devices: memo,
    threads: threadMemo(),
    log: { write: () => undefined },
    now: () => now,
    checkMilliseconds: 5,
  })
  host.onStatus((status) => statuses.push(status))
}
afterEach(() => host.close())

describe('a model', () => {
  it('is loaded once, with its progress told, and again when another is wanted', async () => {
    start()
    expect([host.status.state, host.facts]).toEqual(['stopped', null])
    expect(await Promise.all([host.load('/starter'), host.load('/starter')])).toEqual([facts, facts])
    expect(host.facts).toEqual(facts)
    expect(statuses).toEqual([
      { state: 'loading', model: 'starter', fraction: 0 }, { state: 'loading', model: 'starter', fraction: 0.5 }, { state: 'ready', model: 'starter', starter: true, computing },
    ])
    await host.load('/other')
    expect(engines[0]?.requests.map(({ kind }) => kind)).toEqual(['load', 'load'])
    expect(host.status).toEqual({ state: 'ready', model: 'other', starter: false, computing })
  })

  it('that is refused says why, and can be followed by a good one', async () => {
    start((engine, request) => {
      if (request.kind === 'load' && request.path === '/bad') engine.say({ kind: 'failed', seq: request.seq, failure: { kind: 'model-invalid', message: 'Not a model.' } })
      else answerWell(engine, request)
    })
    await expect(host.load('/bad')).rejects.toMatchObject({ failure: { kind: 'model-invalid', message: 'Not a model.' } })
    expect(host.status).toEqual({ state: 'failed', model: 'bad', message: 'Not a model.' })
    await host.load('/good')
    expect([host.status.state, engines.length]).toEqual(['ready', 1])
  })
})

describe('threads', () => {
  it('are found out at the first load of a model on what computes it, and told the engine from then on', async () => {
    start()
    for (const path of ['/starter', '/other', '/starter']) await host.load(path)
    const asked = engines[0]?.requests.map((request) => request.kind === 'load' && [request.path, request.threads])
    expect(asked).toEqual([['/starter', null], ['/other', null], ['/starter', facts.threads]])
  })
})

describe('a file', () => {
  it('is looked at beside the model that is loaded', async () => {
    const facts = { architecture: 'llama', quantisation: 'Q4_1', parameters: 7, contextMax: 8, shape: { layers: 1, kvHeads: 1, headSize: 16 }, kvBytesPerToken: 64 }
    start((engine, request) => {
      if (request.kind === 'inspect') engine.say({ kind: 'inspected', seq: request.seq, facts })
      answerWell(engine, request)
    })
    await host.load('/starter')
    expect(await host.inspect('/other')).toEqual(facts)
    expect(host.status).toEqual({ state: 'ready', model: 'starter', starter: true, computing })
  })

  it('that is loaded is given back: its process ends, which is no crash, and the next load starts another', async () => {
    start(answerNoChat)
    await host.load('/starter')
    host.unload('/other')
    expect([engines[0]?.killed, host.status.state]).toEqual([false, 'ready'])
    const chat = host.chat([], sampling)
    host.unload('/starter')
    await expect(chat).rejects.toMatchObject({ failure: { kind: 'cancelled' } })
    expect([engines[0]?.killed, host.status, host.facts]).toEqual([true, { state: 'stopped' }, null])
    await host.load('/starter')
    expect([engines.length, host.status.state]).toEqual([2, 'ready'])
  })
})

describe('a chat', () => {
  it('streams its text and ends with its counts; texts are counted beside it', async () => {
    start()
    await host.load('/starter')
    const texts: string[] = []
    expect(await host.chat([], sampling, { onText: (text) => texts.push(text) })).toEqual(end)
    expect(texts).toEqual(['The ', 'tide.'])
    expect(await host.count(['a', 'bcd'])).toEqual([1, 3])
    expect(await host.count([])).toEqual([])
  })

  it('is cancelled by its signal, by the number of its request', async () => {
    start((engine, request) => {
      if (request.kind === 'cancel') {
        engine.say({ kind: 'ended', seq: request.target, end: { ...end, reason: 'cancelled' } })
        engine.say({ kind: 'done', seq: request.target })
      } else answerNoChat(engine, request)
    })
    const abort = new AbortController()
    const chat = host.chat([], sampling, { signal: abort.signal })
    abort.abort()
    expect(await chat).toMatchObject({ reason: 'cancelled' })
    expect(await host.chat([], sampling, { signal: AbortSignal.abort() })).toMatchObject({ reason: 'cancelled' })
  })
})

describe('an engine that dies', () => {
  it('ends what waits, starts again and loads the same model', async () => {
    start(answerNoChat)
    await host.load('/starter')
    const chat = host.chat([], sampling)
    const refused = expect(chat).rejects.toMatchObject({ failure: { kind: 'engine-crashed' } })
    engines[0]?.die()
    await refused
    await eventually(() => expect(host.status.state).toBe('ready'))
    expect(statuses.map(({ state }) => state)).toEqual(['loading', 'loading', 'ready', 'restarting', 'ready'])
    expect(engines[1]?.requests).toMatchObject([{ kind: 'load', path: '/starter' }])
    // The dead one is not heard any more.
    engines[0]?.say({ kind: 'failed', seq: 3, failure: { kind: 'unexpected', message: 'x' } })
    expect(await host.count(['ab'])).toEqual([2])
  })

  it('is not started a fourth time within five minutes, and is after them', async () => {
    start(answerNoChat)
    await host.load('/starter')
    for (const death of [0, 1, 2]) {
      engines[death]?.die()
      if (death < 2) await eventually(() => expect(host.status.state).toBe('ready'))
    }
    expect(host.status).toMatchObject({ state: 'failed', model: 'starter' })
    await expect(host.load('/starter')).rejects.toMatchObject({ failure: { kind: 'engine-crashed', message: expect.stringContaining('three times') as string } })
    expect(engines).toHaveLength(3)
    now += 5 * 60_000 + 1
    await host.load('/starter')
    expect(engines).toHaveLength(4)
  })

  it('while it loads fails that load and does not try for ever', async () => {
    start((engine, request) => {
      if (request.kind === 'load') engine.die()
    })
    await expect(host.load('/starter')).rejects.toMatchObject({ failure: { kind: 'engine-crashed' } })
    expect([host.status.state, engines.length]).toEqual(['failed', 1])
  })
})

/** As a clock does: step by step, looked at in between. */
async function pass(milliseconds: number): Promise<void> {
  for (let left = milliseconds; left > 0; left -= 4_000) {
    now += Math.min(left, 4_000)
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
}

describe('an engine that hangs', () => {
  it('is killed after ten seconds of silence while somebody waits, and not before', async () => {
    start(answerNoChat)
    await host.load('/starter')
    now += 60_000
    await new Promise((resolve) => setTimeout(resolve, 20))
    expect(engines[0]?.killed).toBe(false)
    const chat = host.chat([], sampling)
    const refused = expect(chat).rejects.toMatchObject({ failure: { kind: 'engine-hung' } })
    await pass(9_000)
    engines[0]?.say({ kind: 'progress', seq: 2, phase: 'prefill', done: 1, total: 2 })
    await pass(9_000)
    expect(engines[0]?.killed).toBe(false)
    await pass(1_001)
    await refused
    await eventually(() => expect(host.status.state).toBe('ready'))
    expect(engines).toHaveLength(2)
  })

  it('is told from one that slept with the whole computer', async () => {
    start(answerNoChat)
    await host.load('/starter')
    const chat = host.chat([], sampling)
    chat.catch(() => undefined)
    await pass(4_000)
    now += 8 * 3_600_000
    await new Promise((resolve) => setTimeout(resolve, 20))
    await pass(8_000)
    expect(engines[0]?.killed).toBe(false)
  })
})

it('an engine that is closed stays closed', async () => {
  start()
  await host.load('/starter')
  host.close()
  await new Promise((resolve) => setTimeout(resolve, 5))
  expect(engines).toHaveLength(1)
})
