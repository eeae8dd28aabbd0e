import { createHash } from 'node:crypto'
import { createReadStream, existsSync } from 'node:fs'
import { mkdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import { SetupFailure } from './failure.mjs'

/**
 * @param {string} path
 * @returns {Promise<string>} lower-case hex
 */
export async function sha256Of(path) {
  const hash = createHash('sha256')
  for await (const chunk of createReadStream(path, { highWaterMark: 1 << 20 })) hash.update(chunk)
  return hash.digest('hex')
}

/**
 * @param {string} path
 * @returns {Promise<any>} undefined when there is no such file or it is not JSON
 */
export async function readJson(path) {
  try {
    return JSON.parse(await readFile(path, 'utf8'))
  } catch {
    return undefined
  }
}

/**
 * Writes whole or not at all.
 * @param {string} path
 * @param {unknown} value
 */
export async function writeJson(path, value) {
  await mkdir(dirname(path), { recursive: true })
  const temporary = `${path}.${process.pid}.tmp`
  await writeFile(temporary, `${JSON.stringify(value, null, 2)}\n`)
  await rename(temporary, path)
}

/**
 * Is the file there with these bytes? The hash is computed once and remembered beside the file with its size and time.
 * @param {string} path
 * @param {string} sha256
 */
export async function isVerified(path, sha256) {
  if (!existsSync(path)) return false
  const { size, mtimeMs } = await stat(path)
  const known = await readJson(`${path}.verified`)
  if (known?.sha256 === sha256 && known.sizeBytes === size && known.mtimeMs === mtimeMs) return true
  if ((await sha256Of(path)) !== sha256) return false
  await writeJson(`${path}.verified`, { sha256, sizeBytes: size, mtimeMs })
  return true
}

/**
 * Moves a finished file to its place if its bytes are the expected ones; otherwise deletes it.
 * @param {string} from
 * @param {string} to
 * @param {string} sha256
 */
export async function installVerified(from, to, sha256) {
  const found = await sha256Of(from)
  if (found !== sha256) {
    await rm(from, { force: true })
    throw new SetupFailure(`What arrived is not the expected file (SHA-256 ${found.slice(0, 12)}… instead of ${sha256.slice(0, 12)}…); it was thrown away.`)
  }
  await mkdir(dirname(to), { recursive: true })
  await rename(from, to)
}

/**
 * Runs `fill` on a new folder beside `target` and renames it into place, so that a cut set-up never leaves half a folder behind.
 * @param {string} target
 * @param {(folder: string) => Promise<void>} fill
 */
export async function installFolder(target, fill) {
  const temporary = `${target}.${process.pid}.tmp`
  await rm(temporary, { recursive: true, force: true })
  await mkdir(temporary, { recursive: true })
  try {
    await fill(temporary)
    await rm(target, { recursive: true, force: true })
    await rename(temporary, target)
  } finally {
    await rm(temporary, { recursive: true, force: true })
  }
}
