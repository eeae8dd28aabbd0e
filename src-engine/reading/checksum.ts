import { crc32c } from '@node-rs/crc32'

/** CRC-32C (Castagnoli, RFC 3720 appendix B.4) of some bytes, or of parts that follow one another. */
export function checksum(...parts: readonly Uint8Array[]): number {
  return parts.reduce((before, part) => crc32c(part, before), 0)
}
