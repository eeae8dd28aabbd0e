import { closeSync, copyFileSync, existsSync, openSync, readSync, statSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { FailureError } from '../contract/failure'
import { applicationId, currentVersion } from './migrations'

const magic = 'SQLite format 3\u0000'
/** Header fields of a SQLite file: https://sqlite.org/fileformat2.html, section 1.3. Big-endian. */
const headerBytes = 100
const userVersionAt = 60
const applicationIdAt = 68

/**
 * Looks at the file's header before SQLite may touch it: refuses what is no library (`library-damaged`, after a copy was put aside)
 * and what a newer Longleaf wrote (`library-newer`, untouched). A file that is missing or empty is fine: a library begins there.
 */
export function checkHeader(file: string): void {
  if (!existsSync(file) || statSync(file).size === 0) return
  const header = readHeader(file)
  if (header.toString('latin1', 0, magic.length) !== magic) throw damaged(file, 'it is not a database')
  const version = header.readUInt32BE(userVersionAt)
  const application = header.readUInt32BE(applicationIdAt)
  if (application !== applicationId && !(application === 0 && version === 0)) throw damaged(file, 'it is the database of another program')
  if (version > currentVersion) throw newer(file, version)
}

function readHeader(file: string): Buffer {
  const header = Buffer.alloc(headerBytes)
  const handle = openSync(file, 'r')
  try {
    readSync(handle, header, 0, headerBytes, 0)
  } finally {
    closeSync(handle)
  }
  return header
}

export const newer = (file: string, version: number): FailureError => new FailureError(
  'library-newer',
  `The library ${file} was written by a newer Longleaf (its version is ${version}, this one reads up to ${currentVersion}). It was left as it is. Update Longleaf, or choose another data folder.`,
)

/** Puts a dated copy of a damaged library beside it and makes the failure that says so. The library itself is never written to again. */
export function damaged(file: string, reason: string, cause?: unknown): FailureError {
  const copy = putAside(file)
  const kept = copy === null ? 'No copy could be made (is the disk full?), so save the file before you do anything else.' : `A copy was kept as ${copy}.`
  return new FailureError(
    'library-damaged',
    `The library ${file} is damaged: ${reason}. Nothing in it was changed. ${kept} To go on with an empty library, move ${basename(file)} out of its folder and start Longleaf again; your documents can then be imported anew.`,
    cause === undefined ? {} : { cause },
  )
}

/** The copy is named after the file's own date, so that one damaged file is copied once, however often the program is started. */
function putAside(file: string): string | null {
  try {
    const date = statSync(file).mtime.toISOString().slice(0, 19).replaceAll(':', '-')
    const copy = join(dirname(file), `${basename(file, '.db')}-damaged-${date}.db`)
    for (const suffix of ['-wal', '']) {
      if (existsSync(file + suffix) && statSync(file + suffix).size > 0 && !existsSync(copy + suffix)) copyFileSync(file + suffix, copy + suffix)
    }
    return copy
  } catch {
    return null
  }
}
