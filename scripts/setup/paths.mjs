import { homedir } from 'node:os'
import { dirname, join, posix, win32 } from 'node:path'
import { fileURLToPath } from 'node:url'

/** The folder that holds package.json. */
export const checkout = dirname(dirname(dirname(fileURLToPath(import.meta.url))))

/**
 * Where set-up keeps what it fetched or built; outside the checkout, so that it outlives `npm ci` and serves every checkout.
 * @param {{ env: NodeJS.ProcessEnv, platform: NodeJS.Platform, home: string }} where
 * @returns {string}
 */
export function cacheFolder({ env, platform, home }) {
  const path = platform === 'win32' ? win32 : posix
  if (env['LONGLEAF_CACHE']) return path.resolve(env['LONGLEAF_CACHE'])
  if (platform === 'win32') return path.join(env['LOCALAPPDATA'] ?? path.join(home, 'AppData', 'Local'), 'longleaf', 'cache')
  if (platform === 'darwin') return path.join(home, 'Library', 'Caches', 'longleaf')
  const base = env['XDG_CACHE_HOME']
  return path.join(base !== undefined && path.isAbsolute(base) ? base : path.join(home, '.cache'), 'longleaf')
}

/** The cache folder of this computer. */
export const thisCache = () => cacheFolder({ env: process.env, platform: process.platform, home: homedir() })

/**
 * Where the better-sqlite3 that was built here lies, if one had to be built.
 * @param {string} cache
 * @param {{ version: string, platform: string, arch: string }} build
 */
export const sqliteBinding = (cache, { version, platform, arch }) => join(cache, 'better-sqlite3', `${version}-${platform}-${arch}`, 'better_sqlite3.node')

/**
 * The folder of model files: LONGLEAF_MODELS, or one in the cache.
 * @param {string} cache
 * @param {NodeJS.ProcessEnv} env
 */
export const modelsFolder = (cache, env) => env['LONGLEAF_MODELS'] || join(cache, 'models')

/**
 * The name of the Electron program inside its folder.
 * @param {NodeJS.Platform} platform
 */
export function electronProgram(platform) {
  if (platform === 'win32') return 'electron.exe'
  if (platform === 'darwin') return 'Electron.app/Contents/MacOS/Electron'
  return 'electron'
}

/**
 * The npm package with the prebuilt ggml libraries, or undefined where there is none.
 * @param {string} platform
 * @param {string} arch
 */
export function ggmlPackage(platform, arch) {
  return /** @type {Record<string, string>} */ ({
    'linux-x64': '@node-llama-cpp/linux-x64',
    'linux-arm64': '@node-llama-cpp/linux-arm64',
    'darwin-arm64': '@node-llama-cpp/mac-arm64-metal',
    'darwin-x64': '@node-llama-cpp/mac-x64',
    'win32-x64': '@node-llama-cpp/win-x64',
    'win32-arm64': '@node-llama-cpp/win-arm64',
  })[`${platform}-${arch}`]
}

/**
 * The npm package with ggml's Vulkan library, or undefined where there is none.
 * @param {string} platform
 * @param {string} arch
 */
export function vulkanPackage(platform, arch) {
  return /** @type {Record<string, string>} */ ({ 'linux-x64': '@node-llama-cpp/linux-x64-vulkan', 'win32-x64': '@node-llama-cpp/win-x64-vulkan' })[`${platform}-${arch}`]
}
