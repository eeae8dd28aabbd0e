import { mkdir, readFile, readdir, rm, stat, utimes, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { runOrFail } from '../setup/process.mjs'

const sources = ['src-main', 'src-renderer', 'src-engine', 'scripts', 'resources', 'electron.vite.config.ts', 'package-lock.json', 'tsconfig.base.json']

/**
 * Builds the app where a source is newer than what was built last.
 * @param {import('../setup/step.mjs').Context} context
 */
export async function buildIfStale(context) {
  if (await isFresh(context)) return
  await withLock(join(context.checkout, 'out', 'building'), async () => {
    // Another process may have built it while this one waited.
    if (!(await isFresh(context))) await build(context)
  })
}

/** @param {import('../setup/step.mjs').Context} context */
const stampOf = (context) => join(context.checkout, 'out', 'built')

/** @param {import('../setup/step.mjs').Context} context */
async function isFresh(context) {
  const built = await stat(stampOf(context)).catch(() => undefined)
  return built !== undefined && (await newestMs(sources.map((name) => join(context.checkout, name)))) < built.mtimeMs
}

/** @param {import('../setup/step.mjs').Context} context */
async function build(context) {
  context.report.line('building the app')
  const startTime = new Date()
  const program = join(context.checkout, 'node_modules', 'electron-vite', 'bin', 'electron-vite.js')
  await runOrFail(process.execPath, [program, 'build', '--logLevel', 'warn'], { doing: 'Building the app', cwd: context.checkout, mend: 'npm run build' })
  await writeFile(stampOf(context), '')
  // Not the time of writing: a source saved during the build must count as newer.
  await utimes(stampOf(context), startTime, startTime)
}

/**
 * One at a time over all processes; the lock of a process that died does not count.
 * @param {string} path
 * @param {() => Promise<void>} job
 */
export async function withLock(path, job) {
  await mkdir(dirname(path), { recursive: true })
  for (;;) {
    try {
      await writeFile(path, String(process.pid), { flag: 'wx' })
      break
    } catch {
      const holder = Number(await readFile(path, 'utf8').catch(() => ''))
      if (holder > 0 && !isAlive(holder)) await rm(path, { force: true })
      await new Promise((resolve) => setTimeout(resolve, 200))
    }
  }
  try {
    await job()
  } finally {
    await rm(path, { force: true })
  }
}

/** @param {number} pid */
function isAlive(pid) {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return /** @type {NodeJS.ErrnoException} */ (error).code === 'EPERM'
  }
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
