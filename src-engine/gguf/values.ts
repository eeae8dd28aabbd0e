import type { Cursor } from './cursor'
import { GgufError, type GgufArray, type GgufValue, type ScalarType } from './file'

/** Array elements that the rest of the header may still hold. */
export interface ElementBudget {
  left: number
}

/** In the order of the type ids of the format; an array is 9. */
const typeNames = ['uint8', 'int8', 'uint16', 'int16', 'uint32', 'int32', 'float32', 'bool', 'string', 'array', 'uint64', 'int64', 'float64'] as const

/** The least that one element takes in the file; a text has at least its length. */
const bytesMin: Readonly<Record<ScalarType, number>> = {
  uint8: 1, int8: 1, uint16: 2, int16: 2, uint32: 4, int32: 4, float32: 4, bool: 1, string: 8, uint64: 8, int64: 8, float64: 8,
}

/** Reads a type id and a value of that type. @throws GgufError naming `key`. */
export function readValue(cursor: Cursor, key: string, budget: ElementBudget): GgufValue {
  const type = readType(cursor, key)
  if (type === 'array') return readArray(cursor, key, budget)
  if (type === 'string') return { type, value: cursor.text(key) }
  if (type === 'bool') return { type, value: readBool(cursor.u8(), key) }
  if (type === 'uint64' || type === 'int64') return { type, value: bigNumbers(cursor.bytes(8, key), type)[0] ?? 0n }
  return { type, value: smallNumbers(cursor.bytes(bytesMin[type], key), type)[0] ?? 0 }
}

function readType(cursor: Cursor, key: string): (typeof typeNames)[number] {
  const id = cursor.u32()
  const type = typeNames[id]
  if (type === undefined) throw new GgufError(`is damaged: ${key} is of the unknown type ${id}`)
  return type
}

function readArray(cursor: Cursor, key: string, budget: ElementBudget): GgufArray {
  const of = readType(cursor, key)
  if (of === 'array') throw new GgufError(`is damaged: ${key} is an array of arrays`)
  const count = cursor.u64()
  if (count > BigInt(Math.floor(cursor.left() / bytesMin[of]))) throw new GgufError(`is damaged or cut off: ${key} claims ${count} elements, more than the header can hold`)
  if (count > BigInt(budget.left)) throw new GgufError(`is refused: ${key} with ${count} elements makes its metadata longer than any model needs`)
  const length = Number(count)
  budget.left -= length
  if (of === 'string') return { type: 'array', of, value: Array.from({ length }, (_, i) => cursor.text(key, i)) }
  const bytes = cursor.bytes(length * bytesMin[of], key)
  if (of === 'bool') return { type: 'array', of, value: Array.from(bytes, (byte) => readBool(byte, key)) }
  if (of === 'uint64' || of === 'int64') return { type: 'array', of, value: bigNumbers(bytes, of) }
  return { type: 'array', of, value: smallNumbers(bytes, of) }
}

function readBool(byte: number, key: string): boolean {
  if (byte > 1) throw new GgufError(`is damaged: ${key} is ${byte}, neither true nor false`)
  return byte === 1
}

function bigNumbers(bytes: Uint8Array, type: 'uint64' | 'int64'): ArrayLike<bigint> {
  const { buffer } = new Uint8Array(bytes)
  return type === 'uint64' ? new BigUint64Array(buffer) : new BigInt64Array(buffer)
}

function smallNumbers(bytes: Uint8Array, type: Exclude<ScalarType, 'uint64' | 'int64' | 'bool' | 'string'>): ArrayLike<number> {
  const { buffer } = new Uint8Array(bytes)
  switch (type) {
    case 'uint8': return new Uint8Array(buffer)
    case 'int8': return new Int8Array(buffer)
    case 'uint16': return new Uint16Array(buffer)
    case 'int16': return new Int16Array(buffer)
    case 'uint32': return new Uint32Array(buffer)
    case 'int32': return new Int32Array(buffer)
    case 'float32': return new Float32Array(buffer)
    case 'float64': return new Float64Array(buffer)
  }
}
