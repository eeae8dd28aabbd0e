import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openEngine, type Engine, type EngineOptions } from '../../../src-engine/engine'
import { openBackend } from '../../../src-engine/ggml/backend'
import type { Device } from '../../../src-engine/ggml/devices'
import type { SessionOptions, SyncOptions } from '../../../src-engine/session'
import { apart, chunkTokens, context, logitsOf, roomFor, text } from '../../support/chunks-and-steps'
import { printFigure } from '../../support/figure'
import { MemoryKv } from '../../support/kept-kv'
import { writePlainWeights } from '../../support/plain-weights'
import { writeSmallModel, type SmallModel } from '../../support/small-model'
import { isModelChosen } from '../engine/models'

const types = ['F32', 'F16', 'BF16', 'Q8_0', 'Q6_K', 'Q5_K', 'Q5_1', 'Q5_0', 'Q4_K', 'Q4_1', 'Q4_0', 'IQ4_XS', 'IQ4_NL', 'Q3_K', 'Q2_K']
const shapes: readonly SmallModel[] = [
  { architecture: 'chatglm', kvHeads: 2 }, { architecture: 'chatglm', kvHeads: 4 }, { architecture: 'glm4', kvHeads: 2 }, { architecture: 'glm4', kvHeads: 4 },
]
const layers = 4

/**
 * Small GLM files of each quantisation: how far logits are from those of the same weights in f32, on the device and on the processor, as the largest difference
 * over the largest logit; with all layers on the device, and with half of them. And what has to be the same to the bit.
 */
export async function printAccuracy(device: Device): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'longleaf-accuracy-'))
  try {
    await printContinuity(join(folder, 'file.gguf'), device)
    for (const shape of shapes) for (const type of types) {
      const name = `${shape.architecture} with ${String(shape.kvHeads)} KV heads, ${type}`
      if (isModelChosen(name)) await compare(folder, name, { ...shape, type, layers }, device)
    }
  } finally {
    rmSync(folder, { recursive: true })
  }
}

async function compare(folder: string, name: string, model: SmallModel, device: Device): Promise<void> {
  const [path, plain] = [join(folder, 'file.gguf'), join(folder, 'plain.gguf')]
  const bytes = writeSmallModel(model)
  writeFileSync(path, bytes)
  const backend = openBackend({ threadsMax: 1 })
  await writePlainWeights(backend, path, plain)
  backend.free()
  const onCard = { path, device: device.name, contextMax: context }
  const kv: SessionOptions = model.type === 'F32' ? { kvType: 'f32' } : {}
  const exact = await read({ path: plain }, { kvType: 'f32', attention: 'plain' })
  const processor = await read({ path }, kv)
  const card = await read(onCard, kv)
  const half = await read({ ...onCard, memoryOf: () => roomFor(bytes, layers / 2) }, kv)
  printFigure(`${name}: exact to the processor`, 'x', [apart(exact, processor)])
  printFigure(`${name}: exact to the card`, 'x', [apart(exact, card)])
  printFigure(`${name}: exact to half on the card`, 'x', [apart(exact, half)])
  printFigure(`${name}: the processor to the card`, 'x', [apart(processor, card)])
}

function read(options: EngineOptions, session: SessionOptions): Promise<readonly Float32Array[]> {
  return withEngine(options, (engine) => logitsOf(engine, session))
}

async function withEngine<T>(options: EngineOptions, use: (engine: Engine) => Promise<T>): Promise<T> {
  const engine = await openEngine({ threads: 2, ...options })
  try {
    return await use(engine)
  } finally {
    if (engine.handedBack.length > 0) console.log(`left to the processor: ${engine.handedBack.join(', ')}`)
    engine.close()
  }
}

const long = [...text, ...text]

/** The same text again, continued, taken over from what was kept, and, where some layers are on the processor, streamed. */
async function printContinuity(path: string, device: Device): Promise<void> {
  const bytes = writeSmallModel({ architecture: 'chatglm', type: 'Q4_0', layers })
  writeFileSync(path, bytes)
  const onCard = { path, device: device.name, contextMax: context }
  await withEngine(onCard, async (engine) => {
    const atOnce = await readOver(engine, [long.length])
    const kept = await keep(engine)
    printFigure('a text to itself, read again', 'x', [apart(atOnce, await readOver(engine, [long.length]))])
    printFigure('a text read at once to one that is continued', 'x', [apart(atOnce, await readOver(engine, [chunkTokens, long.length]))])
    printFigure('a text read at once to one that was kept', 'x', [apart(atOnce, await readOver(engine, [long.length], { kept }))])
  })
  await withEngine({ ...onCard, memoryOf: () => roomFor(bytes, 1) }, async (engine) => {
    const kept = await keep(engine)
    const withShare = (share: number): Promise<readonly Float32Array[]> =>
      readOver(engine, [long.length], { kept, budget: { tokensMax: 256, bytes: share * 256 * engine.kvBytesPerToken } })
    printFigure('all in memory to streamed, a layer of four on the card', 'x', [apart(await withShare(0.75), await withShare(0.7))])
  })
}

/** Logits after the text, which is read up to each of these places in turn, and after a step. */
async function readOver(engine: Engine, ends: readonly number[], options: SyncOptions = {}): Promise<readonly Float32Array[]> {
  const session = engine.open({ contextMax: context, chunkTokens })
  for (const end of ends) await session.sync(long.slice(0, end), options)
  const logits = [session.logits.slice(), (await session.step(6)).slice()]
  session.close()
  return logits
}

async function keep(engine: Engine): Promise<MemoryKv> {
  const kept = new MemoryKv({ heads: engine.shape.kvHeads, headSize: engine.shape.headSize })
  await engine.prefill(long.slice(0, 3 * chunkTokens), kept, { superChunkTokens: chunkTokens, chunkTokens })
  return kept
}
