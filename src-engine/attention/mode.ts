import type { AttentionMode } from '../protocol'

/** What keys and values may take of the computer's memory, and how many there will be; those in a device's own memory do not count. */
export interface KvBudget {
  readonly bytes: number
  /** Tokens of text and answer together, at most. */
  readonly tokensMax: number
  /** Tokens of a kept text that each token of an answer looks at, of its own choice; by default all. */
  readonly selectedTokens?: number
}

/** In memory is fastest; what does not fit streams. @param kvBytes of all tokens that there will be. */
export function chooseAttention(kvBytes: number, budgetBytes: number): AttentionMode {
  return kvBytes <= budgetBytes ? 'resident' : 'streamed'
}

/** What the computer has, bytes. */
export interface ComputerMemory {
  /** That programs may still take. */
  readonly freeBytes: number
  readonly totalBytes: number
}

/** What computing takes beside weights, keys and values at most. */
const besidesBytes = 2 ** 30
/** That other programs are left, of all memory. */
const othersShare = 0.1

/**
 * The budget where nobody has set one: what is free now, with room for computing and for other programs.
 * @param heldBytes of keys and values that are there already and can go
 */
export function usualBudget({ freeBytes, totalBytes }: ComputerMemory, heldBytes: number): number {
  return Math.max(0, Math.floor(freeBytes + heldBytes - besidesBytes - othersShare * totalBytes))
}
