/** Writes GGUF files for tests, also such as no honest program would write. */

export type WrittenValue =
  | { readonly type: 'uint8' | 'int8' | 'uint16' | 'int16' | 'uint32' | 'int32' | 'float32' | 'float64'; readonly value: number }
  | { readonly type: 'uint64' | 'int64'; readonly value: bigint }
  | { readonly type: 'bool'; readonly value: boolean }
  | { readonly type: 'string'; readonly value: string }
  | { readonly type: 'array'; readonly of: 'string'; readonly value: readonly string[] }
  | { readonly type: 'array'; readonly of: 'uint8' | 'int8' | 'uint16' | 'int16' | 'uint32' | 'int32' | 'float32' | 'float64'; readonly value: readonly number[] }

export interface WrittenTensor {
  readonly name: string
  readonly type: number
  readonly dimensions: readonly (number | bigint)[]
  readonly offset: number | bigint
}

export interface WrittenFile {
  readonly version?: number
  readonly metadata?: readonly (readonly [key: string, value: WrittenValue])[]
  readonly tensors?: readonly WrittenTensor[]
  /** Claimed in the header instead of the true numbers. */
  readonly tensorCount?: bigint
  readonly keyCount?: bigint
  /** Bytes after the header, which is padded to 32 first. */
  readonly data?: Uint8Array
}

export const typeIds = {
  uint8: 0, int8: 1, uint16: 2, int16: 3, uint32: 4, int32: 5, float32: 6, bool: 7, string: 8, array: 9, uint64: 10, int64: 11, float64: 12,
} as const

/** Little-endian bytes, one value after the other. */
export class ByteWriter {
  #bytes = new Uint8Array(1024)
  #size = 0

  #grow(length: number): DataView {
    if (this.#size + length > this.#bytes.length) {
      const larger = new Uint8Array((this.#size + length) * 2)
      larger.set(this.#bytes)
      this.#bytes = larger
    }
    this.#size += length
    return new DataView(this.#bytes.buffer, this.#size - length, length)
  }

  raw(bytes: Uint8Array): this {
    this.#grow(bytes.length)
    this.#bytes.set(bytes, this.#size - bytes.length)
    return this
  }

  u32(value: number): this {
    this.#grow(4).setUint32(0, value, true)
    return this
  }

  u64(value: number | bigint): this {
    this.#grow(8).setBigUint64(0, BigInt.asUintN(64, BigInt(value)), true)
    return this
  }

  text(value: string): this {
    const bytes = new TextEncoder().encode(value)
    return this.u64(bytes.length).raw(bytes)
  }

  number(type: keyof typeof typeIds, value: number): this {
    switch (type) {
      case 'uint8': case 'bool': this.#grow(1).setUint8(0, value); break
      case 'int8': this.#grow(1).setInt8(0, value); break
      case 'uint16': this.#grow(2).setUint16(0, value, true); break
      case 'int16': this.#grow(2).setInt16(0, value, true); break
      case 'uint32': this.#grow(4).setUint32(0, value, true); break
      case 'int32': this.#grow(4).setInt32(0, value, true); break
      case 'float32': this.#grow(4).setFloat32(0, value, true); break
      case 'float64': this.#grow(8).setFloat64(0, value, true); break
      default: throw new Error(`${type} is not a small number`)
    }
    return this
  }

  pad(alignment: number): this {
    return this.raw(new Uint8Array((alignment - (this.#size % alignment)) % alignment))
  }

  value(value: WrittenValue): this {
    this.u32(typeIds[value.type])
    if (value.type === 'array') {
      this.u32(typeIds[value.of]).u64(value.value.length)
      if (value.of === 'string') for (const text of value.value) this.text(text)
      else for (const element of value.value) this.number(value.of, element)
      return this
    }
    if (value.type === 'string') return this.text(value.value)
    if (value.type === 'uint64' || value.type === 'int64') return this.u64(value.value)
    return this.number(value.type, Number(value.value))
  }

  bytes(): Uint8Array {
    return this.#bytes.slice(0, this.#size)
  }
}

export function writeGguf(file: WrittenFile): Uint8Array {
  const { metadata = [], tensors = [] } = file
  const writer = new ByteWriter().raw(new TextEncoder().encode('GGUF')).u32(file.version ?? 3)
  writer.u64(file.tensorCount ?? tensors.length).u64(file.keyCount ?? metadata.length)
  for (const [key, value] of metadata) writer.text(key).value(value)
  for (const { name, type, dimensions, offset } of tensors) {
    writer.text(name).u32(dimensions.length)
    for (const size of dimensions) writer.u64(size)
    writer.u32(type).u64(offset)
  }
  return writer.pad(32).raw(file.data ?? new Uint8Array(0)).bytes()
}
