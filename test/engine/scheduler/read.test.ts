/** A text read into a folder, asked about from there, and set aside where the model or its chat template is another: with small models and their files. */
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { beginningText } from '../../../src-engine/scheduler/beginning-text'
import type { ChatMessage, ReadBeginning, ReadEnd } from '../../../src-engine/protocol'
import { tokenBytes } from '../../../src-engine/reading/layout'
import { openReadings, type Readings } from '../../../src-engine/reading/folder'
import { findReading, syncFrom } from '../../../src-engine/scheduler/kept-reading'
import type { OpenModel } from '../../../src-engine/scheduler/model'
import { openModel } from '../../../src-engine/scheduler/open-model'
import { onDisk } from '../../../src-engine/scheduler/on-disk'
import { readText } from '../../../src-engine/scheduler/read'
import { glm0414Template, glm2024Template } from '../../support/chat-templates'
import { glmTokens } from '../../support/glm-tokens'
import { writeSmallModel } from '../../support/small-model'

const signal = new AbortController().signal
const ignore = (): void => undefined
const room = { quotaBytes: 1e9, keepFreeBytes: 0 }
const document = 'd0'.repeat(32)
/** Every character has other bytes than units. */
const text = Array.from({ length: 30 }, (_, i) => `Line ${i}: the tide 🌊 rose by ${i * i} cm over the größte bar.`).join('\n')
const beginning: readonly ChatMessage[] = [{ role: 'system', content: 'Be brief.' }, { role: 'user', content: `${text}\n\nQuestion: ` }]
const asked = (question: string): readonly ChatMessage[] =>
  beginning.map((message, i) => (i === 1 ? { ...message, content: message.content + question } : message))

let root: string
let readings: Readings
beforeAll(async () => {
  root = mkdtempSync(join(tmpdir(), 'longleaf-read-'))
  readings = await openReadings(root)
})
afterAll(() => rmSync(root, { recursive: true, force: true }))

async function withModel<T>(name: string, bytes: Uint8Array, use: (model: OpenModel) => Promise<T>): Promise<T> {
  const path = join(root, name)
  writeFileSync(path, bytes)
  const model = await openModel({ path, contextMax: null, device: 'cpu', threads: 2 }, { signal, onProgress: ignore, replace: ignore, log: ignore })
  try {
    return await use(model)
  } finally {
    model.close()
  }
}

const begun: ReadBeginning[] = []
const read = (model: OpenModel, abort: AbortSignal = signal, onChunk: () => void = ignore): Promise<ReadEnd> =>
  readText(model, readings, { messages: beginning, place: { folder: root, document }, superChunkTokens: 512, room, form: 'f16' }, {
    onBegun: (beginning) => begun.push(beginning), onProgress: onChunk, onSumUp: ignore,
    between: () => Promise.resolve(), signal: abort, now: () => performance.now(),
  })

const small = (metadata: Parameters<typeof writeSmallModel>[0]['metadata'] = {}): Uint8Array => writeSmallModel({ architecture: 'qwen2', metadata })

const glm = (template: string): Uint8Array => writeSmallModel({ architecture: 'glm4', metadata: glmTokens(template) })

// A large file on a slow disk takes minutes, and an engine that says nothing for so long is taken for stopped.
it('before a text is read the first time, the model says piece by piece that its file is looked at', () => withModel('looked.gguf', small(), async (model) => {
  let looks = 0
  const hooks = { signal, onProgress: () => looks++ }
  const { model: hash } = await model.identity({ folder: root, document }, hooks)
  expect(looks).toBeGreaterThan(10)
  looks = 0
  expect((await model.identity({ folder: root, document }, hooks)).model).toEqual(hash)
  expect(looks).toBe(0)
}))

describe('a text that is read', () => {
  it('is asked about without being read again, and its tokens know where they stand', () => withModel('one.gguf', small(), async (model) => {
    const { tokens, sources } = beginningText(model, beginning)
    const stop = new AbortController()
    let chunks = 0
    // The third layer's turn of two: the second super-chunk is under way.
    const half = await read(model, stop.signal, () => { if (++chunks === 3) stop.abort() })
    expect(half.tokens).toEqual({ read: 512, total: tokens.length, reused: 0, prefilled: 512 })
    expect(half.textRead).toBe(sources.offsets[512])
    const marks = Array.from({ length: Math.floor(tokens.length / 512) }, (_, i) => sources.offsets[512 * (i + 1)])
    expect(begun).toMatchObject([{ reading: half.reading, tokensTotal: tokens.length, chunkTokens: 512, textAt: [...marks, `${text}\n\nQuestion: `.length] }])
    const whole = await read(model)
    expect(whole).toMatchObject({ tokens: { read: tokens.length, total: tokens.length, reused: 512, prefilled: tokens.length - 512 }, textRead: text.length + '\n\nQuestion: '.length, setAside: null, weights: model.residency })

    const written = tokens.map((token) => model.tokenizer.decode([token]))
    const placed = written.flatMap((piece, i) => (sources.parts[i] === 0 && /^[\x20-\x7e]+$/.test(piece) ? [i] : []))
    expect(placed.length).toBeGreaterThan(600)
    for (const i of placed) expect(`${text}\n\nQuestion: `.startsWith(written[i] ?? '', sources.offsets[i])).toBe(true)

    const kept = await findReading(model, () => Promise.resolve(readings), { folder: root, document }, { signal })
    for (const question of ['How high?', '9 lines?']) {
      const prompt = model.format.prompt(asked(question))
      const synced = await syncFrom(model.session, prompt, kept, { signal, onProgress: ignore })
      expect(synced).toMatchObject({ reused: tokens.length, prefilled: prompt.length - tokens.length, setAside: null })
    }
    await kept.held?.close()
  }))

  it('is read again from where its file is damaged, also by one who streams it', () => withModel('six.gguf', writeSmallModel({ architecture: 'qwen2', layers: 6 }), async (model) => {
    const { reading: name } = await read(model)
    const file = join(root, name)
    const bytes = readFileSync(file)
    // In the last layer of the last segment.
    bytes[bytes.length - 20_000] = (bytes[bytes.length - 20_000] ?? 0) ^ 1
    writeFileSync(file, bytes)
    const kept = await findReading(model, () => Promise.resolve(readings), { folder: root, document }, { signal })
    const prompt = model.format.prompt(asked('How high?'))
    const tokensMax = prompt.length + 64
    const budget = { bytes: tokenBytes(kept.held?.reading.identity ?? expect.fail()) * tokensMax * 0.99, tokensMax }
    const synced = await syncFrom(model.session, prompt, kept, { signal, onProgress: ignore, budget })
    expect(synced).toMatchObject({ reused: 1_536, prefilled: prompt.length - 1_536, setAside: expect.stringMatching(/damaged on its disk from token 1536 on/) as unknown })
    expect(model.session.attention).toBe('streamed')
    await kept.held?.close()
  }))

  it('goes on by itself from where what it looks back on is damaged, and says so', () => withModel('damaged.gguf', writeSmallModel({ architecture: 'qwen2', layers: 5 }), async (model) => {
    const stop = new AbortController()
    let chunks = 0
    // Three super-chunks of 512 tokens are kept, and the second is spoiled.
    const { reading: name, tokens: { read: before, total } } = await read(model, stop.signal, () => { if (++chunks === 3 * 5 + 1) stop.abort() })
    expect(before).toBe(1_536)
    const file = join(root, name)
    const bytes = readFileSync(file)
    const at = Math.floor(bytes.length / 2)
    bytes[at] = (bytes[at] ?? 0) ^ 1
    writeFileSync(file, bytes)
    const whole = await read(model)
    expect(whole).toMatchObject({ tokens: { read: total, total, reused: 512, prefilled: total - 512 }, setAside: expect.stringMatching(/damaged on its disk from token 512 on\. It is read again from there\.$/) as unknown })
    const kept = await findReading(model, () => Promise.resolve(readings), { folder: root, document }, { signal })
    const prompt = model.format.prompt(asked('How high?'))
    expect(await syncFrom(model.session, prompt, kept, { signal, onProgress: ignore })).toMatchObject({ reused: total, setAside: null })
    await kept.held?.close()
  }))

  const selectedTokens = 128
  const summaries = (): readonly string[] => readdirSync(root).filter((name) => name.endsWith('.summaries'))
  const readToSumUp = (model: OpenModel, abort: AbortSignal, onSumUp: (tokens: number) => void): Promise<ReadEnd> =>
    readText(model, readings, { messages: beginning, place: { folder: root, document }, superChunkTokens: 512, room, form: 'f16', selectedTokens }, {
      onBegun: ignore, onProgress: ignore, onSumUp, between: () => Promise.resolve(), signal: abort, now: () => performance.now(),
    })

  it('is read all the same where it is stopped while it is summed up, and summed up when it is asked for again', () => withModel('summed.gguf', writeSmallModel({ architecture: 'qwen2', layers: 7 }), async (model) => {
    const stop = new AbortController()
    const { tokens } = await readToSumUp(model, stop.signal, () => { stop.abort() })
    expect([tokens.read, summaries()]).toEqual([tokens.total, []])
    const told: number[] = []
    const again = await readToSumUp(model, signal, (count) => told.push(count))
    expect([again.tokens.prefilled, summaries().length]).toEqual([0, 1])
    expect(new Set(told)).toEqual(new Set([tokens.total]))
    expect(told).toHaveLength(7)
  }))

  it('is asked about while it is summed up, of which nothing is lost', () => withModel('asked.gguf', writeSmallModel({ architecture: 'qwen2', layers: 9 }), async (model) => {
    const prompt = model.format.prompt(asked('How high?'))
    const ask = async (): Promise<Float32Array> => {
      const kept = await findReading(model, () => Promise.resolve(readings), { folder: root, document, conversation: { id: 1, room } }, { signal })
      try {
        const budget = { bytes: 1e9, tokensMax: prompt.length + 64, selectedTokens }
        const { logits } = await syncFrom(model.session, prompt, kept, { signal, onProgress: ignore, budget })
        expect(model.session.attention).toBe('retrieval')
        return logits.slice()
      } finally {
        await kept.held?.close()
      }
    }
    const [before, answers, pieces] = [summaries().length, [] as Float32Array[], [] as number[]]
    await readText(model, readings, { messages: beginning, place: { folder: root, document }, superChunkTokens: 512, room, form: 'f16', selectedTokens }, {
      onBegun: ignore, onProgress: ignore, onSumUp: (tokens) => pieces.push(tokens), signal, now: () => performance.now(),
      between: async () => void (pieces.length === 4 && answers.push(await ask())),
    })
    expect(answers).toHaveLength(1)
    expect(summaries()).toHaveLength(before + 1)
    model.session.rewind(0)
    expect(await ask()).toEqual(answers[0])
  }))

  it('is read again from where it proves damaged while it is summed up', () => withModel('torn.gguf', writeSmallModel({ architecture: 'qwen2', layers: 8 }), async (model) => {
    const { reading: name, tokens: { total } } = await read(model)
    const file = join(root, name)
    const bytes = readFileSync(file)
    bytes[bytes.length - 20_000] = (bytes[bytes.length - 20_000] ?? 0) ^ 1
    writeFileSync(file, bytes)
    const before = summaries().length
    const again = await readToSumUp(model, signal, ignore)
    expect(again).toMatchObject({ tokens: { read: total, total, reused: 1_536 }, setAside: expect.stringMatching(/damaged on its disk from token 1536 on/) as unknown })
    expect(summaries()).toHaveLength(before + 1)
  }))

  it('is set aside with the reason where the template or the model is another', async () => {
    const why = (model: OpenModel): Promise<string | null> => findReading(model, () => Promise.resolve(readings), { folder: root, document }, { signal }).then(({ held, setAside }) => (held === null ? setAside : 'found'))
    expect(await withModel('one.gguf', small(), why)).toBe('found')
    const changed = small()
    changed[changed.length - 40] = (changed[changed.length - 40] ?? 0) ^ 1
    expect(await withModel('one.gguf', changed, why)).toMatch(/because the model is another/)
    expect(await withModel('two.gguf', small({ 'qwen2.rope.freq_base': { type: 'float32', value: 5000 } }), why)).toMatch(/because the rotary base of the model is another \(1000000 then, 5000 now\)/)
    const otherNorms = small({ 'qwen2.attention.layer_norm_rms_epsilon': { type: 'float32', value: 1e-5 } })
    expect(await withModel('norms.gguf', otherNorms, why)).toMatch(/because the model is another/)
    await withModel('glm.gguf', glm(glm2024Template), read)
    expect(await withModel('glm.gguf', glm(glm0414Template), why)).toMatch(/because the chat template is another \(glm-2024 then, glm-0414 now\)/)
  })

  it('is refused where the model cannot have it in view with an answer', async () => {
    const length = await withModel('one.gguf', small(), (model) => Promise.resolve(beginningText(model, beginning).tokens.length))
    const tight = small({ 'qwen2.context_length': { type: 'uint32', value: length + 100 } })
    await expect(withModel('tight.gguf', tight, read)).rejects.toMatchObject({ failure: { kind: 'context-exceeded', message: expect.stringContaining(`takes ${length} tokens`) as unknown } })
  })
})

describe('a disk that is not there', () => {
  it('ends what is read in a sentence, and costs a question only the time to read again', () => withModel('one.gguf', small(), async (model) => {
    const lost = join(root, 'lost')
    writeFileSync(lost, 'A file where the folder was.')
    try {
      const open = () => openReadings(lost)
      const { held, setAside } = await findReading(model, open, { folder: lost, document }, { signal })
      expect(held).toBeNull()
      expect(setAside).toMatch(/^The disk does not give or take what was read of the document \(EEXIST\)\. Check that it is connected/)
      await expect(onDisk(open)).rejects.toMatchObject({ name: 'StorageError', kind: 'failed', message: setAside })
    } finally {
      rmSync(lost)
    }
  }))

  it('is told from a full one, and from what is no matter of disks', async () => {
    const full = Object.assign(new Error('no space left on device'), { code: 'ENOSPC' })
    await expect(onDisk(() => Promise.reject(full))).rejects.toMatchObject({ name: 'StorageError', kind: 'full' })
    await expect(onDisk(() => Promise.reject(new RangeError('wrong')))).rejects.toThrow(RangeError)
  })
})
