import type { Declarations } from './declaration'

/** Graphs, and the memory for what they compute on the way (ggml.h, ggml-alloc.h). */
export const graphs = {
  ggml_new_graph_custom: 'graph (context, size_t size, bool gradients)',
  ggml_graph_overhead_custom: 'size_t (size_t size, bool gradients)',
  ggml_build_forward_expand: 'void (graph, tensor)',
  ggml_graph_n_nodes: 'int (graph)',
  ggml_graph_node: 'tensor (graph, int index)',
  ggml_gallocr_new: 'allocator (buffer_type)',
  ggml_gallocr_free: 'void (allocator)',
  ggml_gallocr_alloc_graph: 'bool (allocator, graph)',
  ggml_gallocr_get_buffer_size: 'size_t (allocator, int buffer)',
} as const satisfies Declarations
