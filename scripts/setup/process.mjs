import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { SetupFailure } from './failure.mjs'

/**
 * Runs a program to its end.
 * @param {string} program
 * @param {readonly string[]} args
 * @param {{ cwd?: string, env?: NodeJS.ProcessEnv, limitMs?: number }} [options]
 * @returns {Promise<{ code: number | null, signal: NodeJS.Signals | null, stdout: string, stderr: string }>} never rejects: a program that is not there
 *   has code 127
 */
export function run(program, args, { cwd, env, limitMs } = {}) {
  return new Promise((resolve) => {
    const child = spawn(program, args, { cwd, env: env ?? process.env, timeout: limitMs, stdio: ['ignore', 'pipe', 'pipe'], windowsHide: true })
    let stdout = ''
    let stderr = ''
    child.stdout.setEncoding('utf8').on('data', (text) => (stdout += text))
    child.stderr.setEncoding('utf8').on('data', (text) => (stderr += text))
    child.on('error', (error) => resolve({ code: 127, signal: null, stdout, stderr: error.message }))
    child.on('close', (code, signal) => resolve({ code, signal, stdout, stderr }))
  })
}

/**
 * Like `run`, but anything but exit code 0 is a failure with the end of what the program said.
 * @param {string} program
 * @param {readonly string[]} args
 * @param {{ cwd?: string, env?: NodeJS.ProcessEnv, limitMs?: number, doing: string, transient?: boolean, mend?: string }} options
 */
export async function runOrFail(program, args, { doing, transient = false, mend, ...options }) {
  const result = await run(program, args, options)
  if (result.code === 0) return result
  const said = `${result.stdout}\n${result.stderr}`.trim().split('\n').slice(-6).join('\n    ')
  throw new SetupFailure(`${doing} failed (${result.signal ?? `exit code ${result.code}`}):\n    ${said}`, { transient, ...(mend === undefined ? {} : { mend }) })
}

/**
 * Where a program of this name lies on the PATH, if it does.
 * @param {string} name
 * @param {NodeJS.ProcessEnv} [env]
 */
export function programPath(name, env = process.env) {
  const endings = process.platform === 'win32' ? ['.exe', '.cmd', '.bat'] : ['']
  const folders = (env['PATH'] ?? '').split(delimiter).filter((folder) => folder !== '')
  return folders.flatMap((folder) => endings.map((ending) => join(folder, name + ending))).find((path) => existsSync(path))
}

/**
 * Is there a program of this name on the PATH?
 * @param {string} name
 * @param {NodeJS.ProcessEnv} [env]
 */
export const hasProgram = (name, env) => programPath(name, env) !== undefined

/**
 * The same where programs for the system's keeper are found too: not everyone's PATH names their folders.
 * @param {NodeJS.ProcessEnv} env
 */
export const withSbin = (env) => ({ ...env, PATH: `${env['PATH'] ?? ''}:/usr/sbin:/sbin` })
