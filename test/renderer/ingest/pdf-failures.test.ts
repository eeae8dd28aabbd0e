import { readFileSync } from 'node:fs'
import { beforeEach, describe, expect, test } from 'vitest'
import { FailureError } from '../../../src-main/contract/failure'
import { bookPath } from '../../support/books'
import { caseFile } from '../../support/cases'
import type { ParseOptions } from '../../support/pdf'
import { parsePdf } from '../../support/pdf'
import { ThreadWorker, threadWorker } from '../../support/pdf-worker'
import { draw, drawLines, writePdf } from '../../support/pdf-writer'

const failure = async (bytes: Uint8Array, options: ParseOptions = {}): Promise<{ readonly kind: string; readonly message: string }> => {
  const outcome: unknown = await parsePdf(bytes, options).then(() => 'read', (cause: unknown) => cause)
  if (!(outcome instanceof FailureError)) throw new Error(`not a failure: ${String(outcome)}`)
  return outcome.failure
}

const book = (pages: number): Uint8Array => writePdf({ pages: Array.from({ length: pages }, (_, index) => ({ content: draw(40, 500, `Leaf number ${index + 1} of the log.`) })) })

describe('a whole file that cannot be read', () => {
  test('empty', async () => {
    expect(await failure(new Uint8Array(0), { fileName: 'log.pdf' })).toMatchObject({ kind: 'empty-file', message: expect.stringContaining('“log.pdf” is empty') as string })
  })

  test('cut off', async () => {
    const bytes = readFileSync(await bookPath('bash'))
    expect((await failure(bytes.subarray(0, bytes.length / 2))).kind).toBe('truncated')
  })

  test('damaged through and through', async () => {
    expect((await failure(new TextEncoder().encode(`%PDF-1.7\n${'no objects here '.repeat(100)}\nstartxref\n12\n%%EOF\n`))).kind).toBe('damaged')
  })

  test('with a password: needed, wrong, right', async () => {
    const bytes = readFileSync(caseFile('encrypted-user.pdf'))
    expect((await failure(bytes)).kind).toBe('password-needed')
    expect((await failure(bytes, { password: 'stork' })).kind).toBe('password-wrong')
    expect((await parsePdf(bytes, { password: 'heron' })).units[0]?.text).not.toBe('')
  })

  test('too many pages', async () => {
    expect(await failure(book(10_001), { fileName: 'log.pdf' })).toMatchObject({ kind: 'too-many-pages', message: expect.stringContaining('10001 pages') as string })
  })

  test('sentences name the file without its control and direction marks', async () => {
    expect((await failure(new Uint8Array(0), { fileName: 'a\u202efdp.\u0000exe' })).message).toContain('“afdp.exe”')
  })
})

describe('single pages that cannot be read', () => {
  test('are named, and the others are kept', async () => {
    const bytes = new Uint8Array(readFileSync(await bookPath('bash')))
    bytes.fill(0x20, 500_000, 560_000)
    const document = await parsePdf(bytes)
    const bad = document.units.filter((unit) => unit.problem === 'unreadable')
    const good = document.units.filter((unit) => unit.problem === null)
    expect(document.units).toHaveLength(196)
    expect(bad.length).toBeGreaterThan(0)
    expect(bad.every((unit) => unit.text === '')).toBe(true)
    expect(good.length).toBeGreaterThan(100)
  })
})

describe('a page that hangs', () => {
  beforeEach(() => {
    ThreadWorker.made.length = 0
  })

  test('is given up, its worker ended, and the rest read in a new one', async () => {
    const hangs = (action: string, data: unknown): boolean => action === 'GetTextContent' && (data as { readonly pageIndex: number }).pageIndex === 2
    const document = await parsePdf(book(6), { createWorker: threadWorker(hangs), pageMilliseconds: 3_000 })
    expect(document.units.map((unit) => unit.problem)).toEqual([null, null, 'timeout', null, null, null])
    expect(document.units[5]?.text).toBe('Leaf number 6 of the log.')
    expect(ThreadWorker.made).toHaveLength(2)
    expect(ThreadWorker.made.every((worker) => worker.isTerminated)).toBe(true)
  })
})

describe('workers', () => {
  beforeEach(() => {
    ThreadWorker.made.length = 0
  })

  test('read a long document in two, and the result is that of one', async () => {
    const pages = Array.from({ length: 60 }, (_, index) => ({ content: drawLines(40, 500, [`Leaf number ${index + 1} of the log that`, 'the keeper wrote by night.']) }))
    const bytes = writePdf({ pages })
    const two = await parsePdf(bytes, { createWorker: threadWorker() })
    expect(ThreadWorker.made).toHaveLength(2)
    expect(ThreadWorker.made.every((worker) => worker.isTerminated)).toBe(true)
    const one = await parsePdf(bytes)
    expect(two.units.map((unit) => unit.text)).toEqual(one.units.map((unit) => unit.text))
    expect(two.blocks).toEqual(one.blocks)
  })

  test('are ended when the person cancels, which is said at once', async () => {
    const controller = new AbortController()
    const reason = new Error('cancelled')
    const progress = (done: number): void => {
      if (done === 3) controller.abort(reason)
    }
    await expect(parsePdf(book(40), { createWorker: threadWorker(), signal: controller.signal, progress })).rejects.toBe(reason)
    expect(ThreadWorker.made.every((worker) => worker.isTerminated)).toBe(true)
  })

  test('tell how far they are', async () => {
    const seen: (readonly [number, number])[] = []
    await parsePdf(book(4), { progress: (done, total) => seen.push([done, total]) })
    expect(seen).toEqual([[0, 4], [1, 4], [2, 4], [3, 4], [4, 4]])
  })
})
