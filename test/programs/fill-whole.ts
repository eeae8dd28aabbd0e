/**
 * Run as a program: `fill-whole.ts WORK` keeps a text as if it had been read, without the hours of reading, where WORK is a `QuestionWork` as JSON: our
 * reading, or libllama's state.
 */
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { openEngine } from '../../src-engine/engine'
import { extentBytes, extentTokens } from '../../src-engine/prefill/extent'
import { keepIn } from '../../src-engine/prefill/keep-in'
import { stretches } from '../../src-engine/prefill/stretches'
import { prefillChunk } from '../../src-engine/protocol'
import { heldReading } from '../support/held-reading'
import { sourcesOf } from '../support/known-reading'
import { openLlama } from '../support/libllama'
import { stateName, textOf, threads, type QuestionWork } from '../support/read-work'

async function fillOurs({ path, tokens: count, folder }: QuestionWork): Promise<void> {
  // Nothing is computed, so no weights need come.
  const engine = await openEngine({ path, threads, freeBytes: 0 })
  const { layers, kvHeads, headSize, vocabulary } = engine.shape
  const tokens = textOf(count, vocabulary)
  const { reading, close } = await heldReading(engine, folder)
  const kept = await keepIn(reading, tokens, sourcesOf(0, count))
  const numbers = Uint16Array.from({ length: extentBytes({ heads: kvHeads, headSize }, extentTokens) / 2 }, (_, i) => 0x3000 + ((i * 40_503) & 0x83ff))
  for (const { start, count: part } of stretches(0, count, extentTokens)) {
    const segment = await kept.begin(tokens.slice(start, start + part))
    const extent = new Uint8Array(numbers.buffer, 0, extentBytes({ heads: kvHeads, headSize }, part))
    for (let layer = 0; layer < layers; layer++) await segment.writeLayer(layer, extent)
    await segment.commit()
  }
  await close()
  engine.close()
}

function fillTheirs({ path, tokens, folder }: QuestionWork): void {
  const llama = openLlama({ path, context: tokens, chunk: prefillChunk, kvType: 'f16', flashAttention: true, threads })
  llama.fill(tokens)
  mkdirSync(folder, { recursive: true })
  llama.saveState(join(folder, stateName))
  llama.close()
}

const work = JSON.parse(process.argv[2] ?? '') as QuestionWork
if (work.who === 'ours') await fillOurs(work)
else fillTheirs(work)
