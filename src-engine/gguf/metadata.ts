/** Typed access to the metadata of a GGUF file; a value of another type, or out of range, is refused by name. */
import { GgufError, type GgufFile, type GgufValue } from './file'

type Described = Pick<GgufFile, 'metadata'>

function missing(key: string): GgufError {
  return new GgufError(`does not say ${key}, which a model needs`)
}

function wrong(key: string, value: GgufValue, wanted: string): GgufError {
  const is = value.type === 'array' ? `an array of ${value.of}` : `of type ${value.type}`
  return new GgufError(`is damaged: ${key} is ${is}, not ${wanted}`)
}

/** A whole number of any integer type from `min` to `max`; null if the key is absent. */
export function findCount(file: Described, key: string, min: number, max: number): number | null {
  const entry = file.metadata.get(key)
  if (entry === undefined) return null
  if (typeof entry.value !== 'bigint' && (typeof entry.value !== 'number' || entry.type.startsWith('float'))) throw wrong(key, entry, 'a whole number')
  if (entry.value < min || entry.value > max) throw new GgufError(`is damaged: ${key} is ${entry.value}; ${min} to ${max} is possible`)
  return Number(entry.value)
}

export function findText(file: Described, key: string): string | null {
  const entry = file.metadata.get(key)
  if (entry === undefined) return null
  if (entry.type !== 'string') throw wrong(key, entry, 'text')
  return entry.value
}

export function findFlag(file: Described, key: string): boolean | null {
  const entry = file.metadata.get(key)
  if (entry === undefined) return null
  if (entry.type !== 'bool') throw wrong(key, entry, 'true or false')
  return entry.value
}

export function findTexts(file: Described, key: string): readonly string[] | null {
  const entry = file.metadata.get(key)
  if (entry === undefined) return null
  if (entry.type !== 'array' || entry.of !== 'string') throw wrong(key, entry, 'an array of texts')
  return entry.value
}

/** An array of int32 or uint32, as token types are stored. */
export function findIntegers(file: Described, key: string): ArrayLike<number> | null {
  const entry = file.metadata.get(key)
  if (entry === undefined) return null
  if (entry.type !== 'array' || (entry.of !== 'int32' && entry.of !== 'uint32')) throw wrong(key, entry, 'an array of whole numbers')
  return entry.value
}

/** The value that `find...` found. @throws GgufError if the key is absent. */
export function required<T>(key: string, value: T | null): T {
  if (value === null) throw missing(key)
  return value
}
