import { describe, expect, it } from 'vitest'
import { tensorTypes } from '../../../src-engine/gguf/tensor-types'
import { ggmlBase } from '../../support/quantise'

const blockSize = ggmlBase.func('int64_t ggml_blck_size(int type)')
const typeSize = ggmlBase.func('size_t ggml_type_size(int type)')
const typeName = ggmlBase.func('const char *ggml_type_name(int type)')

describe('the table of tensor types', () => {
  it.each([...tensorTypes.values()])('says of $name what ggml says', ({ id, name, elements, bytes }) => {
    expect([Number(blockSize(id)), Number(typeSize(id))]).toEqual([elements, bytes])
    expect(String(typeName(id)).toUpperCase()).toBe(name)
  })
})
