/**
 * How a model was taught to see a conversation. A GGUF file carries that as a Jinja program; Longleaf does not run programs out of files but
 * knows some of them by their exact text, and refuses the others: a prompt that is nearly right makes a model much worse.
 */
import { GgufError, type GgufFile } from '../gguf/file'
import { findText, required } from '../gguf/metadata'

/** ChatML: `<|im_start|>role\ncontent<|im_end|>\n` for each turn, then `<|im_start|>assistant\n`. */
export interface ChatTemplate {
  readonly kind: 'chatml'
  /** Said first in a conversation that has no system turn of its own; null if the model has no such words. */
  readonly system: string | null
}

const literal = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')

const turns = "{{'<|im_start|>' + message['role'] + '\n' + message['content'] + '<|im_end|>' + '\n'}}{% endfor %}"
const answer = "{% if add_generation_prompt %}{{ '<|im_start|>assistant\n' }}{% endif %}"
const systemBefore = "{% if loop.first and messages[0]['role'] != 'system' %}{{ '<|im_start|>system\n"
const systemAfter = "<|im_end|>\n' }}{% endif %}"
const chatml = new RegExp(`^${literal('{% for message in messages %}')}(?:${literal(systemBefore)}([^'\\\\{}]*)${literal(systemAfter)})?${literal(turns)}${literal(answer)}$`)

/** @throws GgufError if the file has no chat template or one that is not known here. */
export function recogniseTemplate(file: Pick<GgufFile, 'metadata'>): ChatTemplate {
  const source = required('tokenizer.chat_template', findText(file, 'tokenizer.chat_template'))
  // A line break inside a Jinja text may be written as itself or as \n.
  const match = chatml.exec(source.trim().replaceAll('\\n', '\n'))
  if (match === null) throw new GgufError('was taught conversations in a form that is not known here (tokenizer.chat_template)', 'unsupported')
  return { kind: 'chatml', system: match[1] ?? null }
}
