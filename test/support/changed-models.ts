import { readGguf } from '../../src-engine/gguf/reader'
import { tensorTypes } from '../../src-engine/gguf/tensor-types'
import { memorySource } from './byte-source'
import type { WrittenValue } from './gguf-writer'
import { mutate } from './mutate'
import { seededRandom } from './seeded-random'
import { tinyNumbers, writeTinyLlama } from './tiny-llama'

export interface ChangedModel {
  readonly name: string
  bytes(): Uint8Array
}

/** One tensor of each use in each type that a file can name. */
function byType(): ChangedModel[] {
  return ['token_embd.weight', 'blk.0.attn_norm.weight', 'blk.0.attn_q.weight', 'blk.0.ffn_up.weight'].flatMap((tensor) =>
    [...tensorTypes.values()].map(({ id, name }) => ({ name: `${tensor} as ${name}`, bytes: () => writeTinyLlama({ types: { [tensor]: id } }) })))
}

/** Each number of the tiny model as each of some odd values, as a number of another type, as a text, and left out. */
function byNumber(): ChangedModel[] {
  const odd: readonly WrittenValue[] = [
    ...[0, 1, 3, 63, 255, 257, 4096, 2 ** 31, 2 ** 32 - 1].map((value) => ({ type: 'uint32', value }) as const),
    { type: 'int32', value: -1 }, { type: 'uint64', value: 2n ** 63n }, { type: 'float32', value: 0 }, { type: 'float32', value: -1 }, { type: 'float32', value: NaN },
    { type: 'float32', value: Infinity }, { type: 'float32', value: 1e38 }, { type: 'float32', value: 1e-38 }, { type: 'string', value: '1' }, { type: 'bool', value: true },
    { type: 'array', of: 'uint32', value: [1, 2] },
  ]
  return tinyNumbers.flatMap(([key]) =>
    [...odd, null].map((value) => ({ name: `${key} = ${value === null ? 'nothing' : `${value.type} ${String(value.value)}`}`, bytes: () => writeTinyLlama({ metadata: { [key]: value } }) })))
}

/** Random mutations of the tiny model's header; every other one is a single bit, which more often leaves a file that can be read. */
function byChance(count: number): ChangedModel[] {
  const good = writeTinyLlama()
  const headerBytes = readGguf(memorySource(good)).dataOffset
  return Array.from({ length: count }, (_, seed) => {
    const random = seededRandom(seed)
    return { name: `mutation ${seed}`, bytes: () => (seed % 2 === 0 ? mutate(good, random, headerBytes) : flipBit(good, random, headerBytes)) }
  })
}

function flipBit(original: Uint8Array, random: () => number, end: number): Uint8Array {
  const bytes = original.slice()
  const at = Math.floor(random() * end)
  bytes[at] = (bytes[at] ?? 0) ^ (1 << Math.floor(random() * 8))
  return bytes
}

export const changedModels = (list: string): ChangedModel[] => (list === 'types' ? byType() : list === 'numbers' ? byNumber() : byChance(400))
