import { spawn } from 'node:child_process'
import { hasProgram } from '../setup/process.mjs'

/**
 * Starts a program that ends with this process, also when this process is killed outright (Linux: by the kernel's parent-death signal).
 * It gets a process group of its own, so that Ctrl+C reaches it once: through us.
 * @param {string} program
 * @param {readonly string[]} args
 * @param {import('node:child_process').SpawnOptions} options
 */
export function spawnBound(program, args, options) {
  if (process.platform !== 'linux' || !hasProgram('setpriv')) return spawn(program, args, options)
  return spawn('setpriv', ['--pdeathsig', 'TERM', '--', program, ...args], { ...options, detached: true })
}

/**
 * Waits for a child's end, passes Ctrl+C and the polite signals on to it, and gives its exit code as a shell would.
 * @param {import('node:child_process').ChildProcess} child
 * @returns {Promise<number>}
 */
export function untilExit(child) {
  /** @type {NodeJS.Signals[]} */
  const signals = process.platform === 'win32' ? ['SIGINT'] : ['SIGINT', 'SIGTERM', 'SIGHUP']
  let lastMs = 0
  /** @param {NodeJS.Signals} signal */
  const pass = (signal) => {
    // npm and the terminal may both deliver the same key press.
    if (Date.now() - lastMs < 300) return
    lastMs = Date.now()
    child.kill(signal)
  }
  for (const signal of signals) process.on(signal, pass)
  return new Promise((resolve, reject) => {
    child.once('error', reject)
    child.once('close', (code, signal) => {
      for (const each of signals) process.off(each, pass)
      resolve(code ?? 128 + (signal === null ? 0 : signalNumber(signal)))
    })
  })
}

/** @param {NodeJS.Signals} signal */
const signalNumber = (signal) => ({ SIGHUP: 1, SIGINT: 2, SIGABRT: 6, SIGKILL: 9, SIGSEGV: 11, SIGTERM: 15 })[/** @type {string} */ (signal)] ?? 1
