import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { electronProgram } from './paths.mjs'
import { readFile } from 'node:fs/promises'

/**
 * The Electron that node_modules/electron points to, if its runtime is there.
 * @param {import('./step.mjs').Context} context
 * @returns {Promise<{ program: string, version: string } | undefined>}
 */
export async function electronRuntime(context) {
  const dist = join(context.checkout, 'node_modules', 'electron', 'dist')
  const program = join(dist, electronProgram(context.platform))
  if (!existsSync(program)) return undefined
  return { program, version: (await readFile(join(dist, 'version'), 'utf8')).trim().replace(/^v/, '') }
}
