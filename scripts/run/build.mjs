import { existsSync } from 'node:fs'
import { readdir, stat, utimes, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { runOrFail } from '../setup/process.mjs'

const sources = ['src-main', 'src-renderer', 'src-engine', 'scripts', 'resources', 'electron.vite.config.ts', 'package-lock.json', 'tsconfig.base.json']

/**
 * Builds the app where a source is newer than what was built last.
 * @param {import('../setup/step.mjs').Context} context
 */
export async function buildIfStale(context) {
  const stamp = join(context.checkout, 'out', 'built')
  const builtMs = existsSync(stamp) ? (await stat(stamp)).mtimeMs : 0
  if ((await newestMs(sources.map((name) => join(context.checkout, name)))) < builtMs) return
  context.report.line('building the app')
  const startTime = new Date()
  const program = join(context.checkout, 'node_modules', 'electron-vite', 'bin', 'electron-vite.js')
  await runOrFail(process.execPath, [program, 'build', '--logLevel', 'warn'], { doing: 'Building the app', cwd: context.checkout, mend: 'npm run build' })
  await writeFile(stamp, '')
  // Not the time of writing: a source saved during the build must count as newer.
  await utimes(stamp, startTime, startTime)
}

/**
 * Folders count too: their time changes when a file goes.
 * @param {readonly string[]} paths
 * @returns {Promise<number>}
 */
async function newestMs(paths) {
  let newest = 0
  for (const path of paths) {
    const info = await stat(path).catch(() => undefined)
    if (info === undefined) continue
    newest = Math.max(newest, info.mtimeMs)
    if (info.isDirectory()) newest = Math.max(newest, await newestMs((await readdir(path)).map((name) => join(path, name))))
  }
  return newest
}
