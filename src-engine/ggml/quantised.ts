/** Numbers of two bytes (f16) become ggml's q8_0, 32 numbers of a byte that share a scale of two bytes, and come back, on other threads than this. */
import { loadGgml } from './libraries/ggml'

const blockNumbers = 32
const blockBytes = 34
/** A quarter of a megabyte each as f32, so that it stays in the processor's cache on the way. */
const numbersAtOnce = 1 << 16

/** Bytes of so many numbers, which are whole blocks. */
export const quantisedBytes = (numbers: number): number => (numbers / blockNumbers) * blockBytes

/** @param halves f16; `into` has `quantisedBytes` of their number. Both must not be touched before this has ended. */
export function quantise(halves: Uint8Array, into: Uint8Array): Promise<void> {
  const conversions = loadGgml().conversions()
  return byParts(halves, into, async (half, quantised, floats) => {
    await conversions.halvesToFloats(half, floats, floats.length)
    await conversions.quantiseFloats(floats, quantised, floats.length)
  })
}

/** `quantise` the other way round. */
export function dequantise(quantised: Uint8Array, into: Uint8Array): Promise<void> {
  const conversions = loadGgml().conversions()
  return byParts(into, quantised, async (half, part, floats) => {
    await conversions.dequantiseFloats(part, floats, floats.length)
    await conversions.floatsToHalves(floats, half, floats.length)
  })
}

async function byParts(
  halves: Uint8Array, quantised: Uint8Array, convert: (halves: Uint8Array, quantised: Uint8Array, floats: Float32Array) => Promise<void>,
): Promise<void> {
  const all = halves.length / Uint16Array.BYTES_PER_ELEMENT
  if (all % blockNumbers !== 0 || quantised.length !== quantisedBytes(all)) throw new RangeError(`${all} numbers do not take ${quantised.length} bytes.`)
  const floats = new Float32Array(Math.min(all, numbersAtOnce))
  for (let first = 0; first < all; first += numbersAtOnce) {
    const end = Math.min(all, first + numbersAtOnce)
    const half = halves.subarray(first * Uint16Array.BYTES_PER_ELEMENT, end * Uint16Array.BYTES_PER_ELEMENT)
    await convert(half, quantised.subarray(quantisedBytes(first), quantisedBytes(end)), floats.subarray(0, end - first))
  }
}
