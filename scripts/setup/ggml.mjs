import { existsSync } from 'node:fs'
import { cp, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { installFolder } from './files.mjs'
import { ggmlPackage, vulkanPackage } from './paths.mjs'
import { withNpmPackage } from './registries.mjs'

/**
 * The prebuilt ggml libraries. npm ci brings those of Linux; those of macOS and Windows come here, because one lock file must do for all three.
 * @type {import('./step.mjs').Step}
 */
export const ggmlStep = {
  title: 'ggml libraries',
  mend: 'npm run setup (with a network)',
  isDone: async (context) => {
    const name = ggmlPackage(context.platform, context.arch)
    return name !== undefined && existsSync(join(context.checkout, 'node_modules', name))
  },
  sources(context) {
    const name = ggmlPackage(context.platform, context.arch)
    return name === undefined ? [] : [{ title: `npm's ${name}`, network: true, install: (c) => install(name, c) }]
  },
}

/**
 * ggml's Vulkan library, which drives the graphics cards of all makers: 24 MB to fetch, so only where there may be a card. CUDA's, of 700 MB, is never
 * fetched; who has put that package beside this one finds it used.
 * @type {import('./step.mjs').Step}
 */
export const graphicsStep = {
  title: 'ggml for graphics cards',
  mend: 'npm run setup (with a network)',
  isDone: async (context) => {
    const name = vulkanPackage(context.platform, context.arch)
    return name === undefined || existsSync(join(context.checkout, 'node_modules', name))
  },
  sources(context) {
    const name = vulkanPackage(context.platform, context.arch)
    return name === undefined ? [] : [{ title: `npm's ${name}, 24 MB`, network: true, install: (c) => install(name, c) }]
  },
}

/**
 * Whether a graphics card may be here: on Linux its device file is, on Windows nearly always; on macOS ggml's own package drives it.
 * @param {Pick<import('./step.mjs').Context, 'platform'>} context
 * @param {(path: string) => boolean} [exists]
 */
export function mayHaveCard({ platform }, exists = existsSync) {
  if (platform === 'linux') return ['/dev/dri/renderD128', '/dev/nvidiactl', '/dev/dxg'].some(exists)
  return platform === 'win32'
}

/**
 * @param {string} name
 * @param {import('./step.mjs').Context} context
 */
async function install(name, context) {
  const { optionalDependencies } = JSON.parse(await readFile(join(context.checkout, 'package.json'), 'utf8'))
  const version = optionalDependencies['@node-llama-cpp/linux-x64']
  await withNpmPackage(name, version, context, (folder) =>
    installFolder(join(context.checkout, 'node_modules', name), (target) => cp(folder, target, { recursive: true })),
  )
}
