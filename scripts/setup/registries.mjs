import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { SetupFailure } from './failure.mjs'
import { hasProgram, run, runOrFail } from './process.mjs'

/**
 * Fetches a package of npm's registry with npm itself, and hands over its unpacked folder.
 * @template T
 * @param {string} name
 * @param {string} version
 * @param {import('./step.mjs').Context} context
 * @param {(folder: string) => Promise<T>} use the folder is deleted afterwards
 */
export async function withNpmPackage(name, version, context, use) {
  const folder = await mkdtemp(join(tmpdir(), 'longleaf-npm-'))
  try {
    const { program, first } = npmCommand(context)
    const args = ['install', '--prefix', folder, '--no-save', '--no-package-lock', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error', `${name}@${version}`]
    const doing = `npm install ${name}@${version}`
    await context.report.during(doing, () => runOrFail(program, [...first, ...args], { doing, cwd: folder, transient: true, limitMs: 20 * 60_000 }))
    return await use(join(folder, 'node_modules', name))
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

/**
 * npm as a program and its first arguments: npm's own script run by this Node where it is known, because on Windows `npm` is a command file.
 * @param {import('./step.mjs').Context} context
 */
export function npmCommand({ env, platform }) {
  const script = env['npm_execpath']
  if (script?.endsWith('npm-cli.js')) return { program: process.execPath, first: [script] }
  if (platform === 'win32') return { program: process.execPath, first: [join(dirname(process.execPath), 'node_modules', 'npm', 'bin', 'npm-cli.js')] }
  return { program: 'npm', first: [] }
}

/**
 * Fetches a wheel (a zip) with pip, without running anything of it.
 * @template T
 * @param {string} requirement NAME==VERSION
 * @param {import('./step.mjs').Context} context
 * @param {(wheel: string) => Promise<T>} use the wheel is deleted afterwards
 */
export async function withWheel(requirement, context, use) {
  const pip = await pipCommand(context)
  const folder = await mkdtemp(join(tmpdir(), 'longleaf-pip-'))
  try {
    const args = ['download', '--no-deps', '--only-binary', ':all:', '--disable-pip-version-check', '--quiet', '--dest', folder, requirement]
    const doing = `pip download ${requirement}`
    await context.report.during(doing, () => runOrFail(pip.program, [...pip.first, ...args], { doing, cwd: folder, transient: true, limitMs: 20 * 60_000 }))
    const wheel = (await readdir(folder)).find((name) => name.endsWith('.whl'))
    if (wheel === undefined) throw new SetupFailure(`pip download ${requirement} brought no wheel.`)
    return await use(join(folder, wheel))
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

/**
 * Puts Python packages into a folder of their own, without running anything of them.
 * @param {readonly string[]} requirements NAME==VERSION each; what they depend on is not fetched
 * @param {string} folder
 * @param {import('./step.mjs').Context} context
 */
export async function pipInstall(requirements, folder, context) {
  const pip = await pipCommand(context)
  const args = ['install', '--no-deps', '--only-binary', ':all:', '--disable-pip-version-check', '--quiet', '--target', folder, ...requirements]
  const doing = `pip install ${requirements.join(' ')}`
  await context.report.during(doing, () => runOrFail(pip.program, [...pip.first, ...args], { doing, transient: true, limitMs: 20 * 60_000 }))
}

/**
 * Fetches a crate with cargo, without compiling or running anything of it, and hands over its unpacked folder.
 * @template T
 * @param {string} name
 * @param {string} version
 * @param {import('./step.mjs').Context} context
 * @param {(folder: string) => Promise<T>} use the folder is deleted afterwards
 */
export async function withCrate(name, version, context, use) {
  if (!hasProgram('cargo')) throw new SetupFailure('cargo is not installed.')
  const folder = await mkdtemp(join(tmpdir(), 'longleaf-crate-'))
  try {
    await mkdir(join(folder, 'src'))
    await writeFile(join(folder, 'src', 'lib.rs'), '')
    await writeFile(join(folder, 'Cargo.toml'), `[package]\nname = "longleaf-set-up"\nversion = "0.0.0"\nedition = "2021"\n\n[dependencies]\n${name} = "=${version}"\n`)
    const doing = `cargo vendor ${name} ${version}`
    await context.report.during(doing, () => runOrFail('cargo', ['vendor', '--quiet', 'vendor'], { doing, cwd: folder, transient: true, limitMs: 10 * 60_000 }))
    return await use(join(folder, 'vendor', name))
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

/** @param {import('./step.mjs').Context} context */
async function pipCommand(context) {
  const ways = [
    { program: 'python3', first: ['-m', 'pip'] },
    { program: 'pip3', first: [] },
    { program: 'pip', first: [] },
    { program: 'py', first: ['-m', 'pip'] },
    { program: 'python', first: ['-m', 'pip'] },
  ]
  const find = async () => {
    for (const way of ways) if (hasProgram(way.program) && (await run(way.program, [...way.first, '--version'])).code === 0) return way
    return undefined
  }
  const found = await find()
  if (found !== undefined) return found
  await installForRoot('pip', ['python3-pip'], context)
  const installed = await find()
  if (installed === undefined) throw new SetupFailure('pip was installed and still does not run.')
  return installed
}

/**
 * Sees to it that these programs are there: root gets them from Debian, anyone else the command that brings them.
 * @param {Record<string, string>} packageOf program -> Debian package
 * @param {import('./step.mjs').Context} context
 */
export async function needPrograms(packageOf, context) {
  const absent = Object.keys(packageOf).filter((program) => !hasProgram(program))
  if (absent.length > 0) await installForRoot(absent.join(', '), absent.map((program) => packageOf[program] ?? program), context)
}

/**
 * @param {string} what
 * @param {readonly string[]} packages
 * @param {import('./step.mjs').Context} context
 */
async function installForRoot(what, packages, context) {
  const isDebian = context.platform === 'linux' && hasProgram('apt-get')
  if (isDebian && context.isRoot && !context.offline) {
    await aptInstall(packages, context)
    return
  }
  const mend = isDebian ? `sudo apt-get install -y ${packages.join(' ')}` : `install ${what}, then run npm start again`
  throw new SetupFailure(`Not installed: ${what}.`, { mend })
}

const noQuestions = { DEBIAN_FRONTEND: 'noninteractive' }

/**
 * Installs Debian packages; root only.
 * @param {readonly string[]} packages
 * @param {import('./step.mjs').Context} context
 */
export async function aptInstall(packages, context) {
  await aptUpdate(context)
  const doing = `apt-get install ${packages.join(' ')}`
  const args = ['install', '-y', '--no-install-recommends', ...packages]
  const install = () => runOrFail('apt-get', args, { doing, env: { ...context.env, ...noQuestions }, transient: true, limitMs: 15 * 60_000 })
  await context.report.during('apt-get install', async () => {
    await install().catch(async () => {
      await aptUpdate(context, { force: true })
      await install()
    })
  })
}

/**
 * Fetches apt's lists once, where there are none or the ones there no longer fit what the mirror holds.
 * @param {import('./step.mjs').Context} context
 * @param {{ force?: boolean }} [options]
 */
export async function aptUpdate(context, { force = false } = {}) {
  const lists = await readdir('/var/lib/apt/lists').catch(() => [])
  if (!force && lists.some((name) => name.includes('_Packages'))) return
  if (!context.isRoot) throw new SetupFailure("apt's package lists are missing.", { mend: 'sudo apt-get update' })
  await context.report.during('apt-get update', () => runOrFail('apt-get', ['update', '-q'], { doing: 'apt-get update', env: { ...context.env, ...noQuestions }, transient: true, limitMs: 5 * 60_000 }))
}
