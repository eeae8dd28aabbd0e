import { askForLargePages, giveBack } from './large-pages'
import type { Address } from './libraries/address'
import type { Ggml } from './libraries/ggml'
import { addressOfBytes } from './libraries/shared-library'
import { dataType, denseStrides, elementBytes, makeTensor, type Shape, type Tensor } from './tensor'

/** Memory that files are read into and that the processor's graphs compute with. */
export interface SharedBytes {
  readonly bytes: Uint8Array
  /** f16: all of them, in rows. */
  readonly tensor: Tensor
  free(): void
}

/** Of where a buffer of ggml's starts. */
const alignment = 32

/** @param count an even number; by default one row */
export function shareBytes(ggml: Ggml, count: number, rowNumbers = count / elementBytes(dataType.f16)): SharedBytes {
  const all = new Uint8Array(count + alignment)
  const first = Number(-addressOfBytes(all) & BigInt(alignment - 1))
  const bytes = all.subarray(first, first + count)
  askForLargePages(addressOfBytes(bytes), count)
  const buffer = ggml.ggml_backend_cpu_buffer_from_ptr(bytes, count)
  const context = ggml.ggml_init({ mem_size: ggml.ggml_tensor_overhead(), mem_buffer: null, no_alloc: true })
  const shape: Shape = [rowNumbers, count / elementBytes(dataType.f16) / rowNumbers, 1, 1]
  const address: Address = ggml.ggml_new_tensor_4d(context, dataType.f16, ...shape)
  const status = ggml.ggml_backend_tensor_alloc(buffer, address, addressOfBytes(bytes))
  if (status !== 0) throw new Error(`ggml could not take memory that is shared (status ${status}).`)
  return {
    bytes,
    tensor: makeTensor(dataType.f16, shape, denseStrides(dataType.f16, shape), address),
    free() {
      ggml.ggml_backend_buffer_free(buffer)
      ggml.ggml_free(context)
      giveBack(addressOfBytes(bytes), count)
    },
  }
}
