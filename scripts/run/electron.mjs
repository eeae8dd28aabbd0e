import { createInterface } from 'node:readline'
import { statfsSync } from 'node:fs'
import { spawnBound, untilExit } from './children.mjs'

const chromiumLine = /^\[\d+:\d{4}\/\d{6}\.\d+:[A-Z]+\d*:[\w.]+\(\d+\)\]/
const keptLines = 20
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
  const child = spawnBound(electron, [...electronSwitches(context), context.checkout, ...args], { cwd, env, stdio: ['inherit', 'inherit', 'pipe'] })
  /** @type {string[]} */
  const held = []
  createInterface({ input: /** @type {import('node:stream').Readable} */ (child.stderr) }).on('line', (line) => {
    if (!chromiumLine.test(line)) process.stderr.write(`${line}\n`)
    else if (held.push(line) > keptLines) held.shift()
  })
  const code = await untilExit(child)
  if (code > 128) process.stderr.write(`${held.join('\n')}\nThe app ended by signal ${code - 128}.\n`)
  return code
}
