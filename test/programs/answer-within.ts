/**
 * Run as a program: `answer-within.ts PATH FOLDER BUDGET QUESTION STEPS`: a session of the model begins with the reading in the folder and what it holds in
 * memory of keys and values keeps to the budget. Prints how it went and the most memory that the process had, as JSON.
 */
import { readFileSync } from 'node:fs'
import { openEngine } from '../../src-engine/engine'
import type { AttentionMode } from '../../src-engine/protocol'
import { filledToken } from '../support/filled-reading'
import { heldReading } from '../support/held-reading'

export interface AnsweredWithin {
  readonly attention: AttentionMode
  readonly reused: number
  readonly weightsBytes: number
  readonly kvBytes: number
  readonly peakBytes: number
}

const [, , path = '', folder = '', budgetBytes = '', question = '', steps = ''] = process.argv
const engine = await openEngine({ path, threads: 2 })
const { reading, close } = await heldReading(engine, folder)
const session = engine.open()
const tokens = Array.from({ length: reading.tokens.length + Number(question) }, (_, i) => filledToken(i))
const { reused } = await session.sync(tokens, { kept: reading, budget: { bytes: Number(budgetBytes), tokensMax: tokens.length + Number(steps) } })
for (let i = 0; i < Number(steps); i++) await session.step(filledToken(i))
const peak = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync('/proc/self/status', 'utf8'))?.[1]
const answered: AnsweredWithin = { attention: session.attention, reused, weightsBytes: engine.bytes, kvBytes: session.kvBytes, peakBytes: Number(peak) * 1_024 }
await close()
engine.close()
process.stdout.write(JSON.stringify(answered))
