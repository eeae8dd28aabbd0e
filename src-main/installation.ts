import { join } from 'node:path'

/** Files that were built or shipped with the app, by their place beside this script (`out/main`). */
const out = join(import.meta.dirname, '..')
export const installation = {
  renderer: join(out, 'renderer'),
  windowPreload: join(out, 'preload', 'window.cjs'),
  ingestPreload: join(out, 'preload', 'ingest.cjs'),
  engine: join(out, 'main', 'engine.js'),
  licences: join(out, '..', 'resources', 'licences'),
  sample: join(out, '..', 'resources', 'sample', 'sample.pdf'),
} as const
