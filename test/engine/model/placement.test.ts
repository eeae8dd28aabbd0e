import { describe, expect, it } from 'vitest'
import { withoutTwins, type Device } from '../../../src-engine/ggml/devices'
import { chooseDevices, needsOf, partOf, placeParts, readingNeedsOf, type Room } from '../../../src-engine/model/placement'
import { residencyFor } from '../../../src-engine/model/residency'
import { readShape } from '../../../src-engine/model/shape'
import { readGguf } from '../../../src-engine/gguf/reader'
import { memorySource } from '../../support/byte-source'
import { writeTinyLlama } from '../../support/tiny-llama'

const megabyte = 2 ** 20
const room = (name: string, freeMegabytes: number, totalMegabytes = freeMegabytes): Room =>
  ({ device: { name, title: name, kind: 'card' } as Device, freeBytes: freeMegabytes * megabyte, totalBytes: totalMegabytes * megabyte })
const needs = { layers: [100, 100, 100, 100].map((size) => size * megabyte), head: 50 * megabyte, computing: 40 * megabyte }
const names = (rooms: readonly Room[]): readonly (string | undefined)[] => {
  const { layers, head } = placeParts(needs, rooms)
  return [...layers.map((device) => device?.name), head?.name]
}

describe('the parts of a model', () => {
  it.each([
    // What is kept back is 256 MB of a small device and a twentieth of a large one; computing takes 40 MB.
    [256 + 40 + 49, [undefined, undefined, undefined, undefined, undefined]],
    [256 + 40 + 50, [undefined, undefined, undefined, undefined, 'a']],
    [256 + 40 + 149, [undefined, undefined, undefined, undefined, 'a']],
    [256 + 40 + 150, [undefined, undefined, undefined, 'a', 'a']],
    [256 + 40 + 350, [undefined, 'a', 'a', 'a', 'a']],
    [256 + 40 + 450, ['a', 'a', 'a', 'a', 'a']],
  ])('fill a device with %i MB free from the end', (free, expected) => {
    expect(names([room('a', free)])).toEqual(expected)
  })

  it('leave a twentieth of a large device free', () => {
    expect(names([room('a', 1_200 + 40 + 149, 24_000)])).toEqual([undefined, undefined, undefined, undefined, 'a'])
    expect(names([room('a', 1_200 + 40 + 150, 24_000)])).toEqual([undefined, undefined, undefined, 'a', 'a'])
  })

  it('go on with the next device where the first is full', () => {
    expect(names([room('a', 256 + 40 + 150), room('b', 256 + 40 + 200)])).toEqual([undefined, 'b', 'b', 'a', 'a'])
    expect(names([room('a', 10), room('b', 5_000)])).toEqual(['b', 'b', 'b', 'b', 'b'])
    expect(names([])).toEqual([undefined, undefined, undefined, undefined, undefined])
  })

  it('need their weights, and room for keys and values while the cache grows', () => {
    const file = readGguf(memorySource(writeTinyLlama({ layers: 2 })))
    const shape = readShape(file, 'adjacent')
    const weights = 4 * (2 * 256 + 256 * 256 * 2 + 2 * 256 * 128 + 3 * 256 * 256)
    // Keys and values of 2 heads of 64 numbers in f16, half as many again while they are copied.
    const perToken = 2 * 2 * 64 * 2 * 1.5
    for (const context of [512, 100_000]) expect(needsOf(file, shape, context, 512).layers).toEqual([0, 1].map(() => weights + context * perToken))
    expect(needsOf(file, shape, 512, 512).head).toBe(4 * 256 * shape.vocabulary)
  })

  it('all need as much room as their tensors, an embedding that is the head too once more, while reading needs room by the length of the text', () => {
    const file = readGguf(memorySource(writeTinyLlama({ layers: 2 })))
    const shape = readShape(file, 'adjacent')
    const tensors = file.tensors.reduce((sum, { bytes }) => sum + bytes, 0)
    const embedding = file.tensors.find(({ name }) => name === 'token_embd.weight')?.bytes ?? 0
    const [short, long] = [readingNeedsOf(file, shape, 8_192, 8_192), readingNeedsOf(file, shape, 16_384, 8_192)]
    expect(short.weights).toBe(tensors + (file.tensors.some(({ name }) => name === 'output.weight') ? 0 : embedding))
    // For each token keys and values of two layers, a kilobyte of the mask, values turned.
    expect((long.reading - short.reading) / 8_192).toBe(2 * 2 * 2 * 64 * 2 + 1_024 + 2 * 64 * 2)
  })

  it('stay where they fit beside what reading needs, and come layer by layer where not', () => {
    const glm = { weights: 5.45e9, reading: 0.8e9 }
    expect([6.2e9, 6.25e9, 16e9].map((free) => residencyFor(glm, free))).toEqual(['layer by layer', 'resident', 'resident'])
  })

  it('are known by the names of their tensors', () => {
    expect(['token_embd.weight', 'blk.0.attn_q.weight', 'blk.12.ffn_down.weight', 'output_norm.weight', 'output.weight'].map(partOf)).toEqual(['embedding', 0, 12, 'head', 'head'])
  })
})

describe('a choice of device', () => {
  const devices = [{ name: 'CUDA0', title: 'RTX 3060', kind: 'card' }, { name: 'Vulkan0', title: 'RTX 3060', kind: 'card' }, { name: 'Vulkan1', title: 'Iris Xe', kind: 'integrated' }] as const
  it('left to Longleaf means the cards, named means the one', () => {
    expect(chooseDevices('auto', devices).map(({ name }) => name)).toEqual(['CUDA0', 'Vulkan0'])
    expect(chooseDevices('Vulkan1', devices).map(({ name }) => name)).toEqual(['Vulkan1'])
    expect(chooseDevices('Vulkan7', devices)).toEqual([])
  })

  it('knows a card that two libraries drive as one', () => {
    expect(withoutTwins(devices).map(({ name }) => name)).toEqual(['CUDA0', 'Vulkan1'])
  })
})
