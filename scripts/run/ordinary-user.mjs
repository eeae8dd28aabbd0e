import { chmod, chown, copyFile, mkdir, mkdtemp, rm, symlink } from 'node:fs/promises'
import { existsSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { SetupFailure } from '../setup/failure.mjs'
import { programPath, run, runOrFail, withSbin } from '../setup/process.mjs'
import { namespacesWork } from '../setup/sandbox.mjs'

/**
 * @typedef {import('../setup/step.mjs').Context} Context
 * @typedef {object} Stage where and as whom a program runs
 * @property {string} checkout as that user can read it
 * @property {string} results a folder that the user may write to
 * @property {NodeJS.ProcessEnv} env
 * @property {readonly string[]} prefix of the command line, which makes it that user's
 */

const user = 'longleaf-test'

/**
 * Runs a job as an ordinary user: the sandbox of Chromium starts for such a user only, so what root sees says nothing about it.
 * Root gets a user made for it and copies (hard links where possible) of what that user cannot read.
 * @template T
 * @param {Context} context
 * @param {NodeJS.ProcessEnv} env
 * @param {(stage: Stage) => Promise<T>} job
 */
export async function asOrdinaryUser(context, env, job) {
  if (!context.isRoot || context.platform !== 'linux') {
    const results = join(context.checkout, 'test-results')
    await mkdir(results, { recursive: true })
    return job({ checkout: context.checkout, results, env, prefix: [] })
  }
  const ids = await makeUser(context)
  const folder = await mkdtemp('/var/tmp/longleaf-test-')
  try {
    await chmod(folder, 0o755)
    for (const name of ['home', 'results', 'tmp']) {
      await mkdir(join(folder, name))
      await chown(join(folder, name), ids.uid, ids.gid)
    }
    return await job(await stage(context, env, folder))
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

/** @param {Context} context */
async function makeUser(context) {
  if ((await run('id', ['-u', user])).code !== 0) {
    await runOrFail('useradd', ['--no-create-home', '--shell', '/bin/sh', user], { doing: `Making the user ${user} for the tests`, env: withSbin(context.env) })
  }
  const number = async (/** @type {string} */ flag) => Number((await runOrFail('id', [flag, user], { doing: 'id' })).stdout)
  return { uid: await number('-u'), gid: await number('-g') }
}

/**
 * @param {Context} context
 * @param {NodeJS.ProcessEnv} env
 * @param {string} folder
 * @returns {Promise<Stage>}
 */
async function stage(context, env, folder) {
  const runuser = programPath('runuser', withSbin(context.env)) ?? 'runuser'
  const prefix = [runuser, '-u', user, '--']
  const canRead = async (/** @type {string} */ path) => (await run(runuser, ['-u', user, '--', 'sh', '-c', 'ls -R "$1" > /dev/null', 'sh', path])).code === 0
  const readable = async (/** @type {string | undefined} */ path, /** @type {string} */ name) => {
    if (path === undefined || path === '' || !existsSync(path) || (await canRead(path))) return path
    await copy(path, join(folder, name))
    return join(folder, name)
  }
  const checkout = (await readable(context.checkout, 'checkout')) ?? context.checkout
  const electron = resolve(env['LONGLEAF_ELECTRON'] ?? '')
  const runtimeHere = await realFolder(dirname(electron))
  const runtime = (await namespacesWork(prefix)) ? await readable(runtimeHere, 'electron') : await withRootsHelper(runtimeHere, join(folder, 'electron'))
  const sqlite = env['LONGLEAF_SQLITE_BINDING']
  return {
    checkout,
    results: join(folder, 'results'),
    prefix,
    env: {
      ...withoutNpm(env),
      HOME: join(folder, 'home'),
      USER: user,
      LOGNAME: user,
      TMPDIR: join(folder, 'tmp'),
      XDG_RUNTIME_DIR: join(folder, 'tmp'),
      LONGLEAF_ELECTRON: join(runtime ?? '', 'electron'),
      LONGLEAF_MODELS: await readable(env['LONGLEAF_MODELS'], 'models'),
      LONGLEAF_CACHE: await readableCache(context.cache, folder, readable),
      ...(sqlite === undefined ? {} : { LONGLEAF_SQLITE_BINDING: await readable(sqlite, 'better_sqlite3.node') }),
    },
  }
}

/**
 * Of the cache the tests read the books alone; the rest has names of its own in the environment.
 * @param {string} cache
 * @param {string} folder
 * @param {(path: string, name: string) => Promise<string | undefined>} readable
 */
async function readableCache(cache, folder, readable) {
  const books = await readable(join(cache, 'books'), 'books')
  if (books === join(cache, 'books')) return cache
  await mkdir(join(folder, 'cache'))
  await symlink(books ?? '', join(folder, 'cache', 'books'))
  return join(folder, 'cache')
}

/**
 * A copy of the runtime whose sandbox helper is root's, for systems without user namespaces. The helper is no link: its mode is the copy's alone.
 * @param {string} runtime
 * @param {string} to
 */
async function withRootsHelper(runtime, to) {
  await copy(runtime, to)
  const helper = join(to, 'chrome-sandbox')
  await rm(helper)
  await copyFile(join(runtime, 'chrome-sandbox'), helper)
  await chmod(helper, 0o4755)
  return to
}

/** @param {string} path */
async function realFolder(path) {
  return (await runOrFail('readlink', ['-f', path], { doing: 'readlink' })).stdout.trim()
}

/**
 * Hard links where the disk is the same, else a copy; readable by all.
 * @param {string} from
 * @param {string} to
 */
async function copy(from, to) {
  if ((await run('cp', ['-al', from, to])).code !== 0) {
    await rm(to, { recursive: true, force: true })
    await runOrFail('cp', ['-a', from, to], { doing: `Copying ${from} for the tests` })
  }
  const opened = await run('chmod', ['-R', 'a+rX', to])
  if (opened.code !== 0) throw new SetupFailure(`${to} cannot be made readable: ${opened.stderr}`)
}

/**
 * npm's own settings name root's folders.
 * @param {NodeJS.ProcessEnv} env
 */
const withoutNpm = (env) => Object.fromEntries(Object.entries(env).filter(([name]) => !name.toLowerCase().startsWith('npm_') && name !== 'INIT_CWD'))
