import { byteCharacters } from '../../src-engine/tokenizer/byte-alphabet'
import type { WrittenValue } from './gguf-writer'

/** `Ġ` stands for a blank in the alphabet of bytes. */
const merges = ['h e', 'l l', 'he ll', 'hell o', 'Ġ w', 'o r', 'l d', 'Ġw or', 'Ġwor ld', 'Ġ Ġ', 'ĠĠ ĠĠ', 'a a', 'aa a', 'b a', 'Ã ¤', 'Ċ Ċ']

const chatml =
  "{% for message in messages %}{% if loop.first and messages[0]['role'] != 'system' %}{{ '<|im_start|>system\nBe brief.<|im_end|>\n' }}{% endif %}"
  + "{{'<|im_start|>' + message['role'] + '\n' + message['content'] + '<|im_end|>' + '\n'}}{% endfor %}{% if add_generation_prompt %}{{ '<|im_start|>assistant\n' }}{% endif %}"

/** Metadata of a byte-level vocabulary: 256 bytes, what a few merges make, and three control tokens at the end. */
export function smallVocabulary(pre: string): [key: string, value: WrittenValue][] {
  const made = merges.map((merge) => merge.replace(' ', ''))
  const normal = [...new Set([...byteCharacters, ...made])]
  const tokens = [...normal, '<|endoftext|>', '<|im_start|>', '<|im_end|>']
  return [
    ['general.architecture', { type: 'string', value: 'llama' }],
    ['tokenizer.ggml.model', { type: 'string', value: 'gpt2' }],
    ['tokenizer.ggml.pre', { type: 'string', value: pre }],
    ['tokenizer.ggml.tokens', { type: 'array', of: 'string', value: tokens }],
    ['tokenizer.ggml.token_type', { type: 'array', of: 'int32', value: tokens.map((_, id) => (id < normal.length ? 1 : 3)) }],
    ['tokenizer.ggml.merges', { type: 'array', of: 'string', value: merges }],
    ['tokenizer.ggml.eos_token_id', { type: 'uint32', value: tokens.length - 1 }],
    ['tokenizer.chat_template', { type: 'string', value: chatml }],
  ]
}
