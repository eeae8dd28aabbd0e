import { existsSync } from 'node:fs'
import { createRequire } from 'node:module'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { cacheFolder, pathOf, type Computer } from '../cache-folder'
import { FailureError } from '../contract/failure'

/** The Node-API version that the prebuilt file of better-sqlite3 needs: on an older one it crashes the process instead of refusing. */
const prebuiltApi = 10

export interface BindingPlace extends Computer {
  readonly arch: string
  readonly version: string
}

/** Where set-up leaves the better-sqlite3 that it built. */
export const builtBinding = ({ arch, version, ...computer }: BindingPlace): string =>
  pathOf(computer.platform).join(cacheFolder(computer), 'better-sqlite3', `${version}-${computer.platform}-${arch}`, 'better_sqlite3.node')

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
