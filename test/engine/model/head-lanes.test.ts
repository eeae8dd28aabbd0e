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
async function attended(
  heads: number, isStopped = (_head: number): boolean => false, of = lanes,
): Promise<{ readonly goesOn: boolean; readonly by: ReadonlyMap<number, Lane>; readonly most: number }> {
  const by = new Map<number, Lane>()
  let [now, most] = [0, 0]
  const goesOn = await of.each(heads, async (head, lane) => {
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

  it.each([[3, [1, 2]], [1, [1, 1]]])('share what threads there are: %i', async (now, each) => {
    threads = now
    const { by } = await attended(2)
    expect([...by.values()].map((lane) => lane.backend.threads)).toEqual(each)
  })

  it('wait for all that were begun before, however long one of these takes: their rooms are needed', async () => {
    threads = 4
    const ended: number[] = []
    await lanes.each(6, async (head) => {
      expect(ended).toHaveLength(head - (head % 2))
      for (let turn = 0; turn < (head % 4 === 0 ? 5 : 1); turn++) await new Promise(setImmediate)
      ended.push(head)
      return true
    })
    expect(ended).toEqual([1, 0, 2, 3, 5, 4])
  })

  it('are attended one after the other by a thread alone', async () => {
    const single = openBackend({ threadsMax: 1 })
    const alone = new HeadLanes(single)
    const { by, most } = await attended(3, () => false, alone)
    expect(most).toBe(1)
    expect([...new Set(by.values())]).toEqual([alone.all])
    alone.free()
    single.free()
  })

  it('are not begun any more when one was stopped', async () => {
    threads = 4
    const { goesOn, by } = await attended(6, (head) => head === 1)
    expect({ goesOn, heads: [...by.keys()] }).toEqual({ goesOn: false, heads: [0, 1] })
  })
})
