import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import koffi from 'koffi'
import { libraryFolder } from '../../src-engine/ggml/libraries/installed'
import { tensorTypes, type TensorType } from '../../src-engine/gguf/tensor-types'

const file = readdirSync(libraryFolder()).find((name) => /^(lib)?ggml-base\.(so|dylib|dll)$/.test(name)) ?? 'no ggml-base'

/** ggml's own library of types, for what the engine has no need to call. */
export const ggmlBase = koffi.load(join(libraryFolder(), file))

const quantiseChunk = ggmlBase.func('size_t ggml_quantize_chunk(int type, void *from, void *to, int64_t start, int64_t rows, int64_t columns, void *importance)')

/** @throws for a name that ggml does not have */
export function typeNamed(name: string): TensorType {
  const found = [...tensorTypes.values()].find((type) => type.name === name)
  if (found === undefined) throw new Error(`There is no type ${name}.`)
  return found
}

/** Rows of `columns` numbers as ggml stores them in `type`; every column is as important as any other. */
export function quantise({ id, elements, bytes }: TensorType, numbers: Float32Array, columns: number): Uint8Array {
  const rows = numbers.length / columns
  const stored = new Uint8Array((numbers.length / elements) * bytes)
  const written = Number(quantiseChunk(id, numbers, stored, 0, rows, columns, new Float32Array(columns).fill(1)))
  if (written !== stored.length) throw new Error(`ggml wrote ${written} bytes, not ${stored.length}.`)
  return stored
}
