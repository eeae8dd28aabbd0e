/** Where something of a library's lies in memory. It stays inside `src-engine/ggml`. */
export type Address = bigint

/** Whether a function gave C's NULL, for which koffi has `null`. */
export function isNull(address: Address | null): boolean {
  return address === null || address === 0n
}
