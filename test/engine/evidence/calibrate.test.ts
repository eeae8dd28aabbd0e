import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Calibration } from '../../../src-engine/protocol'
import { openModel } from '../../../src-engine/scheduler/open-model'
import { calibrationCases } from '../../../src-main/ask/calibration-cases'
import { startEngine, type EngineProcess } from '../../support/engine-process'
import { starterModelPath } from '../../support/starter-model'
import { writeTinyLlama } from '../../support/tiny-llama'

/** The best heads on SQuAD and HotpotQA, which are not among these cases (layer, head). */
const known = new Set(['18 6', '18 7', '17 3', '17 4', '14 3', '23 2', '21 8', '8 0'])

describe('a calibration', () => {
  let engine: EngineProcess
  beforeAll(async () => {
    engine = startEngine()
    await engine.ask({ kind: 'load', seq: 1, path: starterModelPath(), contextMax: 2048, device: 'cpu', threads: null })
  })
  afterAll(() => engine.stop())

  it('finds most of the heads that other questions find, with a third of the cases', async () => {
    const events = await engine.ask({ kind: 'calibrate', seq: 2, cases: calibrationCases.slice(0, 8) })
    const [calibration] = events.flatMap((event): readonly Calibration[] => (event.kind === 'calibrated' ? [event.calibration] : []))
    expect(calibration?.heads).toHaveLength(8)
    expect(calibration?.heads.filter(({ layer, head }) => known.has(`${layer} ${head}`)).length).toBeGreaterThanOrEqual(4)
    expect(calibration?.mass).toBeGreaterThan(0.05)
    expect(calibration?.mass).toBeLessThan(1)
    expect(calibration?.logProbability).toBeLessThan(0)
    expect(events.some((event) => event.kind === 'progress' && event.phase === 'calibrate')).toBe(true)
  })
})

// A large model reads a case for minutes, and one that says nothing for so long is taken for stopped.
it('a calibration says after each layer that it goes on', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'longleaf-calibrate-'))
  const path = join(folder, 'tiny.gguf')
  writeFileSync(path, writeTinyLlama({ layers: 4, metadata: { 'llama.context_length': { type: 'uint32', value: 4_096 } } }))
  const signal = new AbortController().signal
  const model = await openModel({ path, contextMax: 4_096, device: 'cpu', threads: 1 }, { signal, log: () => undefined, onProgress: () => undefined, replace: () => undefined })
  try {
    const told: number[] = []
    await model.calibrate(calibrationCases.slice(0, 2), { signal, onProgress: (done) => told.push(done) })
    const [first, second] = [0, 1].map((each) => told.filter((done) => done === each).length)
    // Layers of a fast computer share a graph. The second one's text is there already.
    expect(first).toBeGreaterThan(1)
    expect(second).toBeGreaterThan(1)
  } finally {
    model.close()
    rmSync(folder, { recursive: true })
  }
})
