import type { DocumentId, ParsedUnit, UnitProblemKind } from '../contract/document'
import { FailureError, type Failure } from '../contract/failure'
import type { ImportId, ImportItem } from '../contract/imports'
import type { DocumentSummary } from '../contract/library'
import { failureOf } from '../failures'
import type { Library, NewDocument } from '../library/library'
import type { Log } from '../log'
import type { IngestHost } from './ingest-host'
import { storedState, unreadState } from './outcome'
import type { HeldFile, StoredFiles } from './stored-files'

export interface ImportFileWorld {
  readonly library: Pick<Library, 'findByHash' | 'addUnits' | 'finish' | 'storeUnread' | 'abandon'>
  readonly files: StoredFiles
  readonly ingest: IngestHost
  readonly log: Log
}

export interface ImportFileRequest {
  readonly item: ImportItem
  readonly password: string | null
  readonly signal: AbortSignal
  readonly onProgress: (unitsDone: number, unitsTotal: number) => void
}

/** How an import ended; the fields of the item that it changes. */
export type ImportEnd = Pick<ImportItem, 'state' | 'document' | 'known' | 'failure'>

/**
 * Takes one file into the library: a private copy, its hash, its text, one transaction. Never rejects: what went wrong is the
 * item's failure. Nothing of the file stays behind unless a document was stored.
 */
export async function importFile(world: ImportFileWorld, request: ImportFileRequest): Promise<ImportEnd> {
  let held: HeldFile | null = null
  try {
    held = await holdFile(world, request.item)
    request.signal.throwIfAborted()
    const before = await world.library.findByHash(held.hash)
    if (before !== null && (before.state === 'ready' || before.state === 'needs-ocr')) return { state: 'done', document: before.id, known: true, failure: null }
    if (before?.state === 'needs-password' && request.password === null) {
      return { state: 'needs-password', document: before.id, known: true, failure: before.failure }
    }
    return await readAndStore(world, request, held, before)
  } catch (error) {
    await world.library.abandon(request.item.id).catch(() => undefined)
    if (request.signal.aborted) return { state: 'cancelled', document: null, known: false, failure: null }
    return { state: 'failed', document: null, known: false, failure: failureOf(error, world.log) }
  } finally {
    if (held !== null) await world.files.release(held.path)
  }
}

/** The file itself, or, where it is gone from its place, the copy that was kept when it asked for a password. */
async function holdFile({ files }: ImportFileWorld, item: ImportItem): Promise<HeldFile> {
  try {
    return await files.hold(item.path, item.fileName)
  } catch (error) {
    const kept = item.document === null ? null : await files.find(item.document)
    if (kept === null) throw error
    return files.hold(kept, item.fileName)
  }
}

async function readAndStore(world: ImportFileWorld, request: ImportFileRequest, held: HeldFile, before: DocumentSummary | null): Promise<ImportEnd> {
  const { library, files } = world
  const { item } = request
  const file: NewDocument = { hash: held.hash, fileName: item.fileName, path: files.isStaged(item.path) ? '' : item.path, bytes: held.bytes }
  try {
    const tally = createTally()
    const parsed = await parse(world, request, held, tally)
    request.signal.throwIfAborted()
    const stored = storedState(item.fileName, tally.total())
    return await store(world, held, before, async () => (await library.finish(item.id, file, parsed, stored)).id)
  } catch (error) {
    if (request.signal.aborted || !(error instanceof FailureError)) throw error
    await library.abandon(item.id)
    return storeUnread(world, held, before, file, error.failure)
  }
}

async function storeUnread(world: ImportFileWorld, held: HeldFile, before: DocumentSummary | null, file: NewDocument, failure: Failure): Promise<ImportEnd> {
  const stored = unreadState(failure)
  if (stored === null) throw new FailureError(failure.kind, failure.message, { document: file.fileName })
  // A wrong password is told, not stored: the document goes on asking for the right one.
  if (failure.kind === 'password-wrong' && before !== null) return { state: 'needs-password', document: before.id, known: true, failure }
  const end = await store(world, held, before, async () => (await world.library.storeUnread(file, stored)).id)
  return stored.state === 'needs-ocr' ? end : { ...end, state: stored.state === 'needs-password' ? 'needs-password' : 'failed', failure }
}

/** The file is in its place before the database speaks of it; where the database refuses, it goes again. */
async function store({ files }: ImportFileWorld, held: HeldFile, before: DocumentSummary | null, commit: () => Promise<DocumentId>): Promise<ImportEnd> {
  await files.keep(held)
  try {
    return { state: 'done', document: await commit(), known: false, failure: null }
  } catch (error) {
    if (before === null) await files.remove(held.hash)
    throw error
  }
}

interface Tally {
  add(units: readonly ParsedUnit[]): void
  total(): { readonly units: number; readonly problems: Partial<Record<UnitProblemKind, number>> }
}

function createTally(): Tally {
  const problems: Partial<Record<UnitProblemKind, number>> = {}
  let count = 0
  return {
    add(units) {
      count += units.length
      for (const { problem } of units) if (problem !== null) problems[problem] = (problems[problem] ?? 0) + 1
    },
    total: () => ({ units: count, problems }),
  }
}

/** Units go to the library as they come, one batch after the other; a batch that cannot be stored ends the reading. */
async function parse(world: ImportFileWorld, request: ImportFileRequest, held: HeldFile, tally: Tally) {
  const job: ImportId = request.item.id
  const broken = new AbortController()
  let stored: Promise<void> = Promise.resolve()
  const storeErrors: Error[] = []
  const parsed = world.ingest.parse(
    { job, path: held.path, fileName: request.item.fileName, bytes: held.bytes, password: request.password },
    {
      signal: AbortSignal.any([request.signal, broken.signal]),
      onProgress: request.onProgress,
      onUnits(units) {
        tally.add(units)
        stored = stored.then(() => world.library.addUnits(job, units)).catch((error: unknown) => {
          storeErrors.push(error instanceof Error ? error : new Error(String(error)))
          broken.abort()
        })
      },
    },
  )
  try {
    return await parsed
  } finally {
    await stored
    const [storeError] = storeErrors
    if (storeError !== undefined) throw storeError
  }
}
