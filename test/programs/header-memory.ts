/** Run as a program: reads a header made to be as costly as the caps allow and prints what that took. */
import { readGguf } from '../../src-engine/gguf/reader'
import { memorySource } from '../support/byte-source'
import { ByteWriter, typeIds, writeGguf } from '../support/gguf-writer'
import { yardstickSeconds } from '../support/yardstick'

/** As many texts as are allowed, in non-Latin letters, up to the allowed bytes. */
function manyTexts(): Uint8Array {
  const count = 1 << 21
  const writer = new ByteWriter().raw(new TextEncoder().encode('GGUF')).u32(3).u64(0).u64(1).text('k').u32(typeIds.array).u32(typeIds.string).u64(count)
  const head = writer.bytes()
  const element = new ByteWriter().text('жы字').bytes()
  const bytes = new Uint8Array(head.length + count * element.length)
  bytes.set(head)
  for (let i = 0; i < count; i++) bytes.set(element, head.length + i * element.length)
  return bytes.subarray(0, Math.min(bytes.length, 64 << 20))
}

const oneText = (): Uint8Array => writeGguf({ metadata: [['k', { type: 'string', value: 'ж'.repeat(31 << 20) }]] })

const manyTensors = (): Uint8Array =>
  writeGguf({
    metadata: Array.from({ length: 10_000 }, (_, i) => [`key.${i}`, { type: 'uint32', value: i }] as const),
    tensors: Array.from({ length: 100_000 }, (_, i) => ({ name: `tensor.with.a.long.name.${i}`, type: 0, dimensions: [1, 1, 1, 1], offset: i * 32 })),
    data: new Uint8Array(100_000 * 32),
  })

const headers: Readonly<Record<string, () => Uint8Array>> = { manyTexts, oneText, manyTensors }
const bytes = headers[process.argv[2] ?? '']?.() ?? new Uint8Array(0)
const source = memorySource(bytes)
const before = process.resourceUsage().maxRSS
const begun = process.cpuUsage()
let outcome = 'read'
try {
  readGguf(source)
} catch (thrown) {
  outcome = thrown instanceof Error ? thrown.message : String(thrown)
}
const milliseconds = process.cpuUsage(begun).user / 1000
const megabytes = (process.resourceUsage().maxRSS - before) / 1024
const yardstick = yardstickSeconds() * 1000
process.stdout.write(JSON.stringify({ outcome, milliseconds, yardstick, megabytes }))
