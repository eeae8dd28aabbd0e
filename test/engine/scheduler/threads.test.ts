import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { physicalCores } from '../../../src-engine/scheduler/cores'
import { fastestThreads, lookEveryMs, threadCandidates, threadsFor, watchThreads, type CoreTimes } from '../../../src-engine/scheduler/threads'

const at = (time: number, busy: number, own: number): CoreTimes => ({ time, busy, own })

describe('the threads of a computer', () => {
  it.each([[1, [1]], [2, [2]], [4, [2, 4]], [7, [4, 7]], [16, [8, 16]]])('of %i cores may best be %j', (cores, candidates) => {
    expect(threadCandidates(cores)).toEqual(candidates)
  })

  it.each([[2, 1, [1, 2]], [16, 8, [8, 16]], [24, 16, [16, 24]], [8, 8, [8]]])('of %i, %i of them whole, may best be %j', (cores, physical, candidates) => {
    expect(threadCandidates(cores, physical)).toEqual(candidates)
  })

  it.each([
    ['halves, each pair named by both', ['0,4', '1,5', '0,4', '1,5'], 2], ['whole', ['0', '1', '2'], 3], ['untold', [], undefined],
  ])('that are %s are counted', (_, siblings, expected) => {
    const folder = mkdtempSync(join(tmpdir(), 'longleaf-cores-'))
    siblings.forEach((list, i) => {
      mkdirSync(join(folder, `cpu${i}/topology`), { recursive: true })
      writeFileSync(join(folder, `cpu${i}/topology/thread_siblings_list`), `${list}\n`)
    })
    expect(physicalCores(folder)).toBe(expected)
    expect(physicalCores(join(folder, 'none'))).toBeUndefined()
    rmSync(folder, { recursive: true })
  })

  it.each([
    ['more where that is faster', { 4: 100, 8: 60 }, 8],
    ['fewer where more gain little', { 4: 100, 8: 97 }, 4],
    ['fewer where halves of cores slow each other down', { 4: 100, 8: 130 }, 4],
  ])('are %s', async (_, times: Readonly<Record<number, number>>, expected) => {
    expect(await fastestThreads([4, 8], (threads) => Promise.resolve(times[threads] ?? Infinity))).toBe(expected)
  })

  it('are not measured where there is no choice', async () => {
    expect(await fastestThreads([2], () => Promise.reject(new Error('measured')))).toBe(2)
  })
})

describe('the number of threads', () => {
  it.each([
    ['all on a quiet machine', 2, 2, 0, 2],
    ['all, if others need little', 2, 2, 0.3, 2],
    ['one less, if one core is busy', 2, 2, 1, 1],
    ['one less from two fifths of a core on', 2, 2, 0.5, 1],
    ['one, if all are busy', 2, 2, 2, 1],
    ['one, if more is wanted than there is', 4, 4, 9, 1],
    ['those that the machine has left', 8, 8, 3, 5],
    ['all of a pool smaller than the machine', 16, 8, 4, 8],
  ])('is %s', (_, cores, threadsMax, others, expected) => {
    const elapsed = 1000
    const own = 700
    expect(threadsFor(at(0, 0, 0), at(elapsed, others * elapsed + own, own), cores, threadsMax)).toBe(expected)
  })

  it('is all of them if no time has passed', () => {
    expect(threadsFor(at(5, 0, 0), at(5, 0, 0), 4, 4)).toBe(4)
  })

  it('is looked at now and then, not before each run', () => {
    let time = 0
    let busy = 0
    let looks = 0
    const look = (): CoreTimes => {
      looks++
      return at(time, busy, 0)
    }
    const threads = watchThreads(look, () => time, 2, () => 2)
    expect(threads()).toBe(2)
    time = lookEveryMs - 1
    busy = 2 * lookEveryMs
    expect(threads()).toBe(2)
    expect(looks).toBe(1)
    time = lookEveryMs
    expect(threads()).toBe(1)
    expect(looks).toBe(2)
    time = 3 * lookEveryMs
    expect(threads()).toBe(2)
  })
})
