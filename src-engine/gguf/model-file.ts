/**
 * A model in one file, or in the parts `NAME-00001-of-0000N.gguf` that llama.cpp splits a large one into. The first part says what the whole is; each says
 * which part it is, of how many, and how many tensors there are in all. Opened by its first part, the model is one file whose parts lie one after the other.
 */
import { basename, dirname, join } from 'node:path'
import { GgufError, type ByteSource, type GgufFile, type GgufValue, type TensorInfo } from './file'
import { findCount, required } from './metadata'
import { readGguf } from './reader'
import { openFileSource, type FileSource } from './source'

export interface ModelFile {
  /** Of its parts, in their order. */
  readonly paths: readonly string[]
  readonly file: GgufFile
  /** The offsets of the tensors are places in it. */
  readonly source: ByteSource
  close(): void
}

const splitKeys = { number: 'split.no', count: 'split.count', tensors: 'split.tensors.count' } as const
/** More than the largest models have. */
const partsMax = 512
const partName = /^(?<prefix>.+)-(?<number>\d{5})-of-(?<count>\d{5})\.gguf$/

/** @throws GgufError for a model that is damaged, split in a way that makes no whole, or unknown; the error of node:fs */
export function openModelFile(path: string): ModelFile {
  const first = openPart(path)
  try {
    const count = findCount(first.file, splitKeys.count, 0, partsMax) ?? 1
    if (count <= 1) return { paths: [path], file: first.file, source: first.source, close: () => first.source.close() }
    return openSplit(path, first, count)
  } catch (error) {
    first.source.close()
    throw error
  }
}

interface Part {
  readonly name: string
  readonly file: GgufFile
  readonly source: FileSource
}

function openPart(path: string): Part {
  const source = openFileSource(path)
  try {
    return { name: basename(path), file: readGguf(source), source }
  } catch (error) {
    source.close()
    throw error
  }
}

function openSplit(path: string, first: Part, count: number): ModelFile {
  const names = namesOf(first, count)
  const others: Part[] = []
  const close = (): void => [first, ...others].forEach(({ source }) => source.close())
  try {
    for (const name of names.slice(1)) others.push(openOther(join(dirname(path), name), others.length + 2, count))
    const file = joined([first, ...others])
    return { paths: names.map((name) => join(dirname(path), name)), file, source: concatenated([first, ...others]), close }
  } catch (error) {
    // The caller closes the first.
    others.forEach(({ source }) => source.close())
    throw error
  }
}

/** The names of all parts. @throws GgufError if this is not the first, or is not named as parts are */
function namesOf({ name, file }: Part, count: number): readonly string[] {
  const number = required(splitKeys.number, findCount(file, splitKeys.number, 0, partsMax)) + 1
  const match = partName.exec(name)
  const named = (place: number): string => `${match?.groups?.['prefix'] ?? 'NAME'}-${digits(place)}-of-${digits(count)}.gguf`
  if (number !== 1) throw new GgufError(`is part ${number} of a model in ${count} parts: open the first, ${named(1)}`)
  if (name !== named(1)) throw new GgufError(`is the first part of a model in ${count} parts, which are found by their names: call it ${named(1)}, and the others likewise`)
  return Array.from({ length: count }, (_, i) => named(i + 1))
}

const digits = (place: number): string => String(place).padStart(5, '0')

function openOther(path: string, number: number, count: number): Part {
  try {
    return openPart(path)
  } catch (error) {
    if (error instanceof GgufError) throw new GgufError(`cannot be used: its part ${number} of ${count}, ${basename(path)}, ${error.predicate}`, error.kind)
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') throw new GgufError(`lacks its part ${number} of ${count}: ${basename(path)} is not in the same folder`)
    throw error
  }
}

/** What the parts are as one file. @throws GgufError if they are not the parts of one */
function joined(parts: readonly [Part, ...Part[]]): GgufFile {
  const [first] = parts
  const wanted = required(splitKeys.tensors, findCount(first.file, splitKeys.tensors, 0, tensorsMax))
  const owners = new Map<string, Part>()
  let start = 0
  const tensors = parts.flatMap((part, i) => {
    expectPart(part, i, first, parts.length)
    for (const { name } of part.file.tensors) {
      const other = owners.get(name)
      if (other !== undefined) throw new GgufError(`is damaged: tensor ${name} is in two of its parts, ${other.name} and ${part.name}`)
      owners.set(name, part)
    }
    const moved = part.file.tensors.map((tensor): TensorInfo => ({ ...tensor, offset: tensor.offset + start }))
    start += part.source.length
    return moved
  })
  if (tensors.length !== wanted) throw new GgufError(`is damaged, or has parts of another model: they have ${tensors.length} tensors, and the first says ${wanted}`)
  return { ...first.file, tensors }
}

const tensorsMax = 100_000

/** @throws GgufError if a part says that it is another one, or of another model */
function expectPart({ name, file }: Part, index: number, first: Part, parts: number): void {
  const number = required(splitKeys.number, findCount(file, splitKeys.number, 0, partsMax)) + 1
  const count = required(splitKeys.count, findCount(file, splitKeys.count, 0, partsMax))
  if (count !== parts) throw new GgufError(`has parts of different models: ${name} is of a model in ${count} parts, not ${parts}`)
  if (number !== index + 1) throw new GgufError(`has its parts in a wrong order: ${name} is part ${number}`)
  for (const [key, value] of file.metadata) {
    const own = first.file.metadata.get(key)
    if (key !== splitKeys.number && own !== undefined && !sameValue(own, value)) throw new GgufError(`has parts of different models: ${name} says another ${key}`)
  }
}

function sameValue(a: GgufValue, b: GgufValue): boolean {
  if (a.type !== 'array' || b.type !== 'array') return a.type === b.type && a.value === b.value
  const [ours, theirs] = [a.value, b.value]
  if (ours.length !== theirs.length) return false
  for (let i = 0; i < ours.length; i++) if (ours[i] !== theirs[i]) return false
  return true
}

/** Files one after the other. A read stays inside one of them, as tensors do. */
function concatenated(parts: readonly Part[]): ByteSource {
  let length = 0
  const places = parts.map(({ source }) => {
    const start = length
    length += source.length
    return { source, start }
  })
  function at(offset: number): { readonly source: ByteSource; readonly start: number } {
    const found = places.findLast(({ start }) => start <= offset)
    if (found === undefined) throw new RangeError(`There is nothing at ${offset}.`)
    return found
  }
  return {
    length,
    read(offset, count) {
      const { source, start } = at(offset)
      return source.read(offset - start, count)
    },
    async fill(offset, into) {
      const { source, start } = at(offset)
      return source.fill(offset - start, into)
    },
  }
}
