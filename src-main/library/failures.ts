import { FailureError, type FailureKind } from '../contract/failure'

/** What SQLite throws, as far as it matters here. */
interface SqliteError extends Error {
  readonly code: string
}

export const isSqliteError = (error: unknown): error is SqliteError => error instanceof Error && 'code' in error && typeof error.code === 'string' && error.code.startsWith('SQLITE_')

/** After these nothing is known about what reached the disk: the connection must be closed and opened again, the call never repeated. */
export const isFinal = (error: unknown): boolean => isSqliteError(error) && error.code.startsWith('SQLITE_IOERR')

const nothingSaved = 'Nothing of it was saved, and what was in the library before is still there.'

/** An error of SQLite as a failure for a person; `doing` says what was being done ("save “Report.pdf”"). Anything else is returned as it is. */
export function toFailure(error: unknown, doing: string, neededBytes = 0): unknown {
  if (!isSqliteError(error)) return error
  const [kind, message] = sentence(error.code, doing, neededBytes)
  return new FailureError(kind, message, { cause: error })
}

function sentence(code: string, doing: string, neededBytes: number): readonly [FailureKind, string] {
  const needed = neededBytes > 0 ? ` (about ${megabytes(neededBytes)} MB are needed)` : ''
  if (code === 'SQLITE_FULL') return ['disk-full', `The disk is full: Longleaf could not ${doing}${needed}. ${nothingSaved} Free some space, then try again.`]
  if (code === 'SQLITE_IOERR_WRITE' || code === 'SQLITE_IOERR_SHMSIZE' || code === 'SQLITE_IOERR_TRUNCATE') {
    return ['disk-full', `The disk did not take what was written: Longleaf could not ${doing}${needed}. ${nothingSaved} Check that the disk has room and works, then try again.`]
  }
  if (code.startsWith('SQLITE_IOERR')) return ['unexpected', `The disk reported an error (${code}): Longleaf could not ${doing}. ${nothingSaved} Check the disk, then try again.`]
  if (code.startsWith('SQLITE_BUSY') || code.startsWith('SQLITE_LOCKED')) return ['library-busy', `The library is in use by another program: Longleaf could not ${doing}. Close the other program, then try again.`]
  if (code.startsWith('SQLITE_CORRUPT') || code === 'SQLITE_NOTADB') return ['library-damaged', `The library is damaged: Longleaf could not ${doing}. Restart Longleaf, which keeps a copy and says what to do.`]
  if (code.startsWith('SQLITE_READONLY') || code.startsWith('SQLITE_CANTOPEN') || code.startsWith('SQLITE_PERM')) {
    return ['file-unreadable', `The library cannot be written: Longleaf could not ${doing}. Check that its folder exists and that you may write in it.`]
  }
  return ['unexpected', `Longleaf could not ${doing} (${code}). ${nothingSaved}`]
}

const megabytes = (bytes: number): number => Math.max(1, Math.ceil(bytes / 1_000_000))
