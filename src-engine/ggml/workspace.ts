import { graphAddress, type GraphBuilder } from './graph'
import type { Ggml } from './libraries/ggml'
import { memoryType, type Memory } from './memory'

/** Memory for what a graph computes on the way; grows to the largest graph that it was given. */
export interface Workspace {
  /** Gives every tensor of the graph its place; tensors of earlier graphs lose theirs. */
  place(graph: GraphBuilder): void
  readonly bytes: number
  free(): void
}

/** For graphs that are computed in one place. */
export function openWorkspace(ggml: Ggml, memory: Memory): Workspace {
  const allocator = ggml.ggml_gallocr_new(memoryType(memory))
  return {
    place(graph) {
      if (!ggml.ggml_gallocr_alloc_graph(allocator, graphAddress(graph))) throw new Error('No memory for the computation.')
    },
    get bytes() {
      return ggml.ggml_gallocr_get_buffer_size(allocator, 0)
    },
    free: () => ggml.ggml_gallocr_free(allocator),
  }
}
