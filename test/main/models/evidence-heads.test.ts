import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Calibration, CalibrationCase } from '../../../src-engine/protocol'
import { createEvidenceHeads } from '../../../src-main/models/evidence-heads'

const found: Calibration = { heads: [{ layer: 3, head: 1 }], mass: 0.2, logProbability: -2 }
const unknown = { architecture: 'chatglm', name: 'GLM 4 9B: chat/1', bytes: 6_250_926_848 }

let folder = ''
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'longleaf-heads-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

describe('the heads of a model', () => {
  it('are known for models of the table, by the names that their files give themselves', async () => {
    const heads = createEvidenceHeads({ calibrate: () => Promise.reject(new Error('not needed')), facts: null }, folder)
    for (const facts of [{ architecture: 'llama', name: 'Smollm2 135M 8k Lc100K Mix1 Ep2', bytes: 1 }, { architecture: 'qwen2', name: 'Qwen2.5 Coder 0.5B Instruct AWQ', bytes: 2 }]) {
      expect((await heads.of(facts))?.heads).toHaveLength(8)
      await heads.learn(facts)
    }
    expect(await heads.of({ architecture: 'llama', name: 'Smollm2 360M', bytes: 1 })).toBeNull()
    expect(readdirSync(folder)).toEqual([])
  })

  it('of any other are found once, on the cases that come with the app, and kept', async () => {
    const asked: number[] = []
    const calibrate = (cases: readonly CalibrationCase[]): Promise<Calibration> => {
      asked.push(cases.length)
      return Promise.resolve(found)
    }
    const heads = createEvidenceHeads({ calibrate, facts: unknown }, join(folder, 'models'))
    expect(await heads.of(unknown)).toBeNull()
    await heads.learn(unknown)
    await heads.learn(unknown)
    expect(asked).toEqual([24])
    expect(await createEvidenceHeads({ calibrate, facts: null }, join(folder, 'models')).of(unknown)).toEqual(found)
    expect(await heads.of({ ...unknown, bytes: 5 })).toBeNull()
  })

  it('are found again where what was kept is damaged', async () => {
    const heads = createEvidenceHeads({ calibrate: () => Promise.resolve(found), facts: unknown }, folder)
    await heads.learn(unknown)
    for (const file of readdirSync(folder)) writeFileSync(join(folder, file), '{"version":1,"heads":[')
    expect(await heads.of(unknown)).toBeNull()
    await heads.learn(unknown)
    expect(await heads.of(unknown)).toEqual(found)
  })

  it('are looked for again where a question ended the search', async () => {
    const results = [null, null, found]
    const heads = createEvidenceHeads({ calibrate: () => Promise.resolve(results.shift() ?? null), facts: unknown }, folder)
    await heads.learn(unknown)
    expect(results).toEqual([])
    expect(await heads.of(unknown)).toEqual(found)
  })

  it('are not looked for in another model that is loaded meanwhile', async () => {
    let loaded: typeof unknown | null = unknown
    const engine = {
      get facts() {
        return loaded
      },
      calibrate() {
        loaded = null
        return Promise.resolve(null)
      },
    }
    await createEvidenceHeads(engine, folder).learn(unknown)
    expect(readdirSync(folder)).toEqual([])
  })
})
