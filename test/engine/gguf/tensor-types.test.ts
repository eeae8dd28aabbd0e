import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import koffi from 'koffi'
import { describe, expect, it } from 'vitest'
import { libraryFolder } from '../../../src-engine/ggml/library'
import { tensorTypes } from '../../../src-engine/gguf/tensor-types'

const file = readdirSync(libraryFolder()).find((name) => /^(lib)?ggml-base\.(so|dylib|dll)$/.test(name)) ?? 'no ggml-base'
const base = koffi.load(join(libraryFolder(), file))
const blockSize = base.func('int64_t ggml_blck_size(int type)')
const typeSize = base.func('size_t ggml_type_size(int type)')
const typeName = base.func('const char *ggml_type_name(int type)')

describe('the table of tensor types', () => {
  it.each([...tensorTypes.values()])('says of $name what ggml says', ({ id, name, elements, bytes }) => {
    expect([Number(blockSize(id)), Number(typeSize(id))]).toEqual([elements, bytes])
    expect(String(typeName(id)).toUpperCase()).toBe(name)
  })
})
