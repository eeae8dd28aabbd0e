import { crc32c } from '@node-rs/crc32'

/** CRC-32C (Castagnoli, RFC 3720 appendix B.4) of some bytes. */
export function checksum(bytes: Uint8Array): number {
  return crc32c(bytes)
}
