import { deflateRawSync, inflateRawSync } from 'node:zlib'

/**
 * Runs of a unit on disk: one byte of format (1), then raw deflate of the packed runs of contract/runs.ts, turned so that the first
 * bytes of all floats come first, then the second bytes, and so on: neighbouring runs share sizes, so this packs four times better.
 */
const format = 1
const floatBytes = 4

export function packBlob(runs: Float32Array): Uint8Array {
  const bytes = new Uint8Array(runs.buffer, runs.byteOffset, runs.byteLength)
  const turned = new Uint8Array(bytes.length)
  for (let index = 0; index < bytes.length; index += 1) {
    turned[(index % floatBytes) * runs.length + Math.floor(index / floatBytes)] = bytes[index] ?? 0
  }
  const packed = deflateRawSync(turned, { level: 1 })
  const blob = new Uint8Array(packed.length + 1)
  blob[0] = format
  blob.set(packed, 1)
  return blob
}

export function unpackBlob(blob: Uint8Array): Float32Array {
  if (blob[0] !== format) throw new Error(`runs of format ${blob[0]}, expected ${format}`)
  const turned = inflateRawSync(blob.subarray(1))
  const runs = new Float32Array(turned.length / floatBytes)
  const bytes = new Uint8Array(runs.buffer)
  for (let index = 0; index < bytes.length; index += 1) {
    bytes[index] = turned[(index % floatBytes) * runs.length + Math.floor(index / floatBytes)] ?? 0
  }
  return runs
}
