/** What is kept in half the room: how far answers from it are from those that rest on all bits, with real models over a real text. */
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { openEngine, type Engine } from '../../../src-engine/engine'
import { openModelFile } from '../../../src-engine/gguf/model-file'
import { keepIn } from '../../../src-engine/prefill/keep-in'
import { keptIn } from '../../../src-engine/prefill/kept-form'
import type { KvForm } from '../../../src-engine/reading/identity'
import { createReading } from '../../../src-engine/reading/reading'
import { createTokenizer } from '../../../src-engine/tokenizer/tokenizer'
import { heldReading } from '../../support/held-reading'
import { complete, identity, sourcesOf } from '../../support/known-reading'
import { bestOf, divergence } from '../../support/logits'
import { MemoryStorage } from '../../support/memory-storage'
import { starterModelPath } from '../../support/starter-model'
import { hasTestModel, testModelPath } from '../../support/test-model'

const root = mkdtempSync(join(tmpdir(), 'longleaf-form-'))
afterAll(() => rmSync(root, { recursive: true }))

const isLong = process.env['LONGLEAF_TEST_LONG'] === '1'
const [readTokens, nextTokens] = [1_000, 256]

function textOf(path: string): readonly number[] {
  const opened = openModelFile(path)
  const tokens = createTokenizer(opened.file).encode(readFileSync('resources/sample/tidal-rivers.md', 'utf8'))
  opened.close()
  return Array.from(tokens.subarray(0, readTokens + nextTokens))
}

interface Continued {
  /** After each token with which the text goes on. */
  readonly logits: readonly Float32Array[]
  readonly bytes: number
}

/** Reads the beginning of a text into a file, in two super-chunks, and goes on from there as another process would. */
async function goOn(engine: Engine, name: string, text: readonly number[], form: KvForm): Promise<Continued> {
  const folder = join(root, name)
  const beginning = text.slice(0, readTokens)
  const first = await heldReading(engine, folder, form)
  await engine.prefill(beginning, await keepIn(first.reading, beginning, sourcesOf(0, readTokens)), { superChunkTokens: 512 })
  await first.close()
  const held = await heldReading(engine, folder, form)
  const session = engine.open()
  const logits: Float32Array[] = []
  const counts = await session.sync(text, { kept: keptIn(held.reading), onLogits: (_, each) => void logits.push(each.slice()) })
  expect(counts).toEqual({ reused: readTokens, prefilled: nextTokens })
  session.close()
  await held.close()
  return { logits, bytes: statSync(join(folder, held.name)).size }
}

const models = [['SmolLM2-135M', starterModelPath], ...(isLong && hasTestModel ? [['Qwen2.5-Coder-0.5B', () => testModelPath] as const] : [])] as const

describe.each(models)('what %s read', (name, path) => {
  it('takes half the room, and the text goes on nearly as with all bits', async () => {
    const text = textOf(path())
    const engine = await openEngine({ path: path(), threads: 2 })
    const exact = await goOn(engine, name, text, 'f16')
    const half = await goOn(engine, name, text, 'q8_0')
    engine.close()
    const divergences = exact.logits.map((each, i) => divergence(each, half.logits[i] ?? expect.fail()))
    const mean = divergences.reduce((sum, each) => sum + each, 0) / divergences.length
    const same = exact.logits.filter((each, i) => bestOf(each).token === bestOf(half.logits[i] ?? expect.fail()).token).length
    console.log(`${name}, keys and values of ${readTokens} tokens in q8_0: mean divergence ${mean.toFixed(5)} nats, most ${Math.max(...divergences).toFixed(5)}, the same best token ${same} of ${nextTokens}; ${half.bytes} bytes for ${exact.bytes}`)
    expect(half.bytes / exact.bytes).toBeLessThan(0.56)
    expect(mean).toBeLessThan(0.005)
    expect(same / nextTokens).toBeGreaterThanOrEqual(0.95)
    expect(mean).toBeGreaterThan(0)
  })
})

it('what was quantised comes as f16, keys and values together or apart', async () => {
  const reading = await createReading(new MemoryStorage(), { ...identity, kvType: 'q8_0', keyRowBytes: 34, valueRowBytes: 34 })
  await complete(reading)
  const half = 64 * 32 * 2
  const [together, keys, values] = [new Uint8Array(4 * half), new Uint8Array(2 * half), new Uint8Array(2 * half)]
  await keptIn(reading).readHead(1, 1, 128, 256, together)
  await keptIn(reading).readHead(1, 1, 128, 256, { keys, values })
  const apart = [keys.subarray(0, half), values.subarray(0, half), keys.subarray(half), values.subarray(half)]
  expect(Buffer.concat(apart).equals(together)).toBe(true)
  expect(new Set(together).size).toBeGreaterThan(100)
})
