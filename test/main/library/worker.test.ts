import { afterAll, beforeAll, expect, test } from 'vitest'
import { FailureError } from '../../../src-main/contract/failure'
import { openLibrary } from '../../../src-main/library/open'
import { startWorkerFile } from '../../../src-main/library/thread'
import { buildScript, type BuiltScript } from '../../support/built-worker'
import { buildDocument, store } from '../../support/documents'
import { inFolder } from '../../support/library'

let worker: BuiltScript

beforeAll(async () => { worker = await buildScript('src-main/library/worker.ts') })
afterAll(() => { worker.remove() })

const open = (folder: string) => openLibrary(folder, (data) => startWorkerFile(worker.file, data))

test('a document stored through the worker thread is found, and is there after a restart', () => inFolder(async (folder) => {
  const library = await open(folder)
  const summary = await store(library, buildDocument(['The heron waits by the weir.', 'The miller sleeps.']))
  await library.close()
  const again = await open(folder)
  expect(await again.list()).toEqual([summary])
  expect((await again.search({ text: 'heron' })).map(({ page }) => page)).toEqual([1])
  expect((await again.marks(summary.id, [{ start: { unit: 0, offset: 4 }, end: { unit: 0, offset: 9 } }]))[0]?.boxes).toHaveLength(1)
  await again.close()
}))

test('failures cross the thread as values with their kind and sentence', () => inFolder(async (folder) => {
  const library = await open(folder)
  const lost = await library.detail('0'.repeat(64)).catch((error: unknown) => error)
  expect(lost).toBeInstanceOf(FailureError)
  expect(lost).toMatchObject({ failure: { kind: 'not-found' } })
  const second = await open(folder).catch((error: unknown) => error)
  expect(second).toMatchObject({ failure: { kind: 'library-busy' } })
  await library.close()
}))

test('a worker that dies rejects what was asked of it, and the next call finds the library whole', () => inFolder(async (folder) => {
  const ends: (() => void)[] = []
  let isBusy = false
  const library = await openLibrary(folder, (data) => {
    const thread = startWorkerFile(worker.file, data)
    isBusy = false
    ends.push(() => { thread.end() })
    return { ...thread, post: (message) => { if (!isBusy) thread.post(message) } }
  })
  const summary = await store(library, buildDocument(['One page about the tide.']))
  isBusy = true
  const asked = library.list().catch((error: unknown) => error)
  ends[0]?.()
  expect(await asked).toMatchObject({ failure: { kind: 'unexpected' } })
  expect(await library.list()).toEqual([summary])
  expect(ends).toHaveLength(2)
  await library.close()
}))
