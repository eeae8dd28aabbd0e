import { createRequire } from 'node:module'
import { join } from 'node:path'
import koffi from 'koffi'
import { describe, expect, it } from 'vitest'
import { tensorTypes } from '../../../src-engine/gguf/tensor-types'

const platform = `${process.platform}-${process.arch}`
const base = koffi.load(join(createRequire(import.meta.url).resolve(`@node-llama-cpp/${platform}`), '../../bins', platform, 'libggml-base.so'))
const blockSize = base.func('int64_t ggml_blck_size(int type)')
const typeSize = base.func('size_t ggml_type_size(int type)')
const typeName = base.func('const char *ggml_type_name(int type)')

describe('the table of tensor types', () => {
  it.each([...tensorTypes.values()])('says of $name what ggml says', ({ id, name, elements, bytes }) => {
    expect([Number(blockSize(id)), Number(typeSize(id))]).toEqual([elements, bytes])
    expect(String(typeName(id)).toUpperCase()).toBe(name)
  })
})
