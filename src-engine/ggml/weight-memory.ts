/** Which of the processor's memories is best for a matrix of weights. */
import type { Memory } from './memory'
import type { TensorPlan } from './tensor-store'

export class WeightMemory {
  readonly #plain: Memory
  /** In ggml's order of preference. */
  readonly #special: readonly Memory[]
  readonly #multiplies: (matrix: TensorPlan, memory: Memory) => boolean
  readonly #found = new Map<string, Memory>()

  /** @param multiplies whether there are kernels for such a matrix in a special memory */
  constructor(plain: Memory, special: readonly Memory[], multiplies: (matrix: TensorPlan, memory: Memory) => boolean) {
    this.#plain = plain
    this.#special = special
    this.#multiplies = multiplies
  }

  /**
   * Where a matrix is multiplied fastest: the first special memory whose kernels take it, as in llama.cpp. Both kernels for one token and for many are
   * meant. Times as fast as plain memory for one token and for 512, on one core, 512 rows of 4,096, by processor time (AVX-512 with AMX):
   * AMX Q4_0 2.9 and 2.8, Q4_1 3.2 and 4.4, Q4_K 1.8 and 3.2, Q5_K 1.7 and 4.5, Q6_K 1.2 and 2.8, Q8_0 1.4 and 2.7, IQ4_XS 2.0 and 1.7, F16 0.75 and 1.3;
   * CPU_REPACK Q4_0 1.4 and 1.5, Q4_K 1.1 and 2.1. No kernel takes Q5_0, Q5_1, Q3_K or BF16 there.
   */
  best({ type, shape: [columns, rows] }: TensorPlan): Memory {
    // A small matrix stands for the large one: what counts is its type and how columns and rows divide.
    const probe: TensorPlan = { type, shape: [columns % 256 === 0 ? 256 : columns, 32 + (rows % 32), 1, 1] }
    const key = `${type} ${probe.shape.join(' ')}`
    const found = this.#found.get(key) ?? this.#special.find((memory) => this.#multiplies(probe, memory)) ?? this.#plain
    this.#found.set(key, found)
    return found
  }
}
