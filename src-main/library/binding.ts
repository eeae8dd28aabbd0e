import { existsSync } from 'node:fs'
import { createRequire } from 'node:module'
import { homedir } from 'node:os'
import { join, posix, win32 } from 'node:path'
import { FailureError } from '../contract/failure'

/** The Node-API version that the prebuilt file of better-sqlite3 needs: on an older one it crashes the process instead of refusing. */
const prebuiltApi = 10

export interface BindingPlace {
  readonly env: Readonly<Record<string, string | undefined>>
  readonly platform: NodeJS.Platform
  readonly arch: string
  readonly home: string
  readonly version: string
}

/** Where set-up leaves the better-sqlite3 that it built; the same rules as in scripts/setup/paths.mjs. */
export function builtBinding({ env, platform, arch, home, version }: BindingPlace): string {
  const path = platform === 'win32' ? win32 : posix
  return path.join(cacheFolder(env, platform, home), 'better-sqlite3', `${version}-${platform}-${arch}`, 'better_sqlite3.node')
}

function cacheFolder(env: BindingPlace['env'], platform: NodeJS.Platform, home: string): string {
  const path = platform === 'win32' ? win32 : posix
  if (env['LONGLEAF_CACHE']) return path.resolve(env['LONGLEAF_CACHE'])
  if (platform === 'win32') return path.join(env['LOCALAPPDATA'] ?? path.join(home, 'AppData', 'Local'), 'longleaf', 'cache')
  if (platform === 'darwin') return path.join(home, 'Library', 'Caches', 'longleaf')
  const base = env['XDG_CACHE_HOME']
  return path.join(base !== undefined && path.isAbsolute(base) ? base : path.join(home, '.cache'), 'longleaf')
}

/** The native file to load: the one named in LONGLEAF_SQLITE_BINDING, the one that set-up built, or (undefined) the package's own. */
export function nativeBinding(): string | undefined {
  const named = process.env['LONGLEAF_SQLITE_BINDING']
  if (named) return named
  const { version } = createRequire(import.meta.url)('better-sqlite3/package.json') as { version: string }
  const built = builtBinding({ env: process.env, platform: process.platform, arch: process.arch, home: homedir(), version })
  if (existsSync(built)) return built
  if (Number(process.versions['napi'] ?? 0) >= prebuiltApi) return undefined
  throw new FailureError('unexpected', `SQLite is not set up for this version of Electron or Node: ${join(built)} is missing. Run npm start in the checkout once, which builds it.`)
}
