import { posix, win32 } from 'node:path'

export interface Computer {
  readonly env: Readonly<Record<string, string | undefined>>
  readonly platform: NodeJS.Platform
  readonly home: string
}

/** Where set-up keeps models outside the checkout: `LONGLEAF_CACHE`, or the platform's folder for caches. */
function cacheFolder({ env, platform, home }: Computer): string {
  const path = platform === 'win32' ? win32 : posix
  if (env['LONGLEAF_CACHE']) return path.resolve(env['LONGLEAF_CACHE'])
  if (platform === 'win32') return path.join(env['LOCALAPPDATA'] ?? path.join(home, 'AppData', 'Local'), 'longleaf', 'cache')
  if (platform === 'darwin') return path.join(home, 'Library', 'Caches', 'longleaf')
  const base = env['XDG_CACHE_HOME']
  return path.join(base !== undefined && path.isAbsolute(base) ? base : path.join(home, '.cache'), 'longleaf')
}

/** Folders that model files are looked for in, first match wins: the one named by `LONGLEAF_MODELS`, set-up's cache, the person's own. */
export function modelFolders(computer: Computer, ownFolder: string): readonly string[] {
  const path = computer.platform === 'win32' ? win32 : posix
  const named = computer.env['LONGLEAF_MODELS']
  return [...(named ? [path.resolve(named)] : []), path.join(cacheFolder(computer), 'models'), ownFolder]
}
