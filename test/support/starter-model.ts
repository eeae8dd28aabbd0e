import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { starterModel } from '../../scripts/setup/model.mjs'
import { modelsFolder, thisCache } from '../../scripts/setup/paths.mjs'

/** The path of the starter model, which set-up keeps in the cache. @throws an Error that says how to get it. */
export function starterModelPath(): string {
  const path = join(modelsFolder(thisCache(), process.env), starterModel.file)
  if (!existsSync(path)) throw new Error(`${path} is missing: run "npm test", which fetches the starter model first`)
  return path
}
