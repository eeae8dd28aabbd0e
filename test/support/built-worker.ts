import { mkdtempSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { build } from 'vite'

const root = fileURLToPath(new URL('../..', import.meta.url))

export interface BuiltScript {
  readonly file: URL
  readonly path: string
  readonly remove: () => void
}

/** Bundles a TypeScript file of this project as the app's build does, packages left outside, for a thread or a process of its own. */
export async function buildScript(entry: string): Promise<BuiltScript> {
  const folder = mkdtempSync(join(tmpdir(), 'longleaf-built-'))
  symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'), 'dir')
  await build({
    root, configFile: false, logLevel: 'warn',
    build: {
      ssr: join(root, entry), outDir: folder, emptyOutDir: false, target: 'node20.18', minify: false,
      rollupOptions: { output: { format: 'es', entryFileNames: 'script.mjs' } },
    },
  })
  const path = join(folder, 'script.mjs')
  return { path, file: pathToFileURL(path), remove: () => { rmSync(folder, { recursive: true, force: true }) } }
}
