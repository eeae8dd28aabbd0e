import { posix, win32 } from 'node:path'

export interface Computer {
  readonly env: Readonly<Record<string, string | undefined>>
  readonly platform: NodeJS.Platform
  readonly home: string
}

/** Joins paths as that platform writes them, wherever this runs. */
export const pathOf = (platform: NodeJS.Platform) => (platform === 'win32' ? win32 : posix)

/**
 * Where set-up keeps what it fetched or built: `LONGLEAF_CACHE`, or the platform's folder for caches. The same rules as in
 * scripts/setup/paths.mjs, which has to run before anything is built; a test compares them.
 */
export function cacheFolder({ env, platform, home }: Computer): string {
  const path = pathOf(platform)
  if (env['LONGLEAF_CACHE']) return path.resolve(env['LONGLEAF_CACHE'])
  if (platform === 'win32') return path.join(env['LOCALAPPDATA'] ?? path.join(home, 'AppData', 'Local'), 'longleaf', 'cache')
  if (platform === 'darwin') return path.join(home, 'Library', 'Caches', 'longleaf')
  const base = env['XDG_CACHE_HOME']
  return path.join(base !== undefined && path.isAbsolute(base) ? base : path.join(home, '.cache'), 'longleaf')
}
