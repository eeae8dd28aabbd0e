import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, it } from 'vitest'
import { openEngine } from '../../src-engine/engine'
import type { AnsweredWithin } from '../programs/answer-within'
import { fillReading } from '../support/filled-reading'
import { heldReading } from '../support/held-reading'
import { limitMemory } from '../support/memory-limit'
import { writeSmallModel } from '../support/small-model'

const folder = mkdtempSync(join(tmpdir(), 'longleaf-budget-'))
afterAll(() => rmSync(folder, { recursive: true }))

const gigabyte = 2 ** 30
/** 1.5 GB of keys and values, of which there may be 160 MB in memory: who holds all of them cannot keep to the promise. */
const [layers, tokens, budgetBytes] = [12, 130_816, 160 * 2 ** 20]
const question = 64

it.skipIf(process.platform !== 'linux')('answers within weights, budget and a gigabyte', async () => {
  const path = join(folder, 'model.gguf')
  writeFileSync(path, writeSmallModel({ architecture: 'chatglm', layers }))
  const engine = await openEngine({ path, threads: 1 })
  const weightsBytes = engine.bytes
  const { reading, close } = await heldReading(engine, folder)
  await fillReading(reading, tokens)
  await close()
  engine.close()
  expect(tokens * engine.kvBytesPerToken).toBeGreaterThan(budgetBytes + 1.25 * gigabyte)

  const promised = weightsBytes + budgetBytes + gigabyte
  const limit = limitMemory(promised)
  // Where no limit can be set what was taken is looked at: file pages are not in it.
  const [program, ...options] = limit?.command ?? ['env']
  const answer = ['--import', 'tsx', 'test/programs/answer-within.ts', path, folder, ...[budgetBytes, question, 1].map(String)]
  const answered = execFileSync(program, [...options, process.execPath, ...answer], { encoding: 'utf8' })
  limit?.remove()
  const { attention, reused, kvBytes, peakBytes } = JSON.parse(answered) as AnsweredWithin
  expect({ attention, reused }).toEqual({ attention: 'streamed', reused: tokens })
  expect(kvBytes).toBeLessThanOrEqual(budgetBytes)
  expect(peakBytes).toBeLessThanOrEqual(promised)
}, 600_000)
