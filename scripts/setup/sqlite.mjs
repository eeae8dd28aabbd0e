import { existsSync } from 'node:fs'
import { copyFile, cp, mkdir, mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { electronRuntime } from './electron-runtime.mjs'
import { SetupFailure } from './failure.mjs'
import { readJson, writeJson } from './files.mjs'
import { sqliteBinding } from './paths.mjs'
import { run, runOrFail } from './process.mjs'
import { needPrograms, npmCommand } from './registries.mjs'

// The prebuilt file wants Node-API 10; an older Node or Electron crashes on it instead of refusing it, so it is tried in a child process.
const tryScript = `
  const [folder, binding] = process.argv.slice(1)
  const Database = require(folder)
  const database = new Database(':memory:', binding ? { nativeBinding: binding } : {})
  database.exec('create virtual table words using fts5(word)')
  database.close()`

/** @type {import('./step.mjs').Step} */
export const sqliteStep = {
  title: 'SQLite',
  mend: 'install a C++ compiler, make and Python 3 (Debian: sudo apt-get install -y g++ make python3), then run npm start again',
  isDone,
  sources: () => [{ title: 'a build of its own source (about a minute)', network: false, install: build }],
}

/**
 * The better-sqlite3 file to load: the one built here, or undefined where the package's own works.
 * @param {import('./step.mjs').Context} context
 */
export async function builtSqlite(context) {
  const binding = await bindingPath(context)
  return existsSync(binding) ? binding : undefined
}

/** @param {import('./step.mjs').Context} context */
const packageFolder = (context) => join(context.checkout, 'node_modules', 'better-sqlite3')

/** @param {import('./step.mjs').Context} context */
async function bindingPath(context) {
  const { version } = JSON.parse(await readFile(join(packageFolder(context), 'package.json'), 'utf8'))
  return sqliteBinding(context.cache, { version, platform: context.platform, arch: context.arch })
}

/** @param {import('./step.mjs').Context} context */
async function isDone(context) {
  const binding = await bindingPath(context)
  const electron = await electronRuntime(context)
  const key = [process.version, electron?.version ?? 'no Electron', existsSync(binding) ? 'built' : 'prebuilt'].join(' ')
  const memory = join(dirname(dirname(binding)), `${binding.split(/[\\/]/).at(-2)}.json`)
  const known = (await readJson(memory)) ?? {}
  if (known[key] === true) return true
  const works = await loads(context, electron?.program, existsSync(binding) ? binding : '')
  if (works) await writeJson(memory, { ...known, [key]: true })
  return works
}

/**
 * @param {import('./step.mjs').Context} context
 * @param {string | undefined} electron
 * @param {string} binding
 */
async function loads(context, electron, binding) {
  const args = ['-e', tryScript, packageFolder(context), ...(binding === '' ? [] : [binding])]
  const tries = [run(process.execPath, args, { limitMs: 30_000 })]
  if (electron !== undefined) tries.push(run(electron, args, { env: { ...context.env, ELECTRON_RUN_AS_NODE: '1' }, limitMs: 30_000 }))
  return (await Promise.all(tries)).every((result) => result.code === 0)
}

/** @param {import('./step.mjs').Context} context */
async function build(context) {
  if (context.platform === 'linux') await needPrograms({ 'g++': 'g++', make: 'make', python3: 'python3' }, context)
  const folder = await mkdtemp(join(tmpdir(), 'longleaf-sqlite-'))
  try {
    const source = join(folder, 'better-sqlite3')
    await cp(packageFolder(context), source, { recursive: true })
    await cp(join(context.checkout, 'node_modules', 'node-addon-api'), join(source, 'node_modules', 'node-addon-api'), { recursive: true })
    await useOlderNodeApi(join(source, 'binding.gyp'))
    const args = [await nodeGyp(context), 'rebuild', '--release', '--force_build=1', ...headers()]
    const doing = 'Building better-sqlite3'
    await context.report.during(doing, () => runOrFail(process.execPath, args, { doing, cwd: source, limitMs: 40 * 60_000 }))
    const binding = await bindingPath(context)
    await mkdir(dirname(binding), { recursive: true })
    await copyFile(join(source, 'build', 'Release', 'better_sqlite3.node'), `${binding}.${process.pid}`)
    await rename(`${binding}.${process.pid}`, binding)
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

/**
 * Node-API 10 gave finalizers a stricter signature; the two names choose the older one, which Node-API 9 also has.
 * @param {string} gypFile
 */
async function useOlderNodeApi(gypFile) {
  const gyp = await readFile(gypFile, 'utf8')
  const older = gyp.replace("'NAPI_VERSION=10'", "'NAPI_EXPERIMENTAL', 'NODE_API_EXPERIMENTAL_NOGC_ENV_OPT_OUT'")
  if (older === gyp) throw new SetupFailure("better-sqlite3's build file has changed: NAPI_VERSION=10 is not in it.")
  await writeFile(gypFile, older)
}

/** Node's own headers where it was installed with them; otherwise node-gyp fetches them. */
function headers() {
  const prefix = dirname(dirname(process.execPath))
  return existsSync(join(prefix, 'include', 'node', 'node_api.h')) ? [`--nodedir=${prefix}`] : []
}

/**
 * npm brings node-gyp along.
 * @param {import('./step.mjs').Context} context
 */
async function nodeGyp(context) {
  const { program, first } = npmCommand(context)
  const root = (await runOrFail(program, [...first, 'root', '--global'], { doing: 'npm root --global' })).stdout.trim()
  const places = [...first, join(root, 'npm', 'package.json')]
  for (const place of places) {
    try {
      return createRequire(place).resolve('node-gyp/bin/node-gyp.js')
    } catch {
      continue
    }
  }
  throw new SetupFailure('node-gyp, which comes with npm, was not found.', { mend: 'npm install --global npm' })
}
