import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import type { EngineRequest, Sampling, TextRange } from '../../src-engine/protocol'
import { startEngine, type EngineProcess, type TimedEvent } from '../support/engine-process'
import { starterModelPath } from '../support/starter-model'

const greedy: Sampling = { temperature: 0, topP: 1, minP: 0, seed: 1, tokensMax: 12 }
const chat = (seq: number, content: string, more: Partial<Sampling> = {}): EngineRequest => ({ kind: 'chat', seq, messages: [{ role: 'user', content }], sampling: { ...greedy, ...more } })
const load = (seq: number, path = starterModelPath()): EngineRequest => ({ kind: 'load', seq, path, contextMax: null, device: 'cpu', threads: null })
const textOf = (events: readonly TimedEvent[]): string => events.map((event) => (event.kind === 'text' ? event.text : '')).join('')

const isAlive = (id: number): boolean => {
  try {
    return process.kill(id, 0)
  } catch {
    return false
  }
}

/** Milliseconds until it holds. */
async function waitFor(holds: () => boolean, limitMilliseconds: number): Promise<number> {
  const begun = performance.now()
  while (!holds()) {
    if (performance.now() - begun > limitMilliseconds) throw new Error(`did not happen within ${limitMilliseconds} ms`)
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
  return performance.now() - begun
}

let folder = ''
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'longleaf-engine-'))
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

describe('an engine with the starter model', () => {
  let engine: EngineProcess
  let seq = 100
  beforeAll(async () => {
    engine = startEngine()
    await engine.until(({ kind }) => kind === 'hello', 'hello')
    await engine.ask(load(1))
  })
  afterAll(() => engine.stop())

  it('says what it loaded', () => {
    const loaded = engine.events.find((event) => event.kind === 'loaded')
    expect(loaded).toMatchObject({ seq: 1, model: { architecture: 'llama', parameters: 134_515_008, bytes: 98_362_432, contextMax: 8192, vocabulary: 49_152 } })
    expect(loaded?.kind === 'loaded' && loaded.model.threads).toBeGreaterThan(0)
  })

  it('answers, and reads of the next question only what is new', async () => {
    const first = await engine.ask(chat(++seq, 'Tell me about the moon.'))
    expect(textOf(first)).toMatch(/[Mm]oon/)
    expect(first.at(-2)).toMatchObject({ kind: 'ended', end: { tokens: { reused: 0 } } })
    const messages = [{ role: 'user', content: 'Tell me about the moon.' }, { role: 'assistant', content: textOf(first) }, { role: 'user', content: 'And the sun?' }] as const
    const second = await engine.ask({ kind: 'chat', seq: ++seq, messages, sampling: greedy })
    const ended = second.find((event) => event.kind === 'ended')
    if (ended?.kind !== 'ended') throw new Error('did not end')
    expect(ended.end.tokens.reused).toBeGreaterThan(30)
    expect(ended.end.tokens.prefilled).toBeLessThan(40)
  })

  it('counts the tokens of texts', async () => {
    expect(await engine.ask({ kind: 'count', seq: ++seq, texts: ['Hello world', ''] })).toContainEqual(expect.objectContaining({ kind: 'counted', counts: [2, 0] }))
  })

  it.each(['prefill', 'read'] as const)('says at least four times a second how far it is: %s', async (phase) => {
    const kept = { room: { quotaBytes: 1e9, keepFreeBytes: 0 }, form: 'f16', superChunkTokens: 512 } as const
    const course = async (repeats: number) => {
      const content = `${repeats} times: ${'The history of a long river. '.repeat(repeats)}`
      const place = { folder: join(folder, 'readings'), document: String(repeats).padStart(64, '0') }
      const events = await engine.ask(phase === 'prefill'
        ? chat(++seq, content, { tokensMax: 1 })
        : { kind: 'read', seq: ++seq, messages: [{ role: 'user', content }], place, ...kept })
      const progress = events.filter((event) => event.kind === 'progress').filter((event) => event.phase === phase)
      return { progress, seconds: ((events.at(-1)?.at ?? 0) - (progress[0]?.at ?? 0)) / 1000 }
    }
    let [repeats, { progress, seconds }] = [80, await course(80)]
    // So much that it takes a while on this computer.
    while (seconds < 1 && repeats < 640) ({ progress, seconds } = await course((repeats *= 2)))
    expect(progress.length).toBeGreaterThanOrEqual(Math.floor(seconds * 4))
    const done = progress.map((event) => event.done)
    expect(done).toEqual([...done].sort((a, b) => a - b))
    expect(new Set(done).size).toBeGreaterThan(3)
    if (phase === 'read') expect(progress.filter((event) => event.done > 0 && event.millisecondsLeft === undefined)).toEqual([])
  })

  it('tells where chosen heads looked: from the question, and from each statement at the sentence that it comes from', async () => {
    const sentences = ['The mill was built in 1731.', 'Its wheel is made of larch.', 'A monk was the first miller.', 'The roof burned down twice.']
    const content = `${sentences.join(' ')}\n\nRepeat exactly: Its wheel is made of larch.`
    const at = (text: string): TextRange => ({ message: 0, start: content.indexOf(text), end: content.indexOf(text) + text.length })
    // The third head does not exist and is left out.
    const heads = [{ layer: 18, head: 6 }, { layer: 18, head: 7 }, { layer: 99, head: 0 }]
    const evidence = { heads, sources: sentences.map(at), question: at('Repeat exactly') }
    const events = await engine.ask({ kind: 'chat', seq: ++seq, messages: [{ role: 'user', content }], sampling: { ...greedy, tokensMax: 24 }, evidence })
    const pieces = events.flatMap((event) => (event.kind === 'evidence' ? [event.piece] : []))
    const ended = events.find((event) => event.kind === 'ended')
    expect(pieces[0]).toMatchObject({ of: 'question', tokens: 0 })
    const answer = pieces.slice(1)
    expect(answer.map(({ start }) => start)).toEqual([0, ...answer.map(({ end }) => end)].slice(0, -1))
    expect(answer.at(-1)?.end).toBe(textOf(events).length)
    expect(answer.reduce((sum, { tokens }) => sum + tokens, 0)).toBe(ended?.kind === 'ended' && ended.end.tokens.generated)
    for (const { masses, rows, logProbability } of pieces) {
      expect(masses).toHaveLength(2 * sentences.length)
      masses.forEach((mass) => expect(mass).toBeGreaterThanOrEqual(0))
      for (const head of [0, 1]) expect(masses.slice(head * 4, head * 4 + 4).reduce((a, b) => a + b, 0)).toBeLessThanOrEqual(rows * 1.0001)
      expect(logProbability).toBeLessThanOrEqual(0)
    }
    // It repeats sentences word for word, at least the one that it was asked for: from each it looked most at where that stands.
    const repeated = answer.flatMap(({ start, end, masses }) => {
      const sentence = sentences.indexOf(textOf(events).slice(start, end).trim())
      return sentence < 0 ? [] : [{ sentence, looks: Array.from(masses.slice(0, 4)) }]
    })
    expect(repeated.map(({ sentence }) => sentence)).toContain(1)
    for (const { sentence, looks } of repeated) expect(looks.indexOf(Math.max(...looks))).toBe(sentence)
  })

  it('hears a cancel within 200 ms, while it reads and while it writes', async () => {
    for (const phase of ['prefill', 'write'] as const) {
      // The best of ten: other work on the machine may hold up any single one.
      const waits: number[] = []
      for (let i = 0; i < 10 && !waits.some((wait) => wait < 200); i++) {
        const target = ++seq
        const words = phase === 'prefill' ? `${i} Cancel this long reading. `.repeat(400) : 'Write a very long story about a bear.'
        engine.send(chat(target, words, { tokensMax: 2000 }))
        await engine.until((event) => event.kind === 'progress' && event.seq === target && event.phase === phase && event.done > 0, phase)
        const asked = engine.now()
        engine.send({ kind: 'cancel', seq: ++seq, target })
        const done = await engine.until((event) => event.kind === 'done' && event.seq === target, 'the end')
        expect(engine.events.find((event) => event.kind === 'ended' && event.seq === target)).toMatchObject({ end: { reason: 'cancelled' } })
        waits.push(done.at - asked)
      }
      expect(Math.min(...waits), phase).toBeLessThan(200)
    }
  })

  it('refuses what does not fit, with both numbers, and goes on', async () => {
    const refused = await engine.ask(chat(++seq, 'word '.repeat(9000)))
    expect(refused.at(-1)).toMatchObject({ kind: 'failed', failure: { kind: 'context-exceeded', message: expect.stringMatching(/takes 90\d\d tokens, and .* can have 8192 in view/) as string } })
    expect(textOf(await engine.ask(chat(++seq, 'Hello!', { tokensMax: 4 })))).not.toBe('')
  })

  it('refuses files that are no good model, and keeps the one it has', async () => {
    const model = readFileSync(starterModelPath())
    const bad: readonly (readonly [name: string, bytes: Uint8Array, failure: RegExp])[] = [
      ['page.gguf', new TextEncoder().encode('<!DOCTYPE html><title>Not found</title>'), /^model-invalid: page\.gguf is not a GGUF model file/],
      ['empty.gguf', new Uint8Array(0), /^model-invalid: empty\.gguf is empty\.$/],
      ['cut.gguf', model.subarray(0, 2_000_000), /^model-invalid: cut\.gguf is cut off or damaged: tensor \S+ would end at byte \d+, and the file has 2000000\.$/],
    ]
    for (const [name, bytes, failure] of bad) {
      writeFileSync(join(folder, name), bytes)
      const last = (await engine.ask(load(++seq, join(folder, name)))).at(-1)
      expect(last?.kind === 'failed' ? `${last.failure.kind}: ${last.failure.message}` : last?.kind).toMatch(failure)
    }
    expect((await engine.ask(load(++seq, join(folder, 'none.gguf')))).at(-1)).toMatchObject({ kind: 'failed', failure: { kind: 'model-missing', message: expect.stringContaining('none.gguf is not there') as string } })
    expect(textOf(await engine.ask(chat(++seq, 'Hello!', { tokensMax: 4 })))).not.toBe('')
  })

  it('ends when it is told to', async () => {
    const exit = once(engine.child, 'exit')
    expect((await engine.ask({ kind: 'close', seq: ++seq })).map(({ kind }) => kind)).toEqual(['done'])
    expect(await exit).toEqual([0, null])
  })
})

describe('an engine whose parent is gone', () => {
  const started: ChildProcess[] = []
  afterEach(() => {
    for (const child of started.splice(0)) child.kill('SIGKILL')
  })

  function start(script: string, ...rest: string[]): ChildProcess {
    const child = spawn(process.execPath, ['--import', 'tsx', script, ...rest], { stdio: ['ignore', 'pipe', 'inherit'] })
    started.push(child)
    return child
  }

  const firstLine = async (child: ChildProcess): Promise<string> => String((await once(child.stdout ?? child, 'data'))[0]).trim()

  it('ends within 5 seconds, in the middle of reading', async () => {
    const parent = start('test/programs/engine-parent.ts')
    const id = Number(await firstLine(parent))
    expect(isAlive(id)).toBe(true)
    parent.kill('SIGKILL')
    await waitFor(() => !isAlive(id), 5000)
  })

  it('ends when the port closes', async () => {
    const engine = startEngine()
    await engine.until(({ kind }) => kind === 'hello', 'hello')
    const exit = once(engine.child, 'exit')
    engine.child.disconnect()
    await exit
  })

  it('would notice it without a port', async () => {
    const out = join(folder, 'gone')
    const program = `const { spawn } = require('node:child_process'); spawn(process.execPath, ['--import', 'tsx', 'test/programs/watch-parent.ts', ${JSON.stringify(out)}], { stdio: 'inherit' })`
    const parent = spawn(process.execPath, ['-e', program], { stdio: ['ignore', 'pipe', 'inherit'] })
    started.push(parent)
    await firstLine(parent)
    expect(existsSync(out)).toBe(false)
    parent.kill('SIGKILL')
    await waitFor(() => existsSync(out), 5000)
  })
})
