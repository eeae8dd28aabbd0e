import type { Address } from './libraries/address'
import type { Ggml } from './libraries/ggml'
import type { Memory } from './memory'
import { denseStrides, makeTensor, rowBytes, tensorAddress, tensorBytes, type Shape, type Tensor } from './tensor'

/** Writes rows of a matrix [columns, rows] that lies in the order of a file, from row `first` on, on another thread. */
export async function fillRows(ggml: Ggml, matrix: Tensor, first: number, data: Uint8Array): Promise<void> {
  const offset = first * rowBytes(matrix.type, matrix.shape[0])
  if (offset + data.length > tensorBytes(matrix)) throw new RangeError('More rows than the matrix has.')
  return ggml.elsewhere.ggml_backend_tensor_set(tensorAddress(matrix), data, offset, data.length)
}

/** A buffer of ggml's, and what kind of memory it is. */
interface Place {
  readonly buffer: Address
  readonly memory: Memory
}

/**
 * The same for one that lies in an order of ggml's own, which takes a matrix only all at once. The groups of rows lie one after the other, so some of
 * them are a matrix for themselves, at their place in the large one.
 */
export async function fillOrderedRows(ggml: Ggml, { buffer, memory }: Place, matrix: Tensor, first: number, data: Uint8Array): Promise<void> {
  const [columns, rows] = matrix.shape
  const count = data.length / rowBytes(matrix.type, columns)
  if (count === rows) return ggml.elsewhere.ggml_backend_tensor_set(tensorAddress(matrix), data, 0, data.length)
  if (first + count > rows || [rows, first, count].some((each) => each % memory.rowsTogether !== 0)) {
    throw new RangeError(`${count} rows from ${first} on are no part of ${rows}.`)
  }
  const context = ggml.ggml_init({ mem_size: ggml.ggml_tensor_overhead(), mem_buffer: null, no_alloc: true })
  try {
    const shape: Shape = [columns, count, 1, 1]
    const part = makeTensor(matrix.type, shape, denseStrides(matrix.type, shape), ggml.ggml_new_tensor_4d(context, matrix.type, ...shape))
    const place = (ggml.ggml_backend_buffer_get_alloc_size(buffer, tensorAddress(matrix)) / rows) * first
    const status = ggml.ggml_backend_tensor_alloc(buffer, tensorAddress(part), ggml.ggml_get_data(tensorAddress(matrix)) + BigInt(place))
    if (status !== 0) throw new Error(`ggml could not place rows of a matrix (status ${status}).`)
    await ggml.elsewhere.ggml_backend_tensor_set(tensorAddress(part), data, 0, data.length)
  } finally {
    ggml.ggml_free(context)
  }
}
