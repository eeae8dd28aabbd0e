import type { Declarations } from './declaration'

/** Devices, and backends, which are what computes on one when it was started (ggml-backend.h). */
export const devices = {
  ggml_backend_dev_name: 'string (device)',
  ggml_backend_dev_description: 'string (device)',
  ggml_backend_dev_type: 'int (device)',
  ggml_backend_dev_memory: 'void (device, size_out free, size_out total)',
  ggml_backend_dev_init: 'backend (device, null parameters)',
  ggml_backend_dev_buffer_type: 'buffer_type (device)',
  ggml_backend_dev_backend_reg: 'registry (device)',
  ggml_backend_dev_supports_op: 'bool (device, tensor)',
  ggml_backend_reg_get_proc_address: 'address (registry, string name)',
  ggml_backend_graph_compute: 'int (backend, graph)',
  ggml_backend_free: 'void (backend)',
} as const satisfies Declarations

/** What libggml keeps, and libggml-base does not: which devices there are. */
export const deviceList = {
  ggml_backend_dev_by_type: 'device (int type)',
  ggml_backend_dev_count: 'size_t ()',
  ggml_backend_dev_get: 'device (size_t index)',
  // NULL where the library or what it needs is not here.
  ggml_backend_load: 'registry (string path)',
  ggml_backend_load_all_from_path: 'void (string folder)',
} as const satisfies Declarations
