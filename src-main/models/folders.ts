import { cacheFolder, pathOf, type Computer } from '../cache-folder'

/** Folders that model files are looked for in, first match wins: the one named by `LONGLEAF_MODELS`, set-up's cache, the person's own. */
export function modelFolders(computer: Computer, ownFolder: string): readonly string[] {
  const path = pathOf(computer.platform)
  const named = computer.env['LONGLEAF_MODELS']
  return [...(named ? [path.resolve(named)] : []), path.join(cacheFolder(computer), 'models'), ownFolder]
}
