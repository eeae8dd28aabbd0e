import { describe, expect, it } from 'vitest'
import type { ModelFacts, ReadingSpeed } from '../../../src-engine/protocol'
import { openSpeeds, type Speeds } from '../../../src-main/forecast/speeds'

const facts: ModelFacts = { name: 'M', architecture: 'llama', parameters: 1, bytes: 7, contextMax: 1, markTokens: 9, vocabulary: 1, threads: 1, layers: 1, devices: [] }

interface Kept {
  values: Record<string, unknown>
  measured: number
  computer: string
}

function open(kept: Kept): Speeds {
  return openSpeeds({
    library: {
      readSettings: () => Promise.resolve(JSON.parse(JSON.stringify(kept.values)) as Record<string, unknown>),
      writeSettings: (change) => Promise.resolve(void Object.assign(kept.values, change)),
    },
    engine: {
      measure: () => {
        kept.measured++
        return Promise.resolve<ReadingSpeed>({ chunkTokens: 512, chunkMilliseconds: kept.measured, depthMilliseconds: 0, kvBytesPerToken: 1, memoryBytes: 1 })
      },
    },
    computer: () => kept.computer,
  })
}

const fresh = (): Kept => ({ values: { theme: 'dark' }, measured: 0, computer: 'a' })

describe('the speeds of models', () => {
  it('are measured at the first use and kept, for each model by itself', async () => {
    const kept = fresh()
    await open(kept).of(facts)
    await open(kept).of({ ...facts, bytes: 8 })
    expect((await open(kept).of(facts)).chunkMilliseconds).toBe(1)
    expect((await open(kept).of({ ...facts, bytes: 8 })).chunkMilliseconds).toBe(2)
    expect(kept.measured).toBe(2)
    expect(kept.values['theme']).toBe('dark')
  })

  it('are others where a device computes, or computes more of it', async () => {
    const kept = fresh()
    const on = (layers: number): ModelFacts => ({ ...facts, devices: [{ name: 'Vulkan0', title: 'Card', layers }] })
    for (const each of [facts, on(1), on(2), facts, on(1), on(2)]) await open(kept).of(each)
    expect(kept.measured).toBe(3)
  })

  it('are measured again when the computer has changed, and after that once', async () => {
    const kept = fresh()
    await open(kept).of(facts)
    kept.computer = 'b'
    await open(kept).of(facts)
    expect((await open(kept).of(facts)).chunkMilliseconds).toBe(2)
  })

  it('are measured again where what was kept is spoiled', async () => {
    const kept = fresh()
    await open(kept).of(facts)
    kept.values['measured-speeds'] = { 'M llama 7': { computer: 'a', value: { chunkTokens: -1 } } }
    expect((await open(kept).of(facts)).chunkMilliseconds).toBe(2)
  })
})
