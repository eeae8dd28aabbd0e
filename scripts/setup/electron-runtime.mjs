import { existsSync } from 'node:fs'
import { readFile, readlink, rm, symlink, writeFile } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import { electronProgram } from './paths.mjs'

/**
 * Folder of an unpacked Electron in the cache.
 * @param {import('./step.mjs').Context} context
 * @param {string} version
 */
export const runtimeFolder = (context, version) => join(context.cache, 'electron', `${version}-${context.platform}-${context.arch}`)

/** @param {import('./step.mjs').Context} context */
const packageFolder = (context) => join(context.checkout, 'node_modules', 'electron')

/**
 * The version of Electron that package.json pins.
 * @param {import('./step.mjs').Context} context
 * @returns {Promise<string>}
 */
export async function pinnedElectron(context) {
  return JSON.parse(await readFile(join(packageFolder(context), 'package.json'), 'utf8')).version
}

/**
 * The Electron that node_modules/electron points to, if its runtime is there.
 * @param {import('./step.mjs').Context} context
 * @returns {Promise<{ program: string, version: string } | undefined>}
 */
export async function electronRuntime(context) {
  const dist = join(packageFolder(context), 'dist')
  const program = join(dist, electronProgram(context.platform))
  if (!existsSync(program) || !existsSync(join(packageFolder(context), 'path.txt'))) return undefined
  return { program, version: await versionIn(dist) }
}

/** @param {string} folder */
export async function versionIn(folder) {
  return (await readFile(join(folder, 'version'), 'utf8').catch(() => '')).trim().replace(/^v/, '')
}

/**
 * Points node_modules/electron at a runtime in the cache, the way its own installer leaves it: `dist` and `path.txt`.
 * @param {import('./step.mjs').Context} context
 * @param {string} version
 */
export async function linkRuntime(context, version) {
  const dist = join(packageFolder(context), 'dist')
  const folder = runtimeFolder(context, version)
  const linked = await readlink(dist).catch(() => undefined)
  if (linked === undefined || resolve(dirname(dist), linked) !== folder) {
    await rm(dist, { recursive: true, force: true })
    await symlink(folder, dist, 'junction')
  }
  await writeFile(join(packageFolder(context), 'path.txt'), electronProgram(context.platform))
}
