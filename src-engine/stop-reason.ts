/** What a computation that was stopped ends with. */
export function stopReason(signal: AbortSignal | undefined): unknown {
  return signal?.reason ?? new Error('The computation was stopped.')
}
