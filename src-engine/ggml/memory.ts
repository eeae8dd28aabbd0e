import type { Address } from './libraries/address'

const typeOf = Symbol('type')

/** Where tensors may lie: the processor's memory, plain or in the order that kernels of its own read, or that of another device. */
export interface Memory {
  readonly name: string
  /** Rows of a matrix are written by multiples of so many, if it has such a multiple, or all at once; 1 where they lie as in a file. */
  readonly rowsTogether: number
  readonly [typeOf]: Address
}

/** @param type a buffer type of ggml that keeps matrices as a file does */
export function makeMemory(name: string, type: Address): Memory {
  return { name, rowsTogether: 1, [typeOf]: type }
}

/** Orders of matrices that go by groups of rows, of so many or of fewer that divide it. Nothing is known of others. */
const rowGroups: Readonly<Record<string, number>> = { AMX: 32, CPU_REPACK: 32 }

/** @param type a buffer type of ggml that keeps matrices in an order of its own */
export function makeOrderedMemory(name: string, type: Address): Memory {
  return { name, rowsTogether: rowGroups[name] ?? Infinity, [typeOf]: type }
}

export function memoryType(memory: Memory): Address {
  return memory[typeOf]
}
