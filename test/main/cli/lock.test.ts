import { describe, expect, it } from 'vitest'
import { waitForLibrary } from '../../../src-main/cli/lock'

const wait = (tries: number, over: { waitMilliseconds?: number; signal?: AbortSignal } = {}) => {
  const notes: string[] = []
  let tried = 0
  const world = { tryLock: () => ++tried > tries, note: (text: string) => notes.push(text), signal: new AbortController().signal }
  return { notes, done: waitForLibrary({ ...world, waitMilliseconds: 2_000, stepMilliseconds: 2, ...over }) }
}

describe('a library that another one has open', () => {
  it('is waited for, and that is said once', async () => {
    const { done, notes } = wait(5)
    await done
    expect(notes).toHaveLength(1)
  })

  it('that is free is taken without a word', async () => {
    const { done, notes } = wait(0)
    await done
    expect(notes).toEqual([])
  })

  it('is given up with a sentence', async () => {
    await expect(wait(Infinity, { waitMilliseconds: 20 }).done).rejects.toMatchObject({ failure: { kind: 'library-busy' } })
  })

  it('is not waited for after Ctrl+C', async () => {
    await wait(Infinity, { signal: AbortSignal.abort() }).done
  })
})
