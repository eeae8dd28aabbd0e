import { describe, expect, it } from 'vitest'
import { prefill } from '../../../src-engine/prefill/prefill'
import { MemoryKv } from '../../support/kept-kv'
import { modelFiles } from '../../support/model-files'
import { randomTokens } from '../../support/random-tokens'
import { writeSmallModel } from '../../support/small-model'
import { starterModelPath } from '../../support/starter-model'
import { writeTinyLlama } from '../../support/tiny-llama'
import { readTokenMajor, withParts, type OpenedModel, type TokenMajor } from '../../support/token-major'

const written = modelFiles()

const models = {
  'SmolLM2': () => starterModelPath(),
  'a small chatglm': () => written('chatglm', writeSmallModel({ architecture: 'chatglm', layers: 3 })),
  'a small glm4 of four KV heads': () => written('glm4', writeSmallModel({ architecture: 'glm4', kvHeads: 4, type: 'Q8_0' })),
  'a llama of one layer': () => written('tiny', writeTinyLlama({ metadata: { 'llama.context_length': { type: 'uint32', value: 4096 } } })),
} as const

const withModel = (name: keyof typeof models, use: (opened: OpenedModel) => Promise<void>): Promise<void> => withParts(models[name](), 2, use)

const emptyFor = ({ model: { shape } }: OpenedModel): MemoryKv => new MemoryKv({ heads: shape.kvHeads, headSize: shape.headSize })

const sameBits = (a: Uint8Array | Float32Array, b: Uint8Array | Float32Array): boolean =>
  Buffer.compare(Buffer.from(a.buffer, a.byteOffset, a.byteLength), Buffer.from(b.buffer, b.byteOffset, b.byteLength)) === 0

async function expectSame(kept: MemoryKv, logits: Float32Array | undefined, wanted: TokenMajor): Promise<void> {
  for (const [layer, extent] of wanted.extents.entries()) expect(sameBits(await kept.whole(layer), extent), `keys and values of layer ${layer}`).toBe(true)
  expect(sameBits(logits ?? new Float32Array(0), wanted.logits), 'logits').toBe(true)
}

describe('a text read layer by layer has the bits of one read token by token', () => {
  it.each([
    ['SmolLM2', 1_100, 512, [512, 1_024, 8_192]],
    ['a small chatglm', 1_237, 64, [512, 1_024, 8_192]],
    ['a small chatglm', 64, 64, [64]],
    ['a small chatglm', 1, 512, [512]],
    ['a small chatglm', 1_100, 96, [192]],
    ['a small glm4 of four KV heads', 9_001, 512, [1_024, 8_192]],
    ['a llama of one layer', 777, 128, [128, 512]],
  ] as const)('%s, %i tokens in chunks of %i, in super-chunks of %j', (name, length, chunkTokens, sizes) => withModel(name, async (opened) => {
    const tokens = randomTokens(opened.model, length)
    const wanted = await readTokenMajor(opened, tokens, chunkTokens)
    for (const superChunkTokens of sizes) {
      const kept = emptyFor(opened)
      const { reused, prefilled, logits } = await prefill(opened.backend, opened.model, tokens, kept, { superChunkTokens, chunkTokens })
      expect([reused, prefilled, kept.tokens]).toEqual([0, length, tokens])
      await expectSame(kept, logits, wanted)
    }
  }), 300_000)
})
