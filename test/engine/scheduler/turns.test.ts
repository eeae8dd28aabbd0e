/** Conversations about a text that was read, in one engine and the next: of what was in view before, nothing is computed again. */
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { ChatEnd, ChatMessage, EngineEvent, EngineRequest, ReadingFacts } from '../../../src-engine/protocol'
import { createLoop } from '../../../src-engine/scheduler/loop'
import { inspectModel } from '../../../src-engine/scheduler/inspect-model'
import { openModel } from '../../../src-engine/scheduler/open-model'
import { createReadingFolders } from '../../../src-engine/scheduler/reading-folder'
import { writeSmallModel } from '../../support/small-model'

const document = 'd0'.repeat(32)
const room = { quotaBytes: 1e9, keepFreeBytes: 0 }
const text = Array.from({ length: 16 }, (_, i) => `Line ${i}: the tide rose by ${i * i} cm over the bar.`).join('\n')
const answerTokens = 8
/** Of a token, with the small model's six layers, two KV heads of 64 numbers, f16. */
const kvBytes = 2 * 6 * 2 * 64 * 2

let root: string
let path: string
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'longleaf-turns-'))
  path = join(root, 'small.gguf')
  writeFileSync(path, writeSmallModel({ architecture: 'qwen2', layers: 6 }))
})
afterEach(() => rmSync(root, { recursive: true, force: true }))

interface Answered extends ChatEnd {
  readonly text: string
}

type Limits = Pick<Extract<EngineRequest, { readonly kind: 'chat' }>, 'memoryBytes' | 'selectedTokens'>

interface Engine {
  read(form?: 'f16' | 'q8_0', selectedTokens?: number): Promise<void>
  ask(conversation: number | null, messages: readonly ChatMessage[], limits?: Limits, quotaBytes?: number): Promise<Answered>
  list(documents: readonly string[], conversations: readonly number[]): Promise<readonly ReadingFacts[]>
  close(): Promise<void>
}

/** The engine's loop over a real model, as a process of its own would have it. */
async function startEngine(): Promise<Engine> {
  const listeners = new Set<(event: EngineEvent) => void>()
  const loop = createLoop({
    send: (event) => listeners.forEach((listen) => listen(event)), now: () => performance.now(), every: () => () => undefined,
    breathe: () => new Promise((resolve) => setImmediate(resolve)),
    openModel, inspectModel, listDevices: () => [], readings: createReadingFolders(), closed: () => undefined,
  })
  let seqs = 0
  const all = (request: (seq: number) => EngineRequest): Promise<readonly EngineEvent[]> => new Promise((resolve, reject) => {
    const seq = ++seqs
    const events: EngineEvent[] = []
    const listen = (event: EngineEvent): void => {
      if (!('seq' in event) || event.seq !== seq) return
      events.push(event)
      if (event.kind === 'failed') reject(new Error(event.failure.message))
      if (event.kind === 'done') resolve(events)
      if (event.kind === 'failed' || event.kind === 'done') listeners.delete(listen)
    }
    listeners.add(listen)
    loop.take(request(seq))
  })
  await all((seq) => ({ kind: 'load', seq, path, contextMax: null, device: 'cpu', threads: 2 }))
  return {
    async read(form = 'f16', selectedTokens) {
      const wanted = { ...(selectedTokens !== undefined && { selectedTokens }) }
      await all((seq) => ({ kind: 'read', seq, messages: [{ role: 'user', content: text }], place: { folder: root, document }, room, form, superChunkTokens: 512, ...wanted }))
    },
    async ask(conversation, messages, limits = {}, quotaBytes = room.quotaBytes) {
      const place = { folder: root, document, ...(conversation !== null && { conversation: { id: conversation, room: { ...room, quotaBytes } } }) }
      const sampling = { temperature: 0, topP: 1, minP: 0, seed: 1, tokensMax: answerTokens }
      const events = await all((seq) => ({ kind: 'chat', seq, messages, sampling, place, memoryBytes: 1e9, ...limits }))
      const end = events.flatMap((event) => (event.kind === 'ended' ? event.end : []))[0]
      if (end === undefined) throw new Error('The chat did not end.')
      return { ...end, text: events.map((event) => (event.kind === 'text' ? event.text : '')).join('') }
    },
    async list(documents, conversations) {
      const events = await all((seq) => ({ kind: 'readings', seq, folder: root, keep: { documents, conversations, quotaBytes: room.quotaBytes } }))
      return events.flatMap((event) => (event.kind === 'readings' ? event.readings : []))
    },
    close: () => all((seq) => ({ kind: 'close', seq })).then(() => undefined),
  }
}

async function withEngine<T>(use: (engine: Engine) => Promise<T>): Promise<T> {
  const engine = await startEngine()
  return use(engine).finally(() => engine.close())
}

/** A chat about the text: questions and answers in turn, the last a question. */
const chat = (...turns: readonly string[]): readonly ChatMessage[] =>
  turns.map((turn, i) => (i % 2 === 0 ? { role: 'user', content: i === 0 ? `${text}\n\nQuestion: ${turn}` : turn } : { role: 'assistant', content: turn }))

const [tide, bar] = [['How high did the tide rise over the bar in the end?', 'It rose by 841 cm.', 'And when was that?'], ['What is a bar?', 'A bank of sand.', 'Who says so?']] as const
const tokensOf = ({ tokens }: ChatEnd): number => tokens.reused + tokens.prefilled
const turnsFiles = (): readonly string[] => readdirSync(root).filter((name) => name.endsWith('.turns'))

describe('a conversation about a text that was read', () => {
  it('computes only what is new: after another conversation, regenerated, with another question, and in another run', async () => {
    const { edited, other } = await withEngine(async (engine) => {
      await engine.read()
      const first = await engine.ask(1, chat(tide[0]))
      const second = await engine.ask(1, chat(...tide))
      // Of another conversation, which has the text alone in common.
      const other = await engine.ask(2, chat(...bar))
      // What the first one had in view is as it was, question by question.
      const back = await engine.ask(1, chat(...tide))
      const edited = await engine.ask(1, chat(tide[0], tide[1], 'And where was that?'))
      expect(second.tokens.reused).toBeGreaterThanOrEqual(tokensOf(first))
      expect(other.tokens.reused).toBeLessThan(first.tokens.reused + 15)
      expect(back.tokens).toMatchObject({ reused: tokensOf(back) - 1, prefilled: 1 })
      expect(back.text).toBe(second.text)
      expect(edited.tokens.reused).toBeGreaterThan(tokensOf(first))
      return { edited, other }
    })
    await withEngine(async (engine) => {
      const again = await engine.ask(1, chat(tide[0], tide[1], 'And where was that?'))
      expect(again.tokens).toMatchObject({ reused: tokensOf(edited) - 1, prefilled: 1 })
      expect(again.text).toBe(edited.text)
      expect((await engine.ask(2, chat(bar[0], bar[1], 'Is that so?'))).tokens.reused).toBeGreaterThan(tokensOf(other) - 40)
    })
  })

  it.each([
    ['streamed', (bytes: number) => ({ memoryBytes: 0.8 * bytes })],
    ['retrieval', (bytes: number) => ({ memoryBytes: 2 * bytes, selectedTokens: 512 })],
  ] as const)('goes on from where it was with %s attention, too', async (attention, limitsFor) => {
    const asked = async (engine: Engine): Promise<readonly Answered[]> => {
      const limits = limitsFor((tokensOf(await engine.ask(null, chat(...tide), { memoryBytes: 1e9 })) + answerTokens) * kvBytes)
      return [await engine.ask(1, chat(...tide), limits), await engine.ask(2, chat(...bar), limits), await engine.ask(1, chat(...tide), limits)]
    }
    const first = await withEngine(async (engine) => {
      await engine.read()
      return asked(engine)
    })
    const second = await withEngine(asked)
    for (const end of [...first, ...second]) expect(end.attention).toBe(attention)
    for (const end of [first[2], ...second]) expect(end?.tokens.prefilled).toBe(1)
    // What retrieval pins is what the tokens looked at that are computed: here they are fewer.
    if (attention === 'streamed') expect(second.map((end) => end.text)).toEqual(first.map((end) => end.text))
  })

  it('sums up a text once for those that look at parts of it, in one run and the next, and again only where that was lost', async () => {
    const limits = { memoryBytes: 1e9, selectedTokens: 256 }
    const file = (): string => join(root, readdirSync(root).find((name) => name.endsWith('.summaries')) ?? '')
    const first = await withEngine(async (engine) => {
      await engine.read()
      return engine.ask(1, chat(tide[0]), limits)
    })
    expect(first.attention).toBe('retrieval')
    const [made, bytes] = [statSync(file()).ino, readFileSync(file())]
    const again = await withEngine((engine) => engine.ask(2, chat(tide[0]), limits))
    expect([again.text, again.retrieval, again.tokens]).toEqual([first.text, first.retrieval, first.tokens])
    expect(statSync(file()).ino).toBe(made)
    for (const [i, share] of [0, 0.3, 0.6, 0.99].entries()) {
      const damaged = Buffer.from(bytes)
      damaged.fill(0xa5, Math.floor(share * bytes.length), Math.floor(share * bytes.length) + 64)
      writeFileSync(file(), damaged)
      const lost = await withEngine((engine) => engine.ask(3 + i, chat(tide[0]), limits))
      expect([lost.text, lost.retrieval, lost.setAside]).toEqual([first.text, first.retrieval, undefined])
      expect(readFileSync(file()).equals(bytes), `damaged at ${share}`).toBe(true)
    }
    // Of the answer that reads on no conversation keeps anything.
    rmSync(file())
    expect((await withEngine((engine) => engine.ask(null, chat(tide[0]), limits))).text).toBe(first.text)
    expect((await withEngine((engine) => engine.ask(9, chat(tide[0]), limits, 1_000))).text).toBe(first.text)
    expect(readdirSync(root).filter((name) => name.endsWith('.summaries'))).toEqual([])
  })

  it('finds summed up what was read for answers that look at parts of it', async () => {
    const limits = { memoryBytes: 1e9, selectedTokens: 256 }
    const file = (): string => join(root, readdirSync(root).find((name) => name.endsWith('.summaries')) ?? '')
    await withEngine((engine) => engine.read('f16', 100_000))
    expect(file()).toBe(join(root, ''))
    const asked = await withEngine((engine) => engine.ask(1, chat(tide[0]), limits))
    const bytes = readFileSync(file())
    rmSync(file())
    // It is read already, and only summed up.
    await withEngine((engine) => engine.read('f16', limits.selectedTokens))
    const [made, found] = [statSync(file()).ino, readFileSync(file())]
    expect(found.equals(bytes)).toBe(true)
    await withEngine(async (engine) => {
      await engine.read('f16', limits.selectedTokens)
      expect(await engine.ask(2, chat(tide[0]), limits)).toMatchObject({ text: asked.text, attention: 'retrieval', retrieval: asked.retrieval })
    })
    expect(statSync(file()).ino).toBe(made)
  })

  it('goes on from a text that is kept in half the room, which has the same words streamed as in memory, and is not read again in full', async () => {
    await withEngine(async (engine) => {
      await engine.read('q8_0')
      const [kept] = await engine.list([document], [])
      const first = await engine.ask(1, chat(...tide))
      await engine.ask(2, chat(...bar))
      expect(kept?.bytes).toBeLessThan(0.6 * tokensOf(first) * kvBytes + 50_000)
      await engine.read('f16')
      expect(await engine.list([document], [])).toMatchObject([{ name: kept?.name, bytes: kept?.bytes }])
    })
    await withEngine(async (engine) => {
      await engine.ask(1, chat(...tide))
      const back = await engine.ask(1, chat(...tide))
      const streamed = await engine.ask(1, chat(...tide), { memoryBytes: 0.8 * (tokensOf(back) + answerTokens) * kvBytes })
      expect([streamed.attention, streamed.tokens.prefilled, streamed.text]).toEqual(['streamed', 1, back.text])
    })
  })

  it('is computed again, and says nothing of it, where its file is damaged at any place', async () => {
    const [whole, file] = await withEngine(async (engine) => {
      await engine.read()
      const end = await engine.ask(1, chat(...tide))
      return [end, turnsFiles()[0] ?? ''] as const
    })
    const bytes = readFileSync(join(root, file))
    for (let part = 0; part < 3; part++) {
      const damaged = Buffer.from(bytes)
      const at = Math.floor((bytes.length * (part + 0.5)) / 3)
      damaged.fill(0xa5, at, at + 64)
      writeFileSync(join(root, file), damaged)
      const end = await withEngine((engine) => engine.ask(1, chat(...tide)))
      expect(end.text).toBe(whole.text)
      expect(end.setAside).toBeUndefined()
      // Another time it is whole again.
      expect((await withEngine((engine) => engine.ask(1, chat(...tide)))).tokens.prefilled).toBe(1)
    }
  })

  it('counts as a part of the reading, and goes with it, with its document, or by itself', async () => {
    await withEngine(async (engine) => {
      await engine.read()
      const [before] = await engine.list([document], [])
      for (const id of [1, 2]) await engine.ask(id, chat(...bar))
      const sizes = turnsFiles().map((name) => statSync(join(root, name)).size)
      expect(sizes).toHaveLength(2)
      expect(await engine.list([document], [1, 2])).toMatchObject([{ bytes: (before?.bytes ?? 0) + sizes.reduce((sum, size) => sum + size, 0) }])
      await engine.list([document], [2])
      expect(turnsFiles()).toEqual([expect.stringMatching(/-2\.turns$/)])
      await engine.list([], [2])
      expect(readdirSync(root).filter((name) => name.startsWith(document))).toEqual([])
    })
  })

  it('makes room by other conversations, never by a reading, and is not kept where that is not enough', async () => {
    await withEngine(async (engine) => {
      await engine.read()
      await engine.ask(1, chat(...bar))
      const kept = await engine.list([document], [1])
      const bytes = kept.reduce((sum, each) => sum + each.bytes, 0)
      await engine.ask(2, chat(...tide), {}, bytes)
      expect(turnsFiles()).toEqual([expect.stringMatching(/-2\.turns$/)])
      await engine.ask(3, chat(...bar), {}, bytes / 2)
      expect(turnsFiles()).toEqual([expect.stringMatching(/-2\.turns$/)])
      expect(await engine.list([document], [2])).toHaveLength(1)
    })
  })

  it('is kept for the last sixteen, and gone with a reading that is', async () => {
    await withEngine(async (engine) => {
      await engine.read()
      for (let id = 1; id <= 18; id++) await engine.ask(id, chat(bar[0]))
      expect(turnsFiles()).toHaveLength(16)
      expect(turnsFiles().some((name) => name.endsWith('-1.turns') || name.endsWith('-2.turns'))).toBe(false)
    })
    rmSync(join(root, readdirSync(root).find((name) => name.endsWith('.reading')) ?? ''))
    await withEngine((engine) => engine.list([document], [1]))
    expect(turnsFiles()).toEqual([])
  })
})
