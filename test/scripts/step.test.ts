import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { SetupFailure, withRetries } from '../../scripts/setup/failure.mjs'
import { makeReport } from '../../scripts/setup/report.mjs'
import { runStep, type Context, type Source, type Step } from '../../scripts/setup/step.mjs'

let cache: string
let said: string[]

beforeEach(async () => {
  cache = await mkdtemp(join(tmpdir(), 'longleaf-step-'))
  said = []
})

afterEach(async () => {
  vi.useRealTimers()
  await rm(cache, { recursive: true, force: true })
})

const contextOf = (changes: Partial<Context> = {}): Context => ({
  env: {},
  platform: 'linux',
  arch: 'x64',
  isRoot: false,
  offline: false,
  checkout: cache,
  cache,
  report: makeReport({ write: (text) => said.push(text) }),
  ...changes,
})

/** A step that is done once one of its sources has worked; it notes which were asked. */
function stepOf(sources: readonly (Omit<Source, 'install'> & { readonly fails?: SetupFailure })[]): { readonly step: Step; readonly asked: string[] } {
  const asked: string[] = []
  let done = false
  const step: Step = {
    title: 'Starter model',
    mend: 'npm run setup',
    isDone: () => Promise.resolve(done),
    sources: () =>
      sources.map(({ fails, ...source }) => ({
        ...source,
        install: () => {
          asked.push(source.title)
          if (fails !== undefined) return Promise.reject(fails)
          done = true
          return Promise.resolve()
        },
      })),
  }
  return { step, asked }
}

const unreachable = new SetupFailure('huggingface.co cannot be reached (ENOTFOUND).', { unreachable: true })

describe('a set-up step', () => {
  it('asks its sources in order and stops at the first that works', async () => {
    const { step, asked } = stepOf([{ title: 'first', network: true, fails: unreachable }, { title: 'second', network: true }, { title: 'third', network: true }])
    expect(await runStep(step, contextOf())).toBe(true)
    expect(asked).toEqual(['first', 'second'])
    expect(said.join('')).toContain('[set-up] Starter model: ready')
  })

  it('does nothing and says nothing when it is done', async () => {
    const { step, asked } = stepOf([{ title: 'first', network: true }])
    await runStep(step, contextOf())
    said = []
    expect(await runStep(step, contextOf())).toBe(false)
    expect(asked).toEqual(['first'])
    expect(said).toEqual([])
  })

  it('asks a source that was unreachable last for a day, and first again afterwards', async () => {
    const sources = [
      { title: 'ordinary', network: true, memory: 'model', fails: unreachable },
      { title: 'carried', network: true },
    ]
    await runStep(stepOf(sources).step, contextOf())
    const next = stepOf(sources)
    await runStep(next.step, contextOf())
    expect(next.asked).toEqual(['carried'])
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 25 * 3600 * 1000 })
    const later = stepOf(sources)
    await runStep(later.step, contextOf())
    expect(later.asked).toEqual(['ordinary', 'carried'])
  })

  it('offline: asks no source that needs the network, says what is missing and what mends it', async () => {
    const { step, asked } = stepOf([{ title: 'first', network: true }])
    const error = await runStep(step, contextOf({ offline: true })).catch((reason: unknown) => reason)
    expect(asked).toEqual([])
    expect(error).toMatchObject({ mend: 'npm run setup' })
    expect((error as Error).message).toMatch(/^Starter model: not here yet, and LONGLEAF_OFFLINE forbids/)
  })

  it('offline: still takes what needs no network', async () => {
    const { step, asked } = stepOf([{ title: 'download', network: true }, { title: 'the cache', network: false }])
    await runStep(step, contextOf({ offline: true }))
    expect(asked).toEqual(['the cache'])
  })

  it('names every source that failed and why', async () => {
    const { step } = stepOf([
      { title: 'first', network: true, fails: unreachable },
      { title: 'second', network: true, fails: new SetupFailure('pip is not installed.', { mend: 'sudo apt-get install -y python3-pip' }) },
    ])
    const error = (await runStep(step, contextOf()).catch((reason: unknown) => reason)) as Error
    expect(error.message).toContain('first: huggingface.co cannot be reached')
    expect(error.message).toContain('second: pip is not installed. Mend: sudo apt-get install -y python3-pip')
  })

  it('says so where a computer of this kind has no source', async () => {
    const { step } = stepOf([])
    await expect(runStep(step, contextOf({ platform: 'win32', arch: 'ia32' }))).rejects.toThrow('there is no source of it for win32-ia32')
  })
})

describe('trying again', () => {
  const failing = (count: number, failure: Error): { readonly job: () => Promise<number>; readonly calls: () => number } => {
    let calls = 0
    return {
      job: () => {
        calls++
        return calls <= count ? Promise.reject(failure) : Promise.resolve(calls)
      },
      calls: () => calls,
    }
  }

  it('waits longer each time and succeeds', async () => {
    const waits: number[] = []
    const { job } = failing(2, new SetupFailure('cut', { transient: true }))
    expect(await withRetries(job, { waitMs: 1, onRetry: (_error, waitMs) => waits.push(waitMs) })).toBe(3)
    expect(waits).toEqual([1, 2])
  })

  it('ends after three tries', async () => {
    const { job, calls } = failing(9, new SetupFailure('cut', { transient: true }))
    await expect(withRetries(job, { waitMs: 1 })).rejects.toThrow('cut')
    expect(calls()).toBe(3)
  })

  it.each([new SetupFailure('wrong bytes'), new Error('a bug')])('does not repeat what would fail again: %s', async (failure) => {
    const { job, calls } = failing(9, failure)
    await expect(withRetries(job, { waitMs: 1 })).rejects.toThrow(failure.message)
    expect(calls()).toBe(1)
  })
})
