import { readGguf } from '../../src-engine/gguf/reader'
import { memorySource } from './byte-source'
import { writeGguf, type WrittenValue } from './gguf-writer'

type Metadata = [key: string, value: WrittenValue][]

export interface SplitPart {
  /** Of the model `NAME`: `NAME-00001-of-00003.gguf`. */
  readonly name: string
  readonly metadata: Metadata
  /** Names of tensors, in order. */
  readonly tensors: readonly string[]
}

/** The parts of a model with so many tensors each, as llama.cpp's program for it makes them: the first has all metadata, the others only where they belong. */
export function planSplit(model: Uint8Array, name: string, tensorsEach: number): readonly SplitPart[] {
  const file = readGguf(memorySource(model))
  const names = file.tensors.map((tensor) => tensor.name)
  const count = Math.ceil(names.length / tensorsEach)
  return Array.from({ length: count }, (_, i) => ({
    name: partName(name, i + 1, count),
    metadata: [
      ...(i === 0 ? [...file.metadata] as Metadata : []),
      ['split.no', { type: 'uint16', value: i }], ['split.count', { type: 'uint16', value: count }], ['split.tensors.count', { type: 'int32', value: names.length }],
    ],
    tensors: names.slice(i * tensorsEach, (i + 1) * tensorsEach),
  }))
}

export const partName = (name: string, number: number, count: number): string =>
  `${name}-${String(number).padStart(5, '0')}-of-${String(count).padStart(5, '0')}.gguf`

/** The bytes of a part. */
export function writePart(model: Uint8Array, { metadata, tensors }: SplitPart): Uint8Array {
  const file = readGguf(memorySource(model))
  const chosen = tensors.map((name) => {
    const found = file.tensors.find((tensor) => tensor.name === name)
    if (found === undefined) throw new Error(`The model has no tensor ${name}.`)
    return found
  })
  let size = 0
  const placed = chosen.map((tensor) => {
    const offset = size
    size = Math.ceil((size + tensor.bytes) / 32) * 32
    return { ...tensor, from: tensor.offset, offset }
  })
  const data = new Uint8Array(size)
  for (const { from, offset, bytes } of placed) data.set(model.subarray(from, from + bytes), offset)
  return writeGguf({ metadata, tensors: placed, data })
}
