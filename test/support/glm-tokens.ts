import type { WrittenValue } from './gguf-writer'
import { glmSpecialTokens } from './glm-vocabulary'
import { smallVocabulary } from './small-vocabulary'

/** A small vocabulary with GLM-4's special tokens behind it, as many as the small models have. */
export function glmTokens(template: string): Readonly<Record<string, WrittenValue>> {
  const tokens = smallVocabulary('glm4').find(([key]) => key === 'tokenizer.ggml.tokens')?.[1]
  const ordinary = tokens?.type === 'array' && tokens.of === 'string' ? tokens.value.slice(0, 272) : []
  const all = [...ordinary, ...glmSpecialTokens]
  const padded = Array.from({ length: 288 }, (_, id) => all[id] ?? `[PAD${id}]`)
  const id = (text: string): WrittenValue => ({ type: 'uint32', value: padded.indexOf(text) })
  return {
    'tokenizer.ggml.tokens': { type: 'array', of: 'string', value: padded },
    'tokenizer.ggml.token_type': { type: 'array', of: 'int32', value: padded.map((_, i) => (i < ordinary.length ? 1 : i < all.length ? 3 : 5)) },
    'tokenizer.ggml.eos_token_id': id('<|endoftext|>'),
    'tokenizer.ggml.eot_token_id': id('<|user|>'),
    'tokenizer.chat_template': { type: 'string', value: template },
  }
}
