/** What a GGUF file says of itself, as plain data; the reader makes it, everything else of the engine reads it. */

type SmallInteger = 'uint8' | 'int8' | 'uint16' | 'int16' | 'uint32' | 'int32'
type BigInteger = 'uint64' | 'int64'
type Float = 'float32' | 'float64'
export type ScalarType = SmallInteger | BigInteger | Float | 'bool' | 'string'

export type GgufArray =
  | { readonly type: 'array'; readonly of: SmallInteger | Float; readonly value: ArrayLike<number> }
  | { readonly type: 'array'; readonly of: BigInteger; readonly value: ArrayLike<bigint> }
  | { readonly type: 'array'; readonly of: 'bool'; readonly value: readonly boolean[] }
  | { readonly type: 'array'; readonly of: 'string'; readonly value: readonly string[] }

type GgufScalar =
  | { readonly type: SmallInteger | Float; readonly value: number }
  | { readonly type: BigInteger; readonly value: bigint }
  | { readonly type: 'bool'; readonly value: boolean }
  | { readonly type: 'string'; readonly value: string }

export type GgufValue = GgufScalar | GgufArray

export interface TensorInfo {
  readonly name: string
  /** ggml's type id; `typeName` is the same in words. */
  readonly type: number
  readonly typeName: string
  /** One to four sizes, ggml's order: the first is the length of a row. */
  readonly dimensions: readonly number[]
  /** Absolute position in the file. */
  readonly offset: number
  readonly bytes: number
}

export interface GgufFile {
  readonly version: number
  readonly metadata: ReadonlyMap<string, GgufValue>
  readonly tensors: readonly TensorInfo[]
  /** Where tensor data begins; a multiple of `alignment`. */
  readonly dataOffset: number
  readonly alignment: number
}

/** Random access to the bytes of a file. Callers stay inside `length`. */
export interface ByteSource {
  readonly length: number
  /** Gives exactly `length` bytes or throws. */
  read(offset: number, length: number): Uint8Array
  /** Fills `into` with the bytes from `offset` on, while JavaScript goes on. `into` must not be touched before that has ended. */
  fill(offset: number, into: Uint8Array): Promise<void>
}

/**
 * Why a file is refused. `predicate` follows the file's name in a sentence: "is not a GGUF model file". A file is `invalid` if no program could
 * use it, `unsupported` if it asks for what Longleaf does not know.
 */
export class GgufError extends Error {
  readonly predicate: string
  readonly kind: 'invalid' | 'unsupported'
  constructor(predicate: string, kind: 'invalid' | 'unsupported' = 'invalid') {
    super(`The file ${predicate}.`)
    this.name = 'GgufError'
    this.predicate = predicate
    this.kind = kind
  }
}
