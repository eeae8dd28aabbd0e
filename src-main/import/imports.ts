import { basename } from 'node:path'
import type { DocumentId } from '../contract/document'
import { FailureError, type Failure } from '../contract/failure'
import type { ImportId, ImportItem, ImportSource } from '../contract/imports'
import { failureOf } from '../failures'
import type { Publish } from '../ipc/publish'
import type { Library } from '../library/library'
import { createBatch, createThrottle } from '../throttle'
import { displayName } from './file-name'
import { importFile, type ImportFileWorld } from './import-file'
import { createItemList, isOpen, type ItemList } from './item-list'
import { expandPath } from './sources'

/** The queue of files on their way into the library; it is stored, so it survives a restart. */
export interface Imports {
  /** Queues files; folders become the documents in them. What cannot even be found becomes an item that failed. */
  start(sources: readonly ImportSource[]): Promise<readonly ImportId[]>
  list(): readonly ImportItem[]
  cancel(id: ImportId): Promise<void>
  /** Tries a document that needs a password again; the password is kept only until that try has ended. */
  password(id: ImportId, password: string): Promise<void>
  dismiss(id: ImportId): Promise<void>
  /** Gets the reader ready for the first file. */
  warm(): void
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

export function createImports(world: ImportsWorld): Imports {
  // A folder of ten thousand files is told in a few messages, not in ten thousand.
  const items = createItemList(createBatch(progressMilliseconds, ({ id }: ImportItem) => id, (changed) => world.publish('import/changed', { items: changed })))
  const runner = createRunner(world, items)
  const { library, files } = world

  const required = (id: ImportId): ImportItem => {
    const item = items.get(id)
    if (item === undefined) throw new FailureError('not-found', 'That file is no longer in the list of imports.')
    return item
  }
  const drop = async (item: ImportItem): Promise<void> => {
    items.delete(item.id)
    await library.dequeue(item.id)
    if (files.isStaged(item.path)) await files.release(item.path)
  }

  return {
    warm: () => world.ingest.warm(),
    async start(sources) {
      const ids: ImportId[] = []
      for (const source of sources) ids.push(...(await enqueue(world, items, source)))
      // It starts while the first file is copied and hashed.
      if (items.all.some(isOpen)) world.ingest.warm()
      runner.advance()
      return ids
    },
    list: () => items.all,
    async cancel(id) {
      const item = required(id)
      if (runner.stop(id)) return
      if (isOpen(item) || item.state === 'needs-password') await runner.save({ ...item, state: 'cancelled' })
    },
    async password(id, password) {
      const item = required(id)
      if (item.state !== 'needs-password') throw new FailureError('invalid-request', `“${item.fileName}” does not ask for a password.`)
      runner.passwords.set(id, password)
      await runner.save({ ...item, state: 'queued', failure: null })
      runner.advance()
    },
    async dismiss(id) {
      const item = required(id)
      if (isOpen(item)) throw new FailureError('invalid-request', `“${item.fileName}” is still being read. Cancel it first.`)
      await drop(item)
    },
    async resume() {
      for (const item of await library.queue()) {
        if (items.get(item.id) !== undefined) continue
        if (item.state === 'done' || item.state === 'cancelled') await library.dequeue(item.id)
        else items.set(item.state === 'importing' ? { ...item, state: 'queued', unitsDone: 0 } : item)
      }
      runner.advance()
    },
    settled: (id) => items.settled(required(id)),
    onChange: items.onChange,
    async forget(document) {
      for (const item of items.all) if (item.document === document && !isOpen(item)) await drop(item)
    },
    async close() {
      await runner.close()
      world.ingest.close()
    },
  }
}

async function enqueue({ library, files }: ImportsWorld, items: ItemList, source: ImportSource): Promise<readonly ImportId[]> {
  const add = async (path: string, fileName: string, failure: Failure | null): Promise<ImportId> => {
    const state = failure === null ? 'queued' : 'failed'
    const item = await library.enqueue({ fileName, path, state, unitsDone: 0, unitsTotal: 0, document: null, known: false, failure })
    items.set(item)
    items.tell(item)
    return item.id
  }
  if (source.kind === 'bytes') return [await add(await files.stage(source.bytes), displayName(source.name), null)]
  const expanded = await expandPath(source.path)
  if (!expanded.ok) return [await add(source.path, displayName(basename(source.path)), expanded.failure)]
  const ids: ImportId[] = []
  for (const path of expanded.value) ids.push(await add(path, displayName(basename(path)), null))
  return ids
}

interface Runner {
  /** Of items that are to be tried again; taken out when the try begins. */
  readonly passwords: Map<ImportId, string>
  /** Stores an item and tells of it. */
  save(item: ImportItem): Promise<void>
  /** Begins the next item where none is running. */
  advance(): void
  /** Stops the item if it is the one that runs; says whether it was. */
  stop(id: ImportId): boolean
  close(): Promise<void>
}

/** Takes the queued items one after the other. */
function createRunner(world: ImportsWorld, items: ItemList): Runner {
  const passwords = new Map<ImportId, string>()
  const progress = createThrottle<ImportItem>(progressMilliseconds, items.tell)
  let running: { readonly id: ImportId; readonly abort: AbortController; readonly end: Promise<void> } | null = null
  let closed = false

  const save = async (item: ImportItem): Promise<void> => {
    items.set(item)
    await world.library.updateQueue(item)
    items.tell(item)
  }

  const run = async (item: ImportItem, signal: AbortSignal): Promise<void> => {
    let current: ImportItem = { ...item, state: 'importing', failure: null }
    await save(current)
    const password = passwords.get(item.id) ?? null
    passwords.delete(item.id)
    const end = await importFile(world, {
      item: current,
      password,
      signal,
      onProgress(unitsDone, unitsTotal) {
        current = { ...current, unitsDone, unitsTotal }
        items.set(current)
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
    const next = items.all.find((item) => item.state === 'queued')
    if (next === undefined) return
    const abort = new AbortController()
    const end = run(next, abort.signal)
      .catch((error: unknown) => {
        // The queue itself could not be written (a full disk): the item fails in memory, so that the rest can go on.
        const failed: ImportItem = { ...next, state: 'failed', failure: failureOf(error, world.log) }
        items.set(failed)
        items.tell(failed)
      })
      .then(() => {
        running = null
        advance()
      })
    running = { id: next.id, abort, end }
  }

  return {
    passwords,
    save,
    advance,
    stop(id) {
      if (running?.id !== id) return false
      running.abort.abort()
      return true
    },
    async close() {
      closed = true
      running?.abort.abort()
      await running?.end
    },
  }
}
