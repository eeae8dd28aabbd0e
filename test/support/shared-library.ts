import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll } from 'vitest'
import type { Library } from '../../src-main/library/library'
import { openHere } from './library'

/** A library that lives as long as the tests of a block; call it where they are declared. */
export function sharedLibrary(fill: (library: Library) => Promise<void>): { readonly library: Library } {
  const folder = mkdtempSync(join(tmpdir(), 'longleaf-library-'))
  let library: Library | undefined
  beforeAll(async () => {
    library = await openHere(folder)
    await fill(library)
  })
  afterAll(async () => {
    await library?.close()
    rmSync(folder, { recursive: true, force: true })
  })
  return {
    get library() {
      if (library === undefined) throw new Error('the library is open only while the tests of its block run')
      return library
    },
  }
}
