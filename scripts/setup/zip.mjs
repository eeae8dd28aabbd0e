import { createWriteStream } from 'node:fs'
import { chmod, mkdir, symlink } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { text } from 'node:stream/consumers'
import { pipeline } from 'node:stream/promises'
import { promisify } from 'node:util'
import yauzl from 'yauzl'

const openZip = promisify(/** @type {(path: string, options: yauzl.Options, done: (error: Error | null, zip: yauzl.ZipFile) => void) => void} */ (yauzl.open))
const symlinkType = 0o120000
const typeMask = 0o170000

/**
 * Unpacks a zip: files with their permissions, folders, symbolic links. yauzl refuses names that leave the folder.
 * @param {string} zipPath
 * @param {string} folder
 * @param {(name: string) => string | undefined} [nameFor] the new name of an entry inside the folder, or undefined to leave it out
 */
export async function unzip(zipPath, folder, nameFor = (name) => name) {
  const zip = await openZip(zipPath, { lazyEntries: true, autoClose: false })
  try {
    for (let entry = await nextEntry(zip); entry !== undefined; entry = await nextEntry(zip)) {
      const name = nameFor(entry.fileName)
      if (name !== undefined && name !== '') await writeEntry(zip, entry, join(folder, name))
    }
  } finally {
    zip.close()
  }
}

/**
 * @param {yauzl.ZipFile} zip
 * @returns {Promise<yauzl.Entry | undefined>}
 */
function nextEntry(zip) {
  return new Promise((resolve, reject) => {
    const settle = (/** @type {() => void} */ done) => {
      zip.removeAllListeners()
      done()
    }
    zip.once('entry', (entry) => settle(() => resolve(entry)))
    zip.once('end', () => settle(() => resolve(undefined)))
    zip.once('error', (/** @type {Error} */ error) => settle(() => reject(error)))
    zip.readEntry()
  })
}

/**
 * @param {yauzl.ZipFile} zip
 * @param {yauzl.Entry} entry
 * @param {string} path
 */
async function writeEntry(zip, entry, path) {
  if (entry.fileName.endsWith('/')) {
    await mkdir(path, { recursive: true })
    return
  }
  await mkdir(dirname(path), { recursive: true })
  const mode = entry.externalFileAttributes >>> 16
  const bytes = await promisify(zip.openReadStream.bind(zip))(entry)
  if ((mode & typeMask) === symlinkType) {
    await symlink(await text(bytes), path)
    return
  }
  await pipeline(bytes, createWriteStream(path))
  if ((mode & 0o777) !== 0) await chmod(path, mode & 0o777)
}
