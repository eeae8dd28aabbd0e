import { vi } from 'vitest'

/** Waits until it holds: 20 seconds, as on a computer with much else to do a second is not long. */
export const eventually = (holds: () => void | Promise<void>): Promise<void> => vi.waitFor(holds, 20_000)
