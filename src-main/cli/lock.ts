import { FailureError } from '../contract/failure'

export interface LockWorld {
  readonly tryLock: () => boolean
  readonly note: (text: string) => void
  readonly signal: AbortSignal
  readonly waitMilliseconds?: number
  readonly stepMilliseconds?: number
}

/** Waits until no other Longleaf has this library open: says so once, and gives up after a minute. */
export async function waitForLibrary({ tryLock, note, signal, waitMilliseconds = 60_000, stepMilliseconds = 250 }: LockWorld): Promise<void> {
  if (tryLock()) return
  note('Another Longleaf has this library open; waiting for it to end.')
  const end = performance.now() + waitMilliseconds
  while (performance.now() < end && !signal.aborted) {
    await new Promise((resolve) => setTimeout(resolve, stepMilliseconds))
    if (tryLock()) return
  }
  if (!signal.aborted) throw new FailureError('library-busy', 'Another Longleaf still has this library open. Close its window, or name another library with --data.')
}
