/** What a small model says after each token of a text, for comparing devices and ways of computing. */
import type { Engine } from '../../src-engine/engine'
import type { DeviceMemory } from '../../src-engine/ggml/devices'
import { readGguf } from '../../src-engine/gguf/reader'
import { needsOf } from '../../src-engine/model/placement'
import { readShape } from '../../src-engine/model/shape'
import { prefillChunk } from '../../src-engine/protocol'
import type { SessionOptions } from '../../src-engine/session'
import { memorySource } from './byte-source'

/** What placement keeps back. */
const reserveBytes = 256 * 2 ** 20

export const context = 400
export const chunkTokens = 64
export const text = Array.from({ length: 100 }, (_, i) => (i * 7) % 100)

/** Logits of a text that is read in two chunks, and of the tokens after it one by one. */
export async function logitsOf(engine: Engine, options: SessionOptions = {}): Promise<readonly Float32Array[]> {
  const session = engine.open({ contextMax: context, chunkTokens, ...options })
  const all: Float32Array[] = []
  await session.sync(text, { onLogits: (_, logits) => all.push(logits.slice()) })
  for (let token = 0; token < 4; token++) all.push((await session.step(token)).slice())
  session.close()
  return all
}

/** The largest difference, over the largest logit. */
export function apart(a: readonly Float32Array[], b: readonly Float32Array[]): number {
  let difference = 0
  let largest = 0
  a.forEach((logits, i) => logits.forEach((value, j) => {
    difference = Math.max(difference, Math.abs(value - (b[i]?.[j] ?? Number.NaN)))
    largest = Math.max(largest, Math.abs(value))
  }))
  return difference / largest
}

/** Memory of a device for so many layers of a model's file, its head, and what is kept back. */
export function roomFor(model: Uint8Array, layers: number): DeviceMemory {
  const file = readGguf(memorySource(model))
  const needs = needsOf(file, readShape(file, 'adjacent'), context, prefillChunk)
  const bytes = reserveBytes + needs.computing + needs.head + layers * (needs.layers[0] ?? 0)
  return { freeBytes: bytes, totalBytes: bytes }
}
