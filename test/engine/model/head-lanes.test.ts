import { afterAll, describe, expect, it } from 'vitest'
import { openBackend } from '../../../src-engine/ggml/backend'
import { HeadLanes, type Lane } from '../../../src-engine/model/head-lanes'

let threads = 4
const backend = openBackend({ threadsMax: 4, threads: () => threads })
const lanes = new HeadLanes(backend)
afterAll(() => {
  lanes.free()
  backend.free()
})

/** Attends some heads, each until the one after it has begun, or no other does. */
async function attended(heads: number, isStopped = (_head: number): boolean => false): Promise<{ goesOn: boolean; by: Map<number, Lane>; most: number }> {
  const by = new Map<number, Lane>()
  let [now, most] = [0, 0]
  const goesOn = await lanes.each(heads, async (head, lane) => {
    by.set(head, lane)
    most = Math.max(most, ++now)
    await new Promise(setImmediate)
    now--
    return !isStopped(head)
  })
  return { goesOn, by, most }
}

describe('heads', () => {
  it('are attended two at a time, each by half of the threads', async () => {
    threads = 4
    const { goesOn, by, most } = await attended(4)
    expect({ goesOn, heads: [...by.keys()], most }).toEqual({ goesOn: true, heads: [0, 1, 2, 3], most: 2 })
    expect(new Set(by.values()).size).toBe(2)
    for (const { backend: { threadsMax, threads: now } } of by.values()) expect([threadsMax, now]).toEqual([2, 2])
  })

  it('share what threads there are', async () => {
    threads = 3
    const { by } = await attended(2)
    expect([...by.values()].map((lane) => lane.backend.threads)).toEqual([1, 2])
  })

  it('are attended one after the other by a thread alone', async () => {
    threads = 1
    const { by, most } = await attended(3)
    expect(most).toBe(1)
    expect([...new Set(by.values())]).toEqual([lanes.all])
    expect(lanes.all.backend.threads).toBe(1)
  })

  it('are not begun any more when one was stopped', async () => {
    threads = 4
    const { goesOn, by } = await attended(6, (head) => head === 1)
    expect({ goesOn, heads: [...by.keys()] }).toEqual({ goesOn: false, heads: [0, 1, 2] })
  })
})
