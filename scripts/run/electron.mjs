import { statfsSync } from 'node:fs'
import { spawnBound, untilExit } from './children.mjs'
import { createLogFilter } from './chromium-log.mjs'

const keptLines = 20
/** What a command ends with by itself where Ctrl+C stopped it. */
const interrupted = 130
const smallSharedMemoryBytes = 512 * 2 ** 20

/**
 * The switches that this computer needs.
 * @param {{ platform: NodeJS.Platform, isRoot: boolean }} context
 */
export function electronSwitches({ platform, isRoot }) {
  if (platform !== 'linux') return []
  return [...(isRoot ? ['--no-sandbox'] : []), ...(sharedMemoryBytes() < smallSharedMemoryBytes ? ['--disable-dev-shm-usage'] : [])]
}

/** Containers often have 64 MB there, which a large document's renderer overflows. */
function sharedMemoryBytes() {
  try {
    const { bsize, blocks } = statfsSync('/dev/shm')
    return bsize * blocks
  } catch {
    return 0
  }
}

/**
 * Runs the app from the checkout until it ends. Its standard output is ours, untouched; of its standard error, Chromium's own log is kept back
 * (on a computer without desktop services it is full of harmless complaints) and shown only where the app died.
 * @param {object} job
 * @param {string} job.electron
 * @param {import('../setup/step.mjs').Context} job.context
 * @param {NodeJS.ProcessEnv} job.env
 * @param {readonly string[]} [job.args]
 * @param {string} [job.cwd]
 * @returns {Promise<number>} exit code
 */
export async function runElectron({ electron, context, env, args = [], cwd = process.cwd() }) {
  if (context.isRoot && context.platform === 'linux') process.stderr.write("Running as root: Chromium's sandbox is off.\n")
  // The app's standard error is a pipe: it cannot see for itself whether a person watches.
  const appEnv = process.stderr.isTTY ? { ...env, LONGLEAF_TERMINAL: '1' } : env
  const child = spawnBound(electron, [...electronSwitches(context), context.checkout, ...args], { cwd, env: appEnv, stdio: ['inherit', 'inherit', 'pipe'] })
  /** @type {string[]} */
  const held = []
  const filter = createLogFilter({
    pass: (text) => process.stderr.write(text),
    hold(line) {
      if (held.push(line) > keptLines) held.shift()
    },
  })
  child.stderr?.setEncoding('utf8').on('data', filter.write)
  const code = await untilExit(child)
  filter.end()
  if (code > 128 && code !== interrupted) process.stderr.write(`${held.join('\n')}\nThe app ended by signal ${code - 128}.\n`)
  return code
}
