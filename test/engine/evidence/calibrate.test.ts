import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Calibration } from '../../../src-engine/protocol'
import { calibrationCases } from '../../../src-main/ask/calibration-cases'
import { startEngine, type EngineProcess } from '../../support/engine-process'
import { starterModelPath } from '../../support/starter-model'

/** The best heads on SQuAD and HotpotQA, which are not among these cases (layer, head). */
const known = new Set(['18 6', '18 7', '17 3', '17 4', '14 3', '23 2', '21 8', '8 0'])

describe('a calibration', () => {
  let engine: EngineProcess
  beforeAll(async () => {
    engine = startEngine()
    await engine.ask({ kind: 'load', seq: 1, path: starterModelPath(), contextMax: 2048, device: 'cpu', threads: null })
  }, 90_000)
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
  }, 90_000)
})
