import { describe, expect, it } from 'vitest'
import { GgufError, readGguf, type GgufFile } from '../../../src-engine/gguf/reader'
import { openFileSource } from '../../../src-engine/gguf/source'
import { memorySource } from '../../support/byte-source'
import { ByteWriter, typeIds, writeGguf, type WrittenFile, type WrittenTensor } from '../../support/gguf-writer'
import { starterModelPath } from '../../support/starter-model'

const read = (file: WrittenFile): GgufFile => readGguf(memorySource(writeGguf(file)))
const readBytes = (bytes: Uint8Array, length?: number): GgufFile => readGguf(memorySource(bytes, length))
const refuses = (make: () => unknown, words: RegExp): void => {
  expect(make).toThrow(GgufError)
  expect(make).toThrow(words)
}
/** F32, four numbers. */
const tensor = (more: Partial<WrittenTensor> = {}): WrittenTensor => ({ name: 'a', type: 0, dimensions: [4], offset: 0, ...more })
const begin = (version = 3, tensors: number | bigint = 0, keys: number | bigint = 0): ByteWriter =>
  new ByteWriter().raw(new TextEncoder().encode('GGUF')).u32(version).u64(tensors).u64(keys)

describe('what a good file holds', () => {
  it('gives every type of value as it was written', () => {
    const file = read({
      metadata: [
        ['u8', { type: 'uint8', value: 255 }], ['i8', { type: 'int8', value: -128 }], ['u16', { type: 'uint16', value: 65_535 }], ['i16', { type: 'int16', value: -32_768 }],
        ['u32', { type: 'uint32', value: 4_294_967_295 }], ['i32', { type: 'int32', value: -2_147_483_648 }], ['f32', { type: 'float32', value: 0.5 }],
        ['f64', { type: 'float64', value: 0.1 }], ['u64', { type: 'uint64', value: 2n ** 64n - 1n }], ['i64', { type: 'int64', value: -(2n ** 63n) }],
        ['yes', { type: 'bool', value: true }], ['text', { type: 'string', value: 'Größe 选择 😀' }],
        ['texts', { type: 'array', of: 'string', value: ['', 'a', 'ß'] }], ['numbers', { type: 'array', of: 'int16', value: [-1, 2] }], ['none', { type: 'array', of: 'uint8', value: [] }],
      ],
    })
    const plain = Object.fromEntries([...file.metadata].map(([key, { value }]) => [key, typeof value === 'object' ? [...Array.from<unknown>(value)] : value]))
    expect(plain).toEqual({
      u8: 255, i8: -128, u16: 65_535, i16: -32_768, u32: 4_294_967_295, i32: -2_147_483_648, f32: 0.5, f64: 0.1, u64: 2n ** 64n - 1n, i64: -(2n ** 63n),
      yes: true, text: 'Größe 选择 😀', texts: ['', 'a', 'ß'], numbers: [-1, 2], none: [],
    })
  })

  it('gives tensors with absolute places, sizes and the names of their types', () => {
    const file = read({ tensors: [tensor(), tensor({ name: 'q', type: 2, dimensions: [64, 3], offset: 32 })], data: new Uint8Array(32 + 108) })
    expect(file.dataOffset % 32).toBe(0)
    expect(file.tensors).toEqual([
      { name: 'a', type: 0, typeName: 'F32', dimensions: [4], offset: file.dataOffset, bytes: 16 },
      { name: 'q', type: 2, typeName: 'Q4_0', dimensions: [64, 3], offset: file.dataOffset + 32, bytes: 108 },
    ])
  })

  it('reads version 2 and a stated alignment', () => {
    const file = read({ version: 2, metadata: [['general.alignment', { type: 'uint32', value: 64 }]], tensors: [tensor()], data: new Uint8Array(128) })
    expect([file.version, file.alignment, file.dataOffset % 64]).toEqual([2, 64, 0])
  })

  it('reads the starter model', () => {
    const source = openFileSource(starterModelPath())
    try {
      const file = readGguf(source)
      expect(file.tensors).toHaveLength(272)
      expect(file.metadata.get('general.architecture')).toEqual({ type: 'string', value: 'llama' })
      expect(Math.max(...file.tensors.map(({ offset, bytes }) => offset + bytes))).toBe(source.length)
    } finally {
      source.close()
    }
  })
})

describe('what is no model file', () => {
  it('refuses an empty file', () => refuses(() => readBytes(new Uint8Array(0)), /is empty/))
  it('refuses a web page that is named .gguf', () => refuses(() => readBytes(new TextEncoder().encode('<!DOCTYPE html><html>404</html>')), /is not a GGUF model file/))
  it('refuses a file of zeros', () => refuses(() => readBytes(new Uint8Array(4096)), /is not a GGUF model file/))
  it('refuses version 1 and versions to come', () => {
    refuses(() => read({ version: 1 }), /version 1; versions 2 and 3/)
    refuses(() => read({ version: 4 }), /version 4; versions 2 and 3/)
    refuses(() => read({ version: 0 }), /version 0/)
  })
  it('says so of a file with the other byte order', () => refuses(() => read({ version: 0x03000000 }), /big-endian/))
})

describe('counts and lengths (CVE-2024-23605, CVE-2024-21802)', () => {
  it('refuses more than 100,000 tensors', () => refuses(() => read({ tensorCount: 100_001n }), /claims 100001 tensors/))
  it('refuses more than 10,000 keys', () => refuses(() => read({ keyCount: 10_001n }), /claims 10001 metadata keys/))
  it('refuses counts that wrap in 64 bits', () => {
    refuses(() => read({ tensorCount: 2n ** 64n - 1n }), /claims 18446744073709551615 tensors/)
    refuses(() => read({ keyCount: 2n ** 63n }), /claims 9223372036854775808 metadata keys/)
  })
  it('refuses a text that is longer than what is left', () => {
    for (const length of [100n, 2n ** 32n, 2n ** 53n + 1n, 2n ** 63n, 2n ** 64n - 1n]) refuses(() => readBytes(begin(3, 0, 1).u64(length).u32(0).bytes()), /metadata key 1 claims \d+ bytes/)
  })
  it('refuses an array that is longer than what is left', () => {
    for (const count of [2n ** 61n, 2n ** 64n - 1n, 1000n]) {
      refuses(() => readBytes(begin(3, 0, 1).text('k').u32(typeIds.array).u32(typeIds.uint64).u64(count).u64(1).bytes()), /k claims \d+ elements/)
    }
  })
  it('refuses a header of more than 64 MB', () => refuses(() => readBytes(begin(3, 0, 1).text('k').u32(typeIds.string).u64(65 << 20).bytes(), 70 << 20), /header of more than 64 MB/))
  it('refuses more elements than any model has', () => {
    const header = begin(3, 0, 1).text('k').u32(typeIds.array).u32(typeIds.uint8).u64((1 << 21) + 1).bytes()
    refuses(() => readBytes(header, 8 << 20), /2097153 elements makes its metadata longer/)
  })
})

describe('metadata', () => {
  const one = (type: number): ByteWriter => begin(3, 0, 1).text('k').u32(type)
  it('refuses a type that does not exist', () => refuses(() => readBytes(one(13).u64(0).bytes()), /k is of the unknown type 13/))
  it('refuses arrays of arrays', () => refuses(() => readBytes(one(typeIds.array).u32(typeIds.array).u64(1).u64(0).bytes()), /array of arrays/))
  it('refuses a truth value that is neither', () => refuses(() => readBytes(one(typeIds.bool).number('uint8', 2).bytes()), /k is 2, neither true nor false/))
  it('refuses text that is not UTF-8', () => {
    refuses(() => readBytes(one(typeIds.string).u64(2).raw(Uint8Array.of(0xc3, 0x28)).bytes()), /k is not text/)
    refuses(() => readBytes(begin(3, 0, 1).u64(1).raw(Uint8Array.of(0xff)).u32(0).bytes()), /metadata key 1 is not text/)
  })
  it('refuses a key that is there twice or empty', () => {
    refuses(() => read({ metadata: [['k', { type: 'uint8', value: 1 }], ['k', { type: 'uint8', value: 2 }]] }), /k is there twice/)
    refuses(() => read({ metadata: [['', { type: 'uint8', value: 1 }]] }), /key 1 has 0 characters/)
  })
  it('refuses a huge, odd or mistyped alignment (abort in ggml)', () => {
    for (const value of [0, 1, 3, 4, 33, 8192, 0x8000_0000]) refuses(() => read({ metadata: [['general.alignment', { type: 'uint32', value }]] }), /general\.alignment is \d+, not a power of two/)
    refuses(() => read({ metadata: [['general.alignment', { type: 'uint64', value: 32n }]] }), /general\.alignment is of type uint64/)
    refuses(() => read({ metadata: [['general.alignment', { type: 'int32', value: 32 }]] }), /general\.alignment is of type int32/)
  })
})

describe('tensors', () => {
  const data = new Uint8Array(4096)
  const withTensors = (...tensors: WrittenTensor[]): (() => GgufFile) => () => read({ tensors, data })
  it('refuses sizes whose product wraps (CVE-2026-33298)', () => {
    refuses(withTensors(tensor({ dimensions: [2n ** 32n, 2n ** 32n] })), /would end at byte 73786976294838\d+/)
    refuses(withTensors(tensor({ dimensions: [2n ** 62n, 4n, 1, 1] })), /would end at byte/)
    refuses(withTensors(tensor({ dimensions: [2n ** 63n, 2n ** 63n, 2n ** 63n, 2n ** 63n] })), /would end at byte/)
    refuses(withTensors(tensor({ dimensions: [2n ** 64n - 1n] })), /would end at byte/)
  })
  it('refuses many tensors whose sizes together wrap (CVE-2025-53630, CVE-2026-27940)', () => {
    refuses(withTensors(...Array.from({ length: 8 }, (_, i) => tensor({ name: `t${i}`, dimensions: [2n ** 59n], offset: BigInt(i) * 2n ** 61n }))), /would end at byte/)
  })
  it('refuses a tensor that ends after the file (CVE-2026-7482, truncated file)', () => {
    const whole = writeGguf({ tensors: [tensor({ dimensions: [1024] })], data })
    expect(readBytes(whole).tensors).toHaveLength(1)
    refuses(() => readBytes(whole.subarray(0, whole.length - 1)), /cut off or damaged: tensor a would end at byte/)
  })
  it('refuses an offset that wraps', () => {
    refuses(withTensors(tensor({ offset: 2n ** 64n - 32n })), /would end at byte/)
    refuses(withTensors(tensor({ offset: 2n ** 63n })), /would end at byte/)
  })
  it('refuses an offset that is not aligned', () => refuses(withTensors(tensor({ offset: 16 })), /begins at 16, which is not a multiple of 32/))
  it('refuses tensors that overlap', () => {
    refuses(withTensors(tensor({ dimensions: [16] }), tensor({ name: 'b', offset: 32 })), /a and b overlap/)
    refuses(withTensors(tensor({ name: 'b', offset: 32, dimensions: [9] }), tensor({ name: 'c', offset: 64 }), tensor({ offset: 0 })), /b and c overlap/)
  })
  it('refuses two tensors of one name', () => refuses(withTensors(tensor(), tensor({ offset: 32 })), /tensor a is there twice/))
  it('refuses no, five and a billion dimensions', () => {
    refuses(withTensors(tensor({ dimensions: [] })), /has 0 dimensions/)
    refuses(withTensors(tensor({ dimensions: [1, 1, 1, 1, 1] })), /has 5 dimensions/)
    refuses(() => readBytes(begin(3, 1).text('a').u32(1_000_000_000).bytes()), /has 1000000000 dimensions/)
  })
  it('refuses a dimension of 0', () => refuses(withTensors(tensor({ dimensions: [4, 0] })), /dimension of size 0/))
  it('refuses types that are unknown or retired', () => {
    for (const type of [4, 5, 31, 33, 36, 38, 1000, 0xffff_ffff]) refuses(withTensors(tensor({ type })), /not known here \(type \d+\)/)
  })
  it('refuses rows that the block size does not divide', () => {
    refuses(withTensors(tensor({ type: 2, dimensions: [33] })), /has 33 numbers, and Q4_0 stores them by 32/)
    refuses(withTensors(tensor({ type: 12, dimensions: [128, 2] })), /has 128 numbers, and Q4_K stores them by 256/)
  })
  it('refuses names that ggml could not keep', () => {
    expect(withTensors(tensor({ name: 'x'.repeat(63) }))().tensors).toHaveLength(1)
    refuses(withTensors(tensor({ name: 'x'.repeat(64) })), /has 64 characters/)
    refuses(withTensors(tensor({ name: '' })), /has 0 characters/)
  })
})

describe('a file that is cut off', () => {
  it('is refused wherever it is cut (truncation with mmap)', () => {
    const whole = writeGguf({
      metadata: [['k', { type: 'string', value: 'value' }], ['l', { type: 'array', of: 'string', value: ['one', 'two'] }], ['n', { type: 'array', of: 'float32', value: [1, 2, 3] }]],
      tensors: [tensor(), tensor({ name: 'b', offset: 32 })],
      data: new Uint8Array(48),
    })
    expect(readBytes(whole).tensors).toHaveLength(2)
    for (let length = 0; length < whole.length; length++) refuses(() => readBytes(whole.subarray(0, length)), /cut off|empty|would end/)
  })
})
