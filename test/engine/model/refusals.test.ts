import { afterAll, describe, expect, it } from 'vitest'
import { openBackend } from '../../../src-engine/ggml/backend'
import { readGguf } from '../../../src-engine/gguf/reader'
import { loadModel } from '../../../src-engine/model/model'
import { ModelUnsupportedError } from '../../../src-engine/model/shape'
import { memorySource } from '../../support/byte-source'
import type { WrittenValue } from '../../support/gguf-writer'
import { writeSmallModel, type SmallModel } from '../../support/small-model'

const backend = openBackend({ threadsMax: 1 })
afterAll(() => backend.free())

/** Loads a model whose tensors cannot be read: what is refused is refused before. */
async function load(model: SmallModel): Promise<void> {
  const source = memorySource(writeSmallModel({ layers: 1, type: 'Q8_0', ...model }))
  const file = readGguf(source)
  const unreadable = { ...source, fill: () => Promise.reject(new Error('a tensor was read')), read: () => { throw new Error('a tensor was read') } }
  await loadModel(backend, file, unreadable, {})
}

const whole = (value: number): WrittenValue => ({ type: 'uint32', value })
const real = (value: number): WrittenValue => ({ type: 'float32', value })
const words = (value: string): WrittenValue => ({ type: 'string', value })

describe('a file is refused before a tensor is read, and says why', () => {
  it.each<readonly [SmallModel['architecture'], string, WrittenValue | null, RegExp]>([
    ['chatglm', 'chatglm.rope.freq_base', real(10_000), /says a rotary base of 10000 for a context of 131072 tokens.*converter/],
    ['chatglm', 'chatglm.context_length', whole(4096), /says a context of 4096 tokens.*converter/],
    ['chatglm', 'chatglm.rope.dimension_count', whole(128), /turns 128 numbers of each head by position, where GLM-4 turns 64/],
    ['chatglm', 'chatglm.rope.dimension_count', null, /turns 128 numbers/],
    ['glm4', 'glm4.rope.dimension_count', whole(128), /turns 128 numbers/],
    ['glm4', 'glm4.rope.dimension_sections', { type: 'array', of: 'int32', value: [8, 12, 12, 0] }, /made for pictures/],
    ['glm4', 'glm4.nextn_predict_layers', whole(1), /guess ahead/],
    ['glm4', 'glm4.attention.head_count_kv', whole(3), /4 query heads over 3 KV heads/],
    ['chatglm', 'chatglm.block_count', whole(2), /lacks the tensor blk\.1\.attn_norm\.weight/],
    ['chatglm', 'chatglm.feed_forward_length', whole(256), /tensor blk\.0\.ffn_up\.weight of size 512 x 1024, not 512 x 512/],
    ['qwen2', 'qwen2.rope.scaling.type', words('yarn'), /stretches its context/],
    ['qwen2', 'qwen2.rope.scaling.factor', real(4), /stretches its context/],
    ['qwen2', 'qwen2.attention.sliding_window', whole(4096), /looks back 4096 tokens only/],
    ['qwen2', 'qwen2.attention.causal', { type: 'bool', value: false }, /not for writing/],
    ['qwen2', 'qwen2.pooling_type', whole(1), /not for writing/],
    ['llama', 'llama.expert_count', whole(8), /mixture of experts/],
    ['llama', 'general.architecture', words('mamba'), /architecture mamba, which Longleaf does not know; it knows chatglm, glm4, llama, qwen2/],
  ])('%s with %s', async (architecture, key, value, reason) => {
    const opened = load({ architecture, metadata: { [key]: value } })
    await expect(opened).rejects.toThrow(ModelUnsupportedError)
    await expect(opened).rejects.toThrow(reason)
  })

  it.each<readonly [string, SmallModel, RegExp]>([
    ['chatglm without biases', { architecture: 'chatglm', bias: false }, /lacks the tensor blk\.0\.attn_qkv\.bias/],
    ['qwen2 without biases', { architecture: 'qwen2', bias: false }, /lacks the tensor blk\.0\.attn_q\.bias/],
    ['chatglm with the norms of glm4', { architecture: 'glm4', queryKeyValue: 'fused', metadata: { 'general.architecture': words('chatglm'), ...renamed('glm4', 'chatglm') } }, /a tensor blk\.0\.post_attention_norm\.weight, which a chatglm model/],
  ])('%s', async (_, model, reason) => {
    await expect(load(model)).rejects.toThrow(reason)
  })

  it('and the same files unspoilt are read', async () => {
    for (const architecture of ['chatglm', 'glm4', 'llama', 'qwen2'] as const) await expect(load({ architecture })).rejects.toThrow('a tensor was read')
  })

  it('the 8K base model keeps the rotary base that it was made with', async () => {
    await expect(load({ architecture: 'chatglm', metadata: { 'chatglm.context_length': whole(8192), 'chatglm.rope.freq_base': real(10_000) } })).rejects.toThrow('a tensor was read')
  })
})

/** The numbers of a small model under the keys of another architecture. */
function renamed(from: string, to: string): Record<string, WrittenValue> {
  const { metadata } = readGguf(memorySource(writeSmallModel({ architecture: from as 'glm4', layers: 1 })))
  const own = [...metadata].filter(([key]) => key.startsWith(`${from}.`)).map(([key, value]) => [key.replace(from, to), value as WrittenValue] as const)
  return { ...Object.fromEntries(own), [`${to}.rope.freq_base`]: real(5_000_000) }
}
