import type { Declarations } from './declaration'

/** What only the CPU backend's own library has (ggml-cpu.h). */
export const processor = {
  ggml_threadpool_new: 'pool (pool_params)',
  ggml_threadpool_free: 'void (pool)',
  ggml_backend_cpu_set_threadpool: 'void (backend, pool)',
  ggml_backend_set_n_threads: 'void (backend, int threads)',
  ggml_backend_set_abort_callback: 'void (backend, address callback, address data)',
  // Buffer types, up to a NULL that ends them.
  ggml_backend_dev_get_extra_bufts: 'address (device)',
} as const satisfies Declarations
