/**
 * The same model with its weights as f32: what the quantised file means, without the 8-bit inputs that its kernels work with. There the order of
 * additions hardly matters, so two right engines agree to many digits; on the quantised file a last digit can flip an 8-bit step and grow.
 */
import { closeSync, openSync, writeSync } from 'node:fs'
import { readGguf } from '../../src-engine/gguf/reader'
import { openFileSource } from '../../src-engine/gguf/source'
import { fromHalf } from '../../src-engine/model/offset-blocks'
import { writeGguf, type WrittenValue } from './gguf-writer'

/** Writes the model at `from` to `to` with every Q4_1 and Q8_0 tensor as F32. */
export function writePlainWeights(from: string, to: string): void {
  const source = openFileSource(from)
  const file = readGguf(source)
  let offset = 0
  const tensors = file.tensors.map((tensor) => {
    const bytes = tensor.dimensions.reduce((product, size) => product * size, 1) * 4
    const placed = { name: tensor.name, type: 0, dimensions: tensor.dimensions, offset }
    offset = Math.ceil((offset + bytes) / 32) * 32
    return placed
  })
  const head = writeGguf({ metadata: [...file.metadata] as [string, WrittenValue][], tensors, data: new Uint8Array(0) })
  const descriptor = openSync(to, 'w')
  const start = Math.ceil(head.length / 32) * 32
  writeSync(descriptor, head, 0, head.length, 0)
  file.tensors.forEach((tensor, i) => {
    const numbers = toFloats(source.read(tensor.offset, tensor.bytes), tensor.typeName)
    writeSync(descriptor, new Uint8Array(numbers.buffer), 0, numbers.byteLength, start + (tensors[i]?.offset ?? 0))
  })
  closeSync(descriptor)
  source.close()
}

function toFloats(bytes: Uint8Array, type: string): Float32Array {
  switch (type) {
    case 'F32': return new Float32Array(bytes.slice().buffer)
    case 'Q8_0': return fromQ80(bytes)
    case 'Q4_1': return fromQ41(bytes)
    default: throw new Error(`A tensor of type ${type} is not expected here.`)
  }
}

/** Blocks of f16 d and 32 signed bytes q: d q. */
function fromQ80(bytes: Uint8Array): Float32Array {
  const numbers = new Float32Array((bytes.length / 34) * 32)
  const signed = new Int8Array(bytes.buffer, bytes.byteOffset, bytes.length)
  for (let from = 0, to = 0; from < bytes.length; from += 34, to += 32) {
    const d = half(bytes, from)
    for (let i = 0; i < 32; i++) numbers[to + i] = d * (signed[from + 2 + i] ?? 0)
  }
  return numbers
}

/** Blocks of f16 d, f16 m and 16 bytes of two q each: d q + m. */
function fromQ41(bytes: Uint8Array): Float32Array {
  const numbers = new Float32Array((bytes.length / 20) * 32)
  for (let from = 0, to = 0; from < bytes.length; from += 20, to += 32) {
    const d = half(bytes, from)
    const m = half(bytes, from + 2)
    for (let i = 0; i < 16; i++) {
      const byte = bytes[from + 4 + i] ?? 0
      numbers[to + i] = d * (byte & 15) + m
      numbers[to + 16 + i] = d * (byte >> 4) + m
    }
  }
  return numbers
}

function half(bytes: Uint8Array, at: number): number {
  return fromHalf((bytes[at] ?? 0) | ((bytes[at + 1] ?? 0) << 8))
}
