import { copyFileSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setImmediate } from 'node:timers/promises'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { describe, expect, it } from 'vitest'
import type { Declaration } from '../../../../src-engine/ggml/libraries/declaration'
import { libraryFolder, libraryPath } from '../../../../src-engine/ggml/libraries/installed'
import { functionsAt, openLibrary } from '../../../../src-engine/ggml/libraries/shared-library'

const library = openLibrary(libraryPath(libraryFolder(), 'ggml-base'))
/** Q8_0: blocks of 32 numbers in 34 bytes. */
const type = 8

describe('a function of a library', () => {
  it('takes and gives what its declaration says, here and on another thread', async () => {
    const table = { ggml_blck_size: 'int64_t (int type)', ggml_row_size: 'size_t (int type, int64_t numbers)', ggml_type_name: 'string (int type)' } as const
    const here = library.functions(table)
    const elsewhere = library.functionsElsewhere(table)
    expect([here.ggml_blck_size(type), here.ggml_row_size(type, 64), here.ggml_type_name(type)]).toEqual([32, 68, 'q8_0'])
    expect(await Promise.all([elsewhere.ggml_blck_size(type), elsewhere.ggml_row_size(type, 64), elsewhere.ggml_type_name(type)])).toEqual([32, 68, 'q8_0'])
  })

  it('is refused where the library lacks it', () => {
    expect(() => library.functions({ ggml_of_tomorrow: 'void ()' })).toThrow('ggml_of_tomorrow')
  })

  it('is refused where its declaration says a word that nobody knows', () => {
    const declaration: Declaration = 'void (double number)'
    expect(() => library.functions({ ggml_free: declaration })).toThrow('No declaration may say double.')
  })
})

it('a library stays where it is while only an address in it is known', async () => {
  // One that nobody else has loaded.
  const folder = mkdtempSync(join(tmpdir(), 'longleaf-library-'))
  const path = join(folder, 'alone.so')
  copyFileSync(libraryPath(libraryFolder(), 'ggml-base'), path)
  const address = openLibrary(path).symbol('ggml_blck_size')
  setFlagsFromString('--expose-gc')
  const collectGarbage = runInNewContext('gc') as () => void
  for (let i = 0; i < 3; i++) {
    collectGarbage()
    await setImmediate()
  }
  expect(functionsAt({ ggml_blck_size: 'int64_t (int type)' }, () => address).ggml_blck_size(type)).toBe(32)
  rmSync(folder, { recursive: true })
})
