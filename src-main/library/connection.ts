import { existsSync, mkdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import Sqlite from 'better-sqlite3'
import { FailureError } from '../contract/failure'
import { nativeBinding } from './binding'
import { checkHeader, damaged, newer } from './damage'
import type { Database } from './database'
import { isSqliteError, toFailure } from './failures'
import { currentVersion, migrate } from './migrations'

export const libraryFile = 'library.db'
const lockFile = 'library.lock'

/** How long a call waits for another program that holds the file, in milliseconds. */
const busyMilliseconds = 1500
/**
 * Up to this size a library is read through at each start (about 5 ms a megabyte), a larger one only after a run that did not end well;
 * of one that is larger still the small tables are, and the rest shows its damage when it is used.
 */
const wholeCheckBytes = 32 * 2 ** 20
const wholeCheckBytesAfterCrash = 256 * 2 ** 20
const smallTables = ['document', 'conversation', 'answer', 'queue', 'setting', 'outline']
const walBytesMax = 16 * 2 ** 20

export interface Connection {
  readonly db: Database
  readonly close: () => void
}

/**
 * Opens the library in a folder, creates it where there is none, migrates it where it is older.
 * Fails with `library-busy` (open elsewhere), `library-newer`, `library-damaged` (a copy is put aside), `file-unreadable`, `disk-full`.
 */
export function connect(folder: string): Connection {
  const file = join(folder, libraryFile)
  const lock = takeLock(folder)
  try {
    checkHeader(file)
    const db = open(file)
    return { db, close: () => { try { db.close() } finally { lock.close() } } }
  } catch (error) {
    lock.close()
    throw unusable(error, folder)
  }
}

/** An exclusive transaction on a file of its own, held as long as the library is open: the system lets go of it when the process dies. */
function takeLock(folder: string): Database {
  let lock: Database | undefined
  try {
    mkdirSync(folder, { recursive: true })
    lock = openSqlite(join(folder, lockFile))
    lock.exec('BEGIN EXCLUSIVE')
    return lock
  } catch (error) {
    lock?.close()
    if (isSqliteError(error) && error.code.startsWith('SQLITE_BUSY')) {
      throw new FailureError('library-busy', `The library in ${folder} is already open in another Longleaf. Use that one, or close it first.`, { cause: error })
    }
    throw unusable(error, folder)
  }
}

/** Failures of the file system and of SQLite on the way to an open library. */
function unusable(error: unknown, folder: string): unknown {
  if (error instanceof FailureError || !(error instanceof Error) || !('code' in error)) return error
  if (isSqliteError(error)) return toFailure(error, `open the library in ${folder}`)
  const message = `The library in ${folder} cannot be used (${String(error.code)}). Check that the folder exists and that you may read and write in it.`
  return new FailureError('file-unreadable', message, { cause: error })
}

function openSqlite(file: string, readonly = false): Database {
  const binding = nativeBinding()
  return new Sqlite(file, { readonly, timeout: busyMilliseconds, ...(binding === undefined ? {} : { nativeBinding: binding }) })
}

function open(file: string): Database {
  const isNew = !existsSync(file) || statSync(file).size === 0
  if (!isNew) inspect(file)
  const db = openSqlite(file)
  try {
    if (isNew) db.pragma('auto_vacuum = INCREMENTAL')
    configure(db)
    if (Number(db.pragma('user_version', { simple: true })) < currentVersion) {
      migrate(db)
      // The version must stand in the file itself, where checkHeader of any Longleaf looks for it.
      db.pragma('wal_checkpoint(TRUNCATE)')
    }
    return db
  } catch (error) {
    db.close()
    throw error
  }
}

/** FULL, because a document that was said to be there must still be there after a power cut; secure_delete, because deleted text must be gone. */
function configure(db: Database): void {
  db.pragma('journal_mode = WAL')
  db.pragma('synchronous = FULL')
  db.pragma('foreign_keys = ON')
  db.pragma('secure_delete = ON')
  db.pragma(`journal_size_limit = ${walBytesMax}`)
  db.pragma('temp_store = MEMORY')
  db.pragma('cache_size = -32000')
}

/** Reads the library through a connection that cannot write, so that a damaged or newer one stays as it is to the last byte. */
function inspect(file: string): void {
  const wal = `${file}-wal`
  const endedWell = !existsSync(wal) || statSync(wal).size === 0
  const db = openSqlite(file, true)
  try {
    const version = Number(db.pragma('user_version', { simple: true }))
    if (version > currentVersion) throw newer(file, version)
    const isQuick = statSync(file).size <= (endedWell ? wholeCheckBytes : wholeCheckBytesAfterCrash)
    const problem = findDamage(db, isQuick ? 'whole' : 'small tables')
    if (problem !== null) throw damaged(file, problem)
  } catch (error) {
    throw isSqliteError(error) && /^SQLITE_(CORRUPT|NOTADB)/.test(error.code) ? damaged(file, error.message, error) : error
  } finally {
    db.close()
  }
}

function findDamage(db: Database, extent: 'whole' | 'small tables'): string | null {
  const tables = extent === 'whole' ? [''] : smallTables.map((table) => `('${table}')`)
  const findings = tables.map((table) => String(db.pragma(`quick_check${table}`, { simple: true })))
  return findings.find((finding) => finding !== 'ok') ?? null
}
