import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openEngine, type Engine } from '../../src-engine/engine'
import { chunkMilliseconds, measureSpeed, speedFrom, spread } from '../../src-engine/speed'
import { starterModelPath } from '../support/starter-model'

describe('speed from two chunks', () => {
  it('parts what a chunk costs by itself from what looking back costs', () => {
    const chunk = { start: 100 + 0.5 * 512, deep: 100 + 0.5 * 8_192 }
    expect(speedFrom(512, 8_192, chunk)).toEqual({ chunkTokens: 512, chunkMilliseconds: 100, depthMilliseconds: 0.5 })
  })

  it('is never negative, whatever disturbed the clock', () => {
    expect(speedFrom(512, 8_192, { start: 300, deep: 200 })).toEqual({ chunkTokens: 512, chunkMilliseconds: 300, depthMilliseconds: 0 })
  })

  it('is that of most layers, whatever disturbed a few', () => {
    expect(chunkMilliseconds(40, 2, [10, 11, 3_600_000, 12, 9, 10])).toBe(10.5 * 39 + 2)
    expect(chunkMilliseconds(4, 2, [10, 500, 11])).toBe(11 * 3 + 2)
    expect(chunkMilliseconds(2, 1, [10])).toBe(11)
    expect(chunkMilliseconds(1, 3, [])).toBe(3)
  })

  it('takes layers from all over the model', () => {
    expect(spread(39, 6)).toEqual([0, 6, 13, 19, 26, 32])
    expect(spread(2, 6)).toEqual([0, 1])
    expect(spread(0, 6)).toEqual([])
  })
})

describe('a measurement of the starter model', () => {
  let engine: Engine
  beforeAll(async () => {
    engine = await openEngine({ path: starterModelPath() })
  })
  afterAll(() => engine.close())

  it('tells time and memory, and leaves sessions as they were', async () => {
    const session = engine.open({ contextMax: 256 })
    await session.sync([1, 2, 3])
    const before = [...session.logits]
    const speed = await measureSpeed(engine, () => process.memoryUsage.rss())
    expect(speed.chunkTokens).toBe(512)
    expect(speed.chunkMilliseconds + speed.depthMilliseconds).toBeGreaterThan(0)
    // 30 layers, 3 KV heads of 64 numbers, keys and values of 2 bytes each.
    expect(speed.kvBytesPerToken).toBe(30 * 3 * 64 * 2 * 2)
    expect(speed.memoryBytes).toBeGreaterThan(engine.bytes)
    expect([...session.logits]).toEqual(before)
  })

  it('ends when it is stopped, and gives its memory back', async () => {
    const kv = engine.kvBytes
    await expect(measureSpeed(engine, () => 0, AbortSignal.abort(new Error('stopped')))).rejects.toThrow('stopped')
    expect(engine.kvBytes).toBe(kv)
  })
})
