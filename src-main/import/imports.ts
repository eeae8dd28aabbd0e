import { basename } from 'node:path'
import type { DocumentId } from '../contract/document'
import { FailureError, type Failure } from '../contract/failure'
import type { ImportId, ImportItem, ImportSource } from '../contract/imports'
import { failureOf } from '../failures'
import type { Publish } from '../ipc/publish'
import type { Library } from '../library/library'
import { displayName } from './file-name'
import { importFile, type ImportFileWorld } from './import-file'
import { expandPath } from './sources'
import { createThrottle } from '../throttle'

/** The queue of files on their way into the library; it is stored, so it survives a restart. */
export interface Imports {
  /** Queues files; folders become the documents in them. What cannot even be found becomes an item that failed. */
  start(sources: readonly ImportSource[]): Promise<readonly ImportId[]>
  list(): readonly ImportItem[]
  cancel(id: ImportId): Promise<void>
  /** Tries a document that needs a password again; the password is kept only until that try has ended. */
  password(id: ImportId, password: string): Promise<void>
  dismiss(id: ImportId): Promise<void>
  /** Goes on with what an earlier run left. */
  resume(): Promise<void>
  /** Resolves when the item has come to an end: done, failed, cancelled or waiting for a password. */
  settled(id: ImportId): Promise<ImportItem>
  /** Hears of every item that changes, at most ten times a second for progress. */
  onChange(listener: (item: ImportItem) => void): () => void
  /** Drops the items of a document that is deleted. */
  forget(document: DocumentId): Promise<void>
  /** Ends the running import; it is queued again for the next start. */
  close(): Promise<void>
}

export interface ImportsWorld extends ImportFileWorld {
  readonly library: ImportFileWorld['library'] & Pick<Library, 'queue' | 'enqueue' | 'updateQueue' | 'dequeue'>
  readonly publish: Publish
}

const progressMilliseconds = 100
const isOpen = (item: ImportItem): boolean => item.state === 'queued' || item.state === 'importing'

export function createImports(world: ImportsWorld): Imports {
  const items = new Map<ImportId, ImportItem>()
  const passwords = new Map<ImportId, string>()
  const listeners = new Set<(item: ImportItem) => void>()
  const waiting = new Map<ImportId, Set<(item: ImportItem) => void>>()
  let running: { readonly id: ImportId; readonly abort: AbortController; readonly end: Promise<void> } | null = null
  let closed = false

  const tell = (item: ImportItem): void => {
    world.publish('import/changed', { items: [item] })
    for (const listener of listeners) listener(item)
    if (isOpen(item)) return
    for (const resolve of waiting.get(item.id) ?? []) resolve(item)
    waiting.delete(item.id)
  }
  const progress = createThrottle<ImportItem>(progressMilliseconds, tell)

  const save = async (item: ImportItem): Promise<void> => {
    items.set(item.id, item)
    await world.library.updateQueue(item)
    tell(item)
  }
  const required = (id: ImportId): ImportItem => {
    const item = items.get(id)
    if (item === undefined) throw new FailureError('not-found', 'That file is no longer in the list of imports.')
    return item
  }
  const add = async (path: string, fileName: string, failure: Failure | null): Promise<ImportId> => {
    const state = failure === null ? 'queued' : 'failed'
    const item = await world.library.enqueue({ fileName, path, state, unitsDone: 0, unitsTotal: 0, document: null, known: false, failure })
    items.set(item.id, item)
    tell(item)
    return item.id
  }

  const run = async (item: ImportItem, abort: AbortController): Promise<void> => {
    let current: ImportItem = { ...item, state: 'importing', failure: null }
    await save(current)
    const password = passwords.get(item.id) ?? null
    passwords.delete(item.id)
    const end = await importFile(world, {
      item: current,
      password,
      signal: abort.signal,
      onProgress(unitsDone, unitsTotal) {
        current = { ...current, unitsDone, unitsTotal }
        items.set(current.id, current)
        progress.push(current)
      },
    })
    progress.clear()
    if (closed && end.state === 'cancelled') return save({ ...item, state: 'queued' })
    if (end.state !== 'needs-password' && world.files.isStaged(item.path)) await world.files.release(item.path)
    await save({ ...current, ...end })
    if (end.document !== null && !end.known) world.publish('library/changed', { documents: [end.document] })
  }

  const advance = (): void => {
    if (running !== null || closed) return
    const next = [...items.values()].find((item) => item.state === 'queued')
    if (next === undefined) return
    const abort = new AbortController()
    const end = run(next, abort)
      .catch((error: unknown) => {
        // The queue itself could not be written (a full disk): the item fails in memory, so that the rest can go on.
        const failed: ImportItem = { ...next, state: 'failed', failure: failureOf(error, world.log) }
        items.set(next.id, failed)
        tell(failed)
      })
      .then(() => {
        running = null
        advance()
      })
    running = { id: next.id, abort, end }
  }

  const startOne = async (source: ImportSource): Promise<readonly ImportId[]> => {
    if (source.kind === 'bytes') return [await add(await world.files.stage(source.bytes), displayName(source.name), null)]
    const expanded = await expandPath(source.path)
    if (!expanded.ok) return [await add(source.path, displayName(basename(source.path)), expanded.failure)]
    const ids: ImportId[] = []
    for (const path of expanded.value) ids.push(await add(path, displayName(basename(path)), null))
    return ids
  }

  return {
    async start(sources) {
      const ids: ImportId[] = []
      for (const source of sources) ids.push(...(await startOne(source)))
      advance()
      return ids
    },
    list: () => [...items.values()],
    async cancel(id) {
      const item = required(id)
      if (running?.id === id) running.abort.abort()
      else if (isOpen(item) || item.state === 'needs-password') await save({ ...item, state: 'cancelled' })
    },
    async password(id, password) {
      const item = required(id)
      if (item.state !== 'needs-password') throw new FailureError('invalid-request', `“${item.fileName}” does not ask for a password.`)
      passwords.set(id, password)
      await save({ ...item, state: 'queued', failure: null })
      advance()
    },
    async dismiss(id) {
      const item = required(id)
      if (isOpen(item)) throw new FailureError('invalid-request', `“${item.fileName}” is still being read. Cancel it first.`)
      items.delete(id)
      await world.library.dequeue(id)
      if (world.files.isStaged(item.path)) await world.files.release(item.path)
    },
    async resume() {
      for (const item of await world.library.queue()) {
        if (items.has(item.id)) continue
        if (item.state === 'done' || item.state === 'cancelled') await world.library.dequeue(item.id)
        else items.set(item.id, item.state === 'importing' ? { ...item, state: 'queued', unitsDone: 0 } : item)
      }
      await world.files.tidy([...items.values()].map((item) => item.path))
      advance()
    },
    settled: (id) => {
      const item = required(id)
      if (!isOpen(item)) return Promise.resolve(item)
      return new Promise((resolve) => waiting.set(id, (waiting.get(id) ?? new Set()).add(resolve)))
    },
    onChange(listener) {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
    async forget(document) {
      for (const item of items.values()) {
        if (item.document !== document || isOpen(item)) continue
        items.delete(item.id)
        await world.library.dequeue(item.id)
      }
    },
    async close() {
      closed = true
      running?.abort.abort()
      await running?.end
      world.ingest.close()
    },
  }
}
