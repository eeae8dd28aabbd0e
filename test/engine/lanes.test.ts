import { setImmediate as turn } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { inLanes } from '../../src-engine/lanes'

describe('work in lanes', () => {
  it('does everything once, so many at a time, and begins in order', async () => {
    const begun: number[] = []
    let [running, most] = [0, 0]
    await inLanes([...Array(20).keys()], 3, async (item) => {
      begun.push(item)
      most = Math.max(most, ++running)
      await turn()
      running--
    })
    expect(begun).toEqual([...Array(20).keys()])
    expect(most).toBe(3)
  })

  it('gives the error of one only when the others have ended, and begins no more', async () => {
    const begun: number[] = []
    const ended: number[] = []
    await expect(inLanes([0, 1, 2, 3, 4, 5], 3, async (item) => {
      begun.push(item)
      if (item === 1) throw new Error('one of them')
      for (let i = 0; i < 5; i++) await turn()
      ended.push(item)
    })).rejects.toThrow('one of them')
    expect(ended).toEqual(begun.filter((item) => item !== 1))
    expect(begun).toEqual([0, 1, 2])
  })
})
