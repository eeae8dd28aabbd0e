import type { Dirent } from 'node:fs'
import { readdir, realpath, stat } from 'node:fs/promises'
import { basename, extname, join, resolve } from 'node:path'
import { failure, success, type Result } from '../contract/failure'
import { displayName } from './file-name'

/** Extensions that are taken out of a folder; a file that is named by itself is tried whatever its name says. */
const extensions = ['.pdf', '.docx']
const filesMax = 20_000
const depthMax = 64

/** Files below a folder in the order of their names; hidden ones are left out, and no folder is entered twice, so links cannot make a circle. */
export async function filesIn(folder: string): Promise<readonly string[]> {
  const files: string[] = []
  const visited = new Set<string>()
  const walk = async (at: string, depth: number): Promise<void> => {
    const real = await realpath(at).catch(() => null)
    if (real === null || visited.has(real) || depth > depthMax) return
    visited.add(real)
    const entries = await readdir(at, { withFileTypes: true }).catch((): Dirent[] => [])
    for (const entry of entries.sort((a, b) => a.name.localeCompare(b.name, undefined, { numeric: true }))) {
      if (entry.name.startsWith('.') || files.length >= filesMax) continue
      const path = join(at, entry.name)
      const kind = entry.isSymbolicLink() ? await stat(path).catch(() => null) : entry
      if (kind?.isDirectory()) await walk(path, depth + 1)
      else if (kind?.isFile() && extensions.includes(extname(entry.name).toLowerCase())) files.push(path)
    }
  }
  await walk(folder, 0)
  return files
}

/** The files that a path stands for: itself, or the documents in a folder. Fails with a sentence where there is nothing to read. */
export async function expandPath(given: string): Promise<Result<readonly string[]>> {
  const name = displayName(basename(given))
  if (given.includes('\0')) return failure('file-unreadable', `“${name}” is not a name that a file can have.`, name)
  const path = resolve(given)
  const found = await stat(path).catch((error: unknown) => (error instanceof Error && 'code' in error ? String(error.code) : 'unknown'))
  if (found === 'ENOENT' || found === 'ENOTDIR') return failure('not-found', `“${name}” is not there. Check its name and folder.`, name)
  if (found === 'ELOOP') return failure('file-unreadable', `“${name}” is a link that leads round in a circle.`, name)
  if (found === 'ENAMETOOLONG') return failure('file-unreadable', `The name “${name}” is longer than this computer allows.`, name)
  if (typeof found === 'string') return failure('file-unreadable', `“${name}” cannot be read: you may not have the right to open it.`, name)
  if (found.isFile()) return success([path])
  if (!found.isDirectory()) return failure('file-unreadable', `“${name}” is not a file.`, name)
  const files = await filesIn(path)
  return files.length > 0 ? success(files) : failure('not-found', `There is no PDF or Word document in the folder “${name}”.`, name)
}
