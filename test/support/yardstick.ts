/** Processor seconds that a million small texts take this computer now: what must not take long may take so many times as long where it is slow. */
export function yardstickSeconds(): number {
  const bytes = new TextEncoder().encode('жы字'.repeat(600))
  const decoder = new TextDecoder()
  const begun = process.cpuUsage()
  for (let i = 0; i < 1 << 20; i++) decoder.decode(bytes.subarray(i % 4096, (i % 4096) + 6))
  return process.cpuUsage(begun).user / 1e6
}
