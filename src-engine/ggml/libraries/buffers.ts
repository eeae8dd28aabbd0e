import type { Declarations } from './declaration'

/** Memory for tensors, and what is copied into it and from there (ggml-backend.h, ggml-alloc.h). Sizes, strides and offsets are bytes. */
export const buffers = {
  ggml_backend_buft_name: 'string (buffer_type)',
  ggml_backend_buft_alloc_buffer: 'buffer (buffer_type, size_t size)',
  ggml_backend_alloc_ctx_tensors_from_buft: 'buffer (context, buffer_type)',
  // Over memory of somebody else, who keeps it as long; at a multiple of 32.
  ggml_backend_cpu_buffer_from_ptr: 'buffer (data, size_t size)',
  ggml_backend_buffer_free: 'void (buffer)',
  ggml_backend_buffer_get_base: 'address (buffer)',
  ggml_backend_buffer_get_size: 'size_t (buffer)',
  // What a tensor takes in a buffer, which may order numbers in its own way.
  ggml_backend_buffer_get_alloc_size: 'size_t (buffer, tensor)',
  ggml_backend_buffer_set_usage: 'void (buffer, int usage)',
  // Lets a tensor lie at an address inside a buffer; gives a status.
  ggml_backend_tensor_alloc: 'int (buffer, tensor, address)',
  ggml_backend_tensor_memset: 'void (tensor, uint8_t value, size_t offset, size_t size)',
  ggml_backend_tensor_set: 'void (tensor, data, size_t offset, size_t size)',
  ggml_backend_tensor_get: 'void (tensor, data, size_t offset, size_t size)',
  // So many pieces, each so far from the one before.
  ggml_backend_tensor_set_2d: 'void (tensor, data, size_t offset, size_t size, size_t count, size_t tensorStride, size_t dataStride)',
  ggml_backend_tensor_get_2d: 'void (tensor, data, size_t offset, size_t size, size_t count, size_t tensorStride, size_t dataStride)',
} as const satisfies Declarations
