import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll } from 'vitest'

/** Writes model files of the tests of one file into a folder that goes when these have ended; gives their paths. */
export function modelFiles(): (name: string, bytes: Uint8Array) => string {
  const folder = mkdtempSync(join(tmpdir(), 'longleaf-models-'))
  afterAll(() => rmSync(folder, { recursive: true }))
  return (name, bytes) => {
    const path = join(folder, `${name}.gguf`)
    writeFileSync(path, bytes)
    return path
  }
}
