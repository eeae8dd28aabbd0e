import type { Declarations } from './declaration'

/** What spreads a graph over backends (ggml-backend.h). */
export const scheduler = {
  // Backends that are to be preferred come first and the processor's last.
  ggml_backend_sched_new: 'scheduler (addresses backends, null types, int count, size_t size, bool parallel, bool offload)',
  ggml_backend_sched_free: 'void (scheduler)',
  ggml_backend_sched_reset: 'void (scheduler)',
  ggml_backend_sched_alloc_graph: 'bool (scheduler, graph)',
  ggml_backend_sched_get_buffer_size: 'size_t (scheduler, backend)',
  ggml_backend_sched_get_tensor_backend: 'backend (scheduler, tensor)',
  // Stretches of the placed graph that are computed on one backend after the other.
  ggml_backend_sched_get_n_splits: 'int (scheduler)',
  ggml_backend_sched_graph_compute: 'int (scheduler, graph)',
} as const satisfies Declarations
