import { afterAll, expect, it } from 'vitest'
import { openBackend } from '../../../src-engine/ggml/backend'
import { Scratch } from '../../../src-engine/retrieval/scratch'

const backend = openBackend({ threadsMax: 1 })
afterAll(() => backend.free())

const shape = { layers: 1, heads: 2, headSize: 32 }

/** Blocks whose keys are 1, 2, 3... and whose values are 101, 102, 103... in f16 of no use but to be told apart. */
function fill(blocks: readonly number[], into: Uint8Array): void {
  const numbers = new Uint16Array(into.buffer, into.byteOffset, into.byteLength / 2)
  const half = 64 * shape.headSize
  blocks.forEach((block, i) => numbers.fill(block, 2 * i * half, (2 * i + 1) * half).fill(100 + block, (2 * i + 1) * half, (2 * i + 2) * half))
}

it('brings the blocks of each KV head to its slots, and what stays is not read again', async () => {
  const scratch = new Scratch(backend, shape, { slots: 3, slotTokens: 64, tailMax: 64 })
  const asked: (readonly number[])[] = []
  const kept = { readBlocks: async (_layer: number, _head: number, blocks: readonly number[], into: Uint8Array) => (asked.push(blocks), fill(blocks, into)) }
  await scratch.load(kept, 0, [[1, 2], [3, 4]])
  await scratch.load(kept, 0, [[2, 5], [3, 4]])
  expect(asked).toEqual([[1, 2], [3, 4], [5]])
  expect(scratch.blocksRead).toBe(5)
  const { keys, values } = scratch.layer(0)
  const [k, v] = [new Uint16Array(256 * 32 * 2), new Uint16Array(256 * 32 * 2)]
  backend.read(keys, k)
  backend.read(values, v)
  // Slot 0 is for a larger choice; 64 places each.
  const keyAt = (head: number, slot: number): number => k[(head * 256 + 64 * slot + 63) * 32 + 31] ?? -1
  const valueAt = (head: number, slot: number): number => v[(head * 32 + 31) * 256 + 64 * slot + 63] ?? -1
  expect([1, 2].flatMap((slot) => [keyAt(0, slot), valueAt(0, slot), keyAt(1, slot), valueAt(1, slot)])).toEqual([5, 105, 3, 103, 2, 102, 4, 104])
  scratch.free()
})

it.each([[16, [1, 6, 7], [0, 1]], [128, [0, 2], [0, 1, 4, 5]]] as const)('brings what is chosen in blocks of %i tokens to its slots token by token', async (slotTokens, chosen, asked) => {
  const scratch = new Scratch(backend, shape, { slots: 3, slotTokens, tailMax: 64 })
  const read: (readonly number[])[] = []
  /** Of each token and number a number of its own. */
  const key = (head: number, token: number, i: number): number => (head * 512 + token) * 32 + i
  await scratch.load({
    async readBlocks(_layer, head, blocks, into) {
      read.push(blocks)
      const numbers = new Uint16Array(into.buffer, into.byteOffset, into.byteLength / 2)
      blocks.forEach((block, at) => {
        for (let token = 0; token < 64; token++) {
          for (let i = 0; i < 32; i++) {
            numbers[(2 * at * 64 + token) * 32 + i] = key(head, 64 * block + token, i)
            numbers[((2 * at + 1) * 32 + i) * 64 + token] = 32_768 + key(head, 64 * block + token, i)
          }
        }
      })
    },
  }, 0, [chosen, chosen])
  expect(read).toEqual([asked, asked])
  const capacity = scratch.capacity
  const [k, v] = [new Uint16Array(capacity * 32 * 2), new Uint16Array(capacity * 32 * 2)]
  backend.read(scratch.layer(0).keys, k)
  backend.read(scratch.layer(0).values, v)
  const first = (3 - chosen.length) * slotTokens
  for (const head of [0, 1]) {
    chosen.forEach((block, slot) => {
      for (let token = 0; token < slotTokens; token++) {
        const [place, wanted] = [first + slot * slotTokens + token, key(head, block * slotTokens + token, 7)]
        expect([k[(head * capacity + place) * 32 + 7], v[(head * 32 + 7) * capacity + place]]).toEqual([wanted, 32_768 + wanted])
      }
    })
  }
  scratch.free()
})

it('ends, where the blocks of one KV head cannot be read, only when nothing is read any more, and reads all again then', async () => {
  const scratch = new Scratch(backend, shape, { slots: 2, slotTokens: 64, tailMax: 64 })
  let slow = false
  const broken = {
    async readBlocks(_layer: number, head: number) {
      if (head === 0) throw new Error('the disk has a fault')
      await new Promise((resolve) => setTimeout(resolve, 30))
      slow = true
    },
  }
  await expect(scratch.load(broken, 0, [[1], [2]])).rejects.toThrow('the disk has a fault')
  expect(slow).toBe(true)
  const asked: number[] = []
  await scratch.load({ readBlocks: async (_layer, head, blocks, into) => (asked.push(head), fill(blocks, into)) }, 0, [[1], [2]])
  expect(asked).toEqual([0, 1])
  scratch.free()
})
