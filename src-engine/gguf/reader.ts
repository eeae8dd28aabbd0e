/**
 * Reads what stands before the tensors of a GGUF file (specification: docs/gguf.md of ggml, versions 2 and 3) and believes none of it:
 * every count is held against a cap and against the bytes that are left, every size is computed in BigInt, every tensor has to lie inside
 * the file and apart from the others. What passes can be given to ggml without its own checks.
 *
 *   magic "GGUF" | u32 version | u64 tensors | u64 keys | metadata | tensors | padding | data
 *   each of metadata: text key, u32 type, value; each of tensors: text name, u32 rank, u64 sizes, u32 type, u64 offset; text: u64 length, UTF-8
 */
import { openCursor, type Cursor } from './cursor'
import { GgufError, type ByteSource, type GgufFile, type GgufValue, type TensorInfo } from './file'
import { tensorTypes } from './tensor-types'
import { readValue, type ElementBudget } from './values'

export { GgufError, type ByteSource, type GgufFile } from './file'

const versionsKnown: readonly number[] = [2, 3]
const tensorsMax = 100_000n
const keysMax = 10_000n
const rankMax = 4
/** ggml keeps 64 bytes for a name, one of them for the end. */
const nameBytesMax = 63
const keyBytesMax = 65_535
const alignmentDefault = 32
const alignmentMin = 8
const alignmentMax = 4096
/** The largest known vocabularies need 25 MB; both caps together keep any header under 256 MB of memory. */
const headerBytesMax = 64 << 20
const elementsMax = 1 << 21

/** @throws GgufError if the file is not a GGUF file, is damaged, or asks for what no model needs. */
export function readGguf(source: ByteSource): GgufFile {
  const cursor = openCursor(source, headerBytesMax)
  const version = readVersion(cursor, source)
  const tensorCount = cursor.u64()
  const keyCount = cursor.u64()
  if (tensorCount > tensorsMax) throw new GgufError(`claims ${tensorCount} tensors; at most ${tensorsMax} are accepted`)
  if (keyCount > keysMax) throw new GgufError(`claims ${keyCount} metadata keys; at most ${keysMax} are accepted`)
  const metadata = readMetadata(cursor, Number(keyCount))
  const alignment = readAlignment(metadata)
  const declared = Array.from({ length: Number(tensorCount) }, () => readDeclaration(cursor))
  const dataOffset = Math.ceil(cursor.position() / alignment) * alignment
  const tensors = place(declared, dataOffset, alignment, source.length)
  return { version, metadata, tensors, dataOffset, alignment }
}

function readVersion(cursor: Cursor, source: ByteSource): number {
  if (source.length === 0) throw new GgufError('is empty')
  const start = String.fromCharCode(...source.read(0, Math.min(source.length, 4)))
  if (start !== 'GGUF'.slice(0, start.length)) throw new GgufError('is not a GGUF model file: it does not begin with "GGUF"')
  cursor.bytes(4, 'its first four bytes')
  const version = cursor.u32()
  if (versionsKnown.includes(version)) return version
  if (version !== 0 && (version & 0xffff) === 0) throw new GgufError('was made for a computer with the other byte order (big-endian) and cannot be read here', 'unsupported')
  throw new GgufError(`is of GGUF version ${version}; versions 2 and 3 can be read`, 'unsupported')
}

function readMetadata(cursor: Cursor, count: number): ReadonlyMap<string, GgufValue> {
  const metadata = new Map<string, GgufValue>()
  const budget: ElementBudget = { left: elementsMax }
  for (let i = 0; i < count; i++) {
    const key = cursor.text(`metadata key ${i + 1}`)
    if (key === '' || key.length > keyBytesMax) throw new GgufError(`is damaged: metadata key ${i + 1} has ${key.length} characters`)
    if (metadata.has(key)) throw new GgufError(`is damaged: metadata key ${key} is there twice`)
    metadata.set(key, readValue(cursor, key, budget))
  }
  return metadata
}

function readAlignment(metadata: ReadonlyMap<string, GgufValue>): number {
  const entry = metadata.get('general.alignment')
  if (entry === undefined) return alignmentDefault
  if (entry.type !== 'uint32') throw new GgufError(`is damaged: general.alignment is of type ${entry.type}, not uint32`)
  const powerOfTwo = (entry.value & (entry.value - 1)) === 0
  if (!powerOfTwo || entry.value < alignmentMin || entry.value > alignmentMax) {
    throw new GgufError(`is damaged: general.alignment is ${entry.value}, not a power of two from ${alignmentMin} to ${alignmentMax}`)
  }
  return entry.value
}

interface Declaration {
  readonly name: string
  readonly type: number
  readonly typeName: string
  readonly dimensions: readonly bigint[]
  readonly relativeOffset: bigint
  readonly bytes: bigint
}

function readDeclaration(cursor: Cursor): Declaration {
  const name = cursor.text('the name of a tensor')
  if (name === '' || name.length > nameBytesMax) throw new GgufError(`is damaged: a tensor's name has ${name.length} characters; 1 to ${nameBytesMax} are allowed`)
  const rank = cursor.u32()
  if (rank < 1 || rank > rankMax) throw new GgufError(`is damaged: tensor ${name} has ${rank} dimensions; 1 to ${rankMax} are allowed`)
  const dimensions = Array.from({ length: rank }, () => cursor.u64())
  if (dimensions.includes(0n)) throw new GgufError(`is damaged: tensor ${name} has a dimension of size 0`)
  const id = cursor.u32()
  const type = tensorTypes.get(id)
  if (type === undefined) throw new GgufError(`stores tensor ${name} in a way that is not known here (type ${id})`, 'unsupported')
  const row = dimensions[0] ?? 0n
  if (row % BigInt(type.elements) !== 0n) {
    throw new GgufError(`is damaged: a row of tensor ${name} has ${row} numbers, and ${type.name} stores them by ${type.elements}`)
  }
  const elements = dimensions.reduce((product, size) => product * size, 1n)
  const bytes = (elements / BigInt(type.elements)) * BigInt(type.bytes)
  return { name, type: id, typeName: type.name, dimensions, relativeOffset: cursor.u64(), bytes }
}

function place(declared: readonly Declaration[], dataOffset: number, alignment: number, fileBytes: number): readonly TensorInfo[] {
  const names = new Set<string>()
  const tensors = declared.map((tensor): TensorInfo => {
    if (names.has(tensor.name)) throw new GgufError(`is damaged: tensor ${tensor.name} is there twice`)
    names.add(tensor.name)
    if (tensor.relativeOffset % BigInt(alignment) !== 0n) {
      throw new GgufError(`is damaged: tensor ${tensor.name} begins at ${tensor.relativeOffset}, which is not a multiple of ${alignment}`)
    }
    const start = BigInt(dataOffset) + tensor.relativeOffset
    if (start + tensor.bytes > BigInt(fileBytes)) {
      throw new GgufError(`is cut off or damaged: tensor ${tensor.name} would end at byte ${start + tensor.bytes}, and the file has ${fileBytes}`)
    }
    // From here on every size is at most the file's, hence exact as a number.
    const { name, type, typeName } = tensor
    return { name, type, typeName, dimensions: tensor.dimensions.map(Number), offset: Number(start), bytes: Number(tensor.bytes) }
  })
  const ordered = [...tensors].sort((a, b) => a.offset - b.offset)
  ordered.forEach((tensor, i) => {
    const before = ordered[i - 1]
    if (before !== undefined && before.offset + before.bytes > tensor.offset) throw new GgufError(`is damaged: tensors ${before.name} and ${tensor.name} overlap`)
  })
  return tensors
}
