import { realpath, stat } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { electronRuntime } from './electron-runtime.mjs'
import { SetupFailure } from './failure.mjs'
import { hasProgram, run } from './process.mjs'

/**
 * Chromium's sandbox needs user namespaces, or a helper that belongs to root; some systems (Ubuntu since 24.04) forbid the first.
 * @type {import('./step.mjs').Step}
 */
export const sandboxStep = {
  title: "Chromium's sandbox",
  mend: 'see above',
  isDone: async (context) => {
    if (context.platform !== 'linux' || context.isRoot || (await namespacesWork())) return true
    const { mode, uid } = await stat(await helperPath(context))
    return uid === 0 && (mode & 0o4000) !== 0
  },
  async sources(context) {
    const helper = await helperPath(context)
    throw new SetupFailure("Chromium's sandbox cannot start here: this system forbids user namespaces, and its helper does not belong to root.", {
      mend: `sudo chown root:root '${helper}' && sudo chmod 4755 '${helper}'`,
    })
  },
}

/** @param {import('./step.mjs').Context} context */
async function helperPath(context) {
  const runtime = await electronRuntime(context)
  return join(await realpath(dirname(runtime?.program ?? '')), 'chrome-sandbox')
}

/**
 * Can a user make a namespace and act in it? Where that cannot be tried, the answer is yes: Chromium itself will tell.
 * @param {readonly string[]} [prefix] of the command line, which makes it another user's
 */
export async function namespacesWork(prefix = []) {
  if (!hasProgram('unshare')) return true
  const [program = '', ...args] = [...prefix, 'unshare', '--user', '--map-root-user', '--net', 'true']
  return (await run(program, args)).code === 0
}
