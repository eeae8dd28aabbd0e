/**
 * Run as a program: `read-whole.ts WORK` reads a text, where WORK is a `ReadWork` as JSON; prints `ReadWhole` as JSON. The engine reads it into a reading's
 * file, synced; libllama into its memory. A process of its own: its memory is what is measured.
 */
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openEngine } from '../../src-engine/engine'
import { keepIn } from '../../src-engine/prefill/keep-in'
import { prefillChunk } from '../../src-engine/protocol'
import { fillReading } from '../support/filled-reading'
import { heldReading } from '../support/held-reading'
import { sourcesOf } from '../support/known-reading'
import { openLlama } from '../support/libllama'
import { stateName, textOf, threads, type ReadWhole, type ReadWork } from '../support/read-work'

async function readOurs({ path, tokens: count, superChunkTokens = 8_192, filled = 0, residency = 'resident', folder: given }: ReadWork): Promise<ReadWhole> {
  const folder = given ?? mkdtempSync(join(process.env['LONGLEAF_BENCH_FOLDER'] ?? tmpdir(), 'longleaf-read-'))
  const engine = await openEngine({ path, threads, freeBytes: residency === 'resident' ? Infinity : 0 })
  try {
    const tokens = textOf(count)
    const { reading, close } = await heldReading(engine, folder)
    await fillReading(reading, filled)
    const kept = await keepIn(reading, tokens, sourcesOf(0, tokens.length))
    const read = await watched((onProgress) => engine.prefill(tokens, kept, { superChunkTokens, onProgress }))
    await close()
    return { ...read, kvBytes: (2 * tokens.length * engine.kvBytesPerToken) / engine.shape.layers }
  } finally {
    engine.close()
    if (given === undefined) rmSync(folder, { recursive: true })
  }
}

async function readTheirs({ who, path, tokens: count, folder }: ReadWork): Promise<ReadWhole> {
  const llama = openLlama({ path, context: count, chunk: prefillChunk, kvType: 'f16', flashAttention: who === 'libllama with flash attention', threads })
  const tokens = textOf(count)
  const read = await watched(async (onProgress) => {
    for (let start = 0; start < count; start += prefillChunk) {
      llama.decode(tokens.slice(start, start + prefillChunk))
      onProgress()
    }
  })
  const kvBytes = llama.stateBytes()
  if (folder !== undefined) {
    mkdirSync(folder, { recursive: true })
    llama.saveState(join(folder, stateName))
  }
  llama.close()
  return { ...read, kvBytes }
}

async function watched(read: (onProgress: () => void) => Promise<unknown>): Promise<Pick<ReadWhole, 'seconds' | 'peakBytes'>> {
  let peakBytes = 0
  const begun = performance.now()
  await read(() => { peakBytes = Math.max(peakBytes, process.memoryUsage.rss()) })
  return { seconds: (performance.now() - begun) / 1_000, peakBytes }
}

const work = JSON.parse(process.argv[2] ?? '') as ReadWork
process.stdout.write(JSON.stringify(await (work.who === 'ours' ? readOurs(work) : readTheirs(work))))
