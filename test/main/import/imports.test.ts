import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { FailureError } from '../../../src-main/contract/failure'
import type { ImportItem } from '../../../src-main/contract/imports'
import { foldersIn } from '../../../src-main/folders'
import { createImports, type Imports } from '../../../src-main/import/imports'
import type { IngestHost, ParseHooks, ParseTask } from '../../../src-main/import/ingest-host'
import { openStoredFiles } from '../../../src-main/import/stored-files'
import type { Publish } from '../../../src-main/ipc/publish'
import type { Library } from '../../../src-main/library/library'
import { buildDocument } from '../../support/documents'
import { eventually } from '../../support/eventually'
import { openHere } from '../../support/library'

type Parse = IngestHost['parse']

let root: string
let library: Library
let imports: Imports
let parse: Parse
let told: ImportItem[]
let tasks: ParseTask[]

const book = buildDocument(['The tide came in at nine.', 'The heron stood in the reeds.'])
const readBook: Parse = async (_task, hooks) => {
  hooks.onProgress(1, 2)
  hooks.onUnits(book.units)
  return book.document
}
const fail = (kind: 'password-needed' | 'password-wrong' | 'damaged' | 'wrong-type'): Parse => () => Promise.reject(new FailureError(kind, `${kind}.`))
const untilAborted = (_task: ParseTask, { signal }: ParseHooks): Promise<never> =>
  new Promise((_, reject) => signal.addEventListener('abort', () => reject(new FailureError('cancelled', 'Cancelled.'))))

const data = (): string => join(root, 'data')
const put = (name: string, bytes = `%PDF-${name}`): string => {
  writeFileSync(join(root, name), bytes)
  return join(root, name)
}
const filesIn = (folder: string): readonly string[] => (existsSync(join(data(), folder)) ? readdirSync(join(data(), folder)) : [])

/** A queue as after a start of the app, over the library that is there. */
function openQueue(over: Partial<Library> = {}): Imports {
  const publish: Publish = (name, payload) => {
    if (name === 'import/changed' && 'items' in payload) told.push(...payload.items)
  }
  const ingest: IngestHost = {
    warm: () => undefined,
    parse(task, hooks) {
      tasks.push(task)
      return parse(task, hooks)
    },
    close: () => undefined,
  }
  return createImports({ library: { ...library, ...over }, files: openStoredFiles(foldersIn(data())), ingest, log: { write: () => undefined }, publish })
}
const importAll = async (...paths: readonly string[]): Promise<readonly ImportItem[]> => {
  const ids = await imports.start(paths.map((path) => ({ kind: 'path', path })))
  return Promise.all(ids.map((id) => imports.settled(id)))
}

beforeEach(async () => {
  root = mkdtempSync(join(tmpdir(), 'longleaf-imports-'))
  told = []
  tasks = []
  parse = readBook
  library = await openHere(data())
  imports = openQueue()
})
afterEach(async () => {
  await imports.close()
  await library.close()
  rmSync(root, { recursive: true, force: true })
})

describe('an import', () => {
  it('stores the document, keeps its file under its hash and tells of each step', async () => {
    const [item] = await importAll(put('a.pdf'))
    expect(item).toMatchObject({ state: 'done', known: false, failure: null, fileName: 'a.pdf', unitsDone: 1, unitsTotal: 2 })
    const [document] = await library.list()
    expect(document).toMatchObject({ id: item?.document, state: 'ready', units: 2, path: join(root, 'a.pdf') })
    expect(filesIn('documents')).toEqual([`${document?.id}.pdf`])
    expect(filesIn('incoming')).toEqual([])
    expect(told[0]?.state).toBe('queued')
    await eventually(() => expect(told.at(-1)).toEqual(item))
  })

  it('of the same bytes under another name is the document that is there, read once', async () => {
    const [first, second] = await importAll(put('a.pdf', '%PDF-same'), put('b.pdf', '%PDF-same'))
    expect(second).toMatchObject({ state: 'done', known: true, document: first?.document })
    expect(tasks).toHaveLength(1)
    expect(await library.list()).toHaveLength(1)
  })

  it('of two files of one name makes two documents', async () => {
    const [first, second] = await importAll(put('a.pdf', '%PDF-1'), put('a2.pdf', '%PDF-2'))
    expect(first?.document).not.toBe(second?.document)
    expect(filesIn('documents')).toHaveLength(2)
  })

  it('of pasted bytes leaves nothing but the document, which claims no folder', async () => {
    const [id] = await imports.start([{ kind: 'bytes', name: '../pasted.pdf', bytes: Buffer.from('%PDF-pasted') }])
    expect(await imports.settled(id ?? 0)).toMatchObject({ state: 'done', fileName: '.. pasted.pdf' })
    expect((await library.list())[0]).toMatchObject({ path: '' })
    expect(filesIn('incoming')).toEqual([])
  })

  it('that fails harms neither the one before nor the one after', async () => {
    parse = (task, hooks) => (task.fileName === 'b.pdf' ? fail('damaged')(task, hooks) : readBook(task, hooks))
    const items = await importAll(put('a.pdf'), put('b.pdf'), put('zero.pdf', ''), join(root, 'absent.pdf'), put('c.pdf'))
    expect(items.map(({ state, failure }) => failure?.kind ?? state)).toEqual(['done', 'damaged', 'empty-file', 'not-found', 'done'])
    expect((await library.list()).map(({ fileName, state }) => [fileName, state]).sort()).toEqual([['a.pdf', 'ready'], ['b.pdf', 'failed'], ['c.pdf', 'ready']])
  })

  it('of what is no document stores nothing and keeps nothing', async () => {
    parse = fail('wrong-type')
    expect(await importAll(put('page.pdf', '<html>'))).toMatchObject([{ state: 'failed', failure: { kind: 'wrong-type' }, document: null }])
    expect([await library.list(), filesIn('documents'), filesIn('incoming')]).toEqual([[], [], []])
  })

  it('of a damaged document can be tried again and then replaces it', async () => {
    parse = fail('damaged')
    await importAll(put('a.pdf'))
    parse = readBook
    expect(await importAll(join(root, 'a.pdf'))).toMatchObject([{ state: 'done', known: false }])
    expect(await library.list()).toMatchObject([{ state: 'ready', units: 2 }])
    expect(filesIn('documents')).toHaveLength(1)
  })

  it('that the library cannot take leaves no file behind', async () => {
    imports = openQueue({ finish: () => Promise.reject(Object.assign(new Error('full'), { code: 'ENOSPC' })) })
    expect(await importAll(put('a.pdf'))).toMatchObject([{ state: 'failed', failure: { kind: 'disk-full' } }])
    expect([filesIn('documents'), filesIn('incoming')]).toEqual([[], []])
  })

  it('whose pages cannot be stored ends at once', async () => {
    parse = (task, hooks) => {
      hooks.onUnits(book.units)
      return untilAborted(task, hooks)
    }
    imports = openQueue({ addUnits: () => Promise.reject(Object.assign(new Error('full'), { code: 'ENOSPC' })) })
    expect(await importAll(put('a.pdf'))).toMatchObject([{ state: 'failed', failure: { kind: 'disk-full' } }])
  })
})

describe('a document with a password', () => {
  it('waits for it in the library, says when it is wrong, and is read with the right one', async () => {
    parse = (task, hooks) => (task.password === 'heron' ? readBook(task, hooks) : fail(task.password === null ? 'password-needed' : 'password-wrong')(task, hooks))
    const [item] = await importAll(put('locked.pdf'))
    expect(item).toMatchObject({ state: 'needs-password', failure: { kind: 'password-needed' } })
    expect(await library.list()).toMatchObject([{ state: 'needs-password' }])
    const id = item?.id ?? 0
    // The file may be gone from where it was: the kept copy is read.
    rmSync(join(root, 'locked.pdf'))
    await imports.password(id, 'stork')
    expect(await imports.settled(id)).toMatchObject({ state: 'needs-password', failure: { kind: 'password-wrong' } })
    await imports.password(id, 'heron')
    expect(await imports.settled(id)).toMatchObject({ state: 'done', failure: null })
    expect(await library.list()).toMatchObject([{ state: 'ready', units: 2 }])
    expect(JSON.stringify([await library.queue(), told])).not.toMatch(/heron|stork/)
  })
})

describe('the queue', () => {
  it('cancels the running import and those that wait, each by itself', async () => {
    parse = untilAborted
    const ids = await imports.start([put('a.pdf'), put('b.pdf'), put('c.pdf')].map((path) => ({ kind: 'path', path })))
    const [a = 0, b = 0, c = 0] = ids
    await eventually(() => expect(tasks).toHaveLength(1))
    await imports.cancel(b)
    parse = readBook
    await imports.cancel(a)
    expect((await Promise.all([a, b, c].map((id) => imports.settled(id)))).map(({ state }) => state)).toEqual(['cancelled', 'cancelled', 'done'])
    expect(await library.list()).toHaveLength(1)
    expect(filesIn('incoming')).toEqual([])
  })

  it('goes on after a restart where it was, once', async () => {
    parse = untilAborted
    await imports.start([put('a.pdf'), put('b.pdf')].map((path) => ({ kind: 'path', path })))
    await eventually(() => expect(tasks).toHaveLength(1))
    await imports.close()
    expect((await library.queue()).map(({ state }) => state)).toEqual(['queued', 'queued'])

    parse = readBook
    imports = openQueue()
    await imports.resume()
    expect((await Promise.all(imports.list().map(({ id }) => imports.settled(id)))).map(({ state }) => state)).toEqual(['done', 'done'])
    await imports.resume()
    expect(await library.list()).toHaveLength(2)
  })

  it('forgets at a restart what was done, and keeps what failed until it is dismissed', async () => {
    await importAll(put('a.pdf'), put('zero.pdf', ''))
    imports = openQueue()
    await imports.resume()
    const [failed] = imports.list()
    expect(imports.list()).toMatchObject([{ fileName: 'zero.pdf', state: 'failed' }])
    await imports.dismiss(failed?.id ?? 0)
    expect([imports.list(), await library.queue()]).toEqual([[], []])
  })

  it('does not let go of an import that runs, nor take a password that nobody asked for', async () => {
    parse = untilAborted
    const [id = 0] = await imports.start([{ kind: 'path', path: put('a.pdf') }])
    await expect(imports.dismiss(id)).rejects.toMatchObject({ failure: { kind: 'invalid-request' } })
    await expect(imports.password(id, 'x')).rejects.toMatchObject({ failure: { kind: 'invalid-request' } })
    await expect(imports.cancel(999)).rejects.toMatchObject({ failure: { kind: 'not-found' } })
  })

  it('tells progress at most ten times a second, and the last of it', async () => {
    parse = async (_task, hooks) => {
      for (let page = 1; page <= 500; page++) hooks.onProgress(page, 500)
      await eventually(() => expect(told.some(({ unitsDone }) => unitsDone === 500)).toBe(true))
      hooks.onUnits(book.units)
      return book.document
    }
    await importAll(put('a.pdf'))
    const steps = told.filter(({ state, unitsDone }) => state === 'importing' && unitsDone > 0)
    expect(steps.length).toBeLessThanOrEqual(4)
    expect(steps.at(-1)?.unitsDone).toBe(500)
  })
})
