import type { Address } from './signatures'

const typeOf = Symbol('type')

/** Where tensors may lie: the processor's memory, plain or in the order that kernels of its own read, or that of another device. */
export interface Memory {
  readonly name: string
  readonly [typeOf]: Address
}

/** @param type a buffer type of ggml */
export function makeMemory(name: string, type: Address): Memory {
  return { name, [typeOf]: type }
}

export function memoryType(memory: Memory): Address {
  return memory[typeOf]
}
