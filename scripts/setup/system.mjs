import { existsSync, readdirSync } from 'node:fs'
import { electronRuntime } from './electron-runtime.mjs'
import { SetupFailure } from './failure.mjs'
import { hasProgram, run, withSbin } from './process.mjs'
import { aptInstall } from './registries.mjs'

/** @typedef {import('./step.mjs').Context} Context */

/** What Electron loads, by Debian package; a desktop has them all. */
const libraries = [
  'libgtk-3-0', 'libnss3', 'libnspr4', 'libasound2', 'libgbm1', 'libdrm2', 'libcups2', 'libatk1.0-0', 'libatk-bridge2.0-0', 'libatspi2.0-0', 'libcairo2',
  'libpango-1.0-0', 'libdbus-1-3', 'libexpat1', 'libudev1', 'libxkbcommon0', 'libx11-6', 'libxcb1', 'libxcomposite1', 'libxdamage1', 'libxext6', 'libxfixes3',
  'libxrandr2',
]
const display = { Xvfb: 'xvfb' }
const testTools = { pdftotext: 'poppler-utils', qpdf: 'qpdf', ip: 'iproute2', runuser: 'util-linux', useradd: 'passwd' }
const fontFolders = ['/usr/share/fonts/truetype', '/usr/share/fonts/opentype', '/usr/local/share/fonts']
const fonts = ['fonts-dejavu-core', 'fonts-liberation']

/** Libraries, fonts and, where there is no display, the virtual one. */
export const systemStep = systemStepFor('System libraries', missingForApp)

/** Programs that the tests compare with and run in. */
export const testToolsStep = systemStepFor('Test programs', (context) => Promise.resolve(context.platform === 'linux' ? missingPrograms(context, { ...display, ...testTools }) : []))

/** A Vulkan driver that computes on the processor: what the tests of graphics devices run on, the same everywhere. */
export const softwareDriverStep = systemStepFor('Software Vulkan driver', (context) => Promise.resolve(hasSoftwareDriver(context) ? [] : ['mesa-vulkan-drivers', 'libvulkan1']))

/** @param {Context} context */
const hasSoftwareDriver = ({ platform, arch }) => platform !== 'linux' || arch !== 'x64' || existsSync('/usr/share/vulkan/icd.d/lvp_icd.x86_64.json')

/**
 * @param {string} title
 * @param {(context: Context) => Promise<readonly string[]>} missing Debian packages that are needed and not here
 * @returns {import('./step.mjs').Step}
 */
function systemStepFor(title, missing) {
  return {
    title,
    mend: 'install what is named above, then run npm start again',
    isDone: async (context) => (await missing(context)).length === 0,
    async sources(context) {
      const packages = await missing(context)
      const command = `sudo apt-get install -y --no-install-recommends ${packages.join(' ')}`
      if (!hasProgram('apt-get')) throw new SetupFailure(`${title}: missing here (Debian's names): ${packages.join(' ')}.`, { mend: 'install them with the package manager of this system' })
      if (!context.isRoot) throw new SetupFailure(`${title}: missing here: ${packages.join(' ')}.`, { mend: command })
      return [{ title: `apt-get (${packages.join(' ')})`, network: true, install: async (c) => aptInstall(await namesHere(packages), c) }]
    },
  }
}

/** @param {Context} context */
async function missingForApp(context) {
  if (context.platform !== 'linux') return []
  const runtime = await electronRuntime(context)
  const absent = runtime === undefined ? [] : await missingLibraries(runtime.program)
  return [
    ...(absent.length === 0 ? [] : libraries),
    ...(fontFolders.some(hasEntries) ? [] : fonts),
    ...(hasDisplay(context.env) ? [] : missingPrograms(context, display)),
  ]
}

/**
 * @param {NodeJS.ProcessEnv} env
 */
export const hasDisplay = (env) => Boolean(env['DISPLAY'] || env['WAYLAND_DISPLAY'])

/**
 * @param {string} program
 * @returns {Promise<readonly string[]>} the shared libraries that the program wants and the system lacks
 */
export async function missingLibraries(program) {
  const { stdout } = await run('ldd', [program])
  return parseMissing(stdout)
}

/** @param {string} lddOutput */
export const parseMissing = (lddOutput) => [...new Set([...lddOutput.matchAll(/^\s*(\S+) => not found/gm)].map((match) => /** @type {string} */ (match[1])))]

/**
 * @param {Context} context
 * @param {Record<string, string>} packageOf program -> Debian package
 */
const missingPrograms = ({ env }, packageOf) => Object.entries(packageOf).flatMap(([program, name]) => (hasProgram(program, withSbin(env)) ? [] : [name]))

/** @param {string} folder */
const hasEntries = (folder) => existsSync(folder) && readdirSync(folder).length > 0

/**
 * Since Debian 13 and Ubuntu 24.04 some libraries have a t64 at the end of their name.
 * @param {readonly string[]} packages
 */
async function namesHere(packages) {
  const known = new Set((await run('apt-cache', ['pkgnames'])).stdout.split('\n'))
  return packages.map((name) => (known.has(`${name}t64`) ? `${name}t64` : name))
}
