/**
 * Run as a program: `fill-whole.ts WORK` keeps a text as if it had been read, without the hours of reading, where WORK is a `QuestionWork` as JSON: our
 * reading, or libllama's state.
 */
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { openEngine } from '../../src-engine/engine'
import { prefillChunk } from '../../src-engine/protocol'
import { fillReading } from '../support/filled-reading'
import { heldReading } from '../support/held-reading'
import { openLlama } from '../support/libllama'
import { stateName, threads, type QuestionWork } from '../support/read-work'

async function fillOurs({ path, tokens, folder }: QuestionWork): Promise<void> {
  // Nothing is computed, so no weights need come.
  const engine = await openEngine({ path, threads, freeBytes: 0 })
  const { reading, close } = await heldReading(engine, folder)
  await fillReading(reading, tokens)
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
