import { GgufError } from '../gguf/file'
import type { ChatMessage } from '../protocol'
import type { Tokenizer } from '../tokenizer/tokenizer'
import type { ChatTemplate } from './template'

export interface ChatFormat {
  /** The conversation as tokens, up to where the answer begins. Turn marks come from here alone: in a message they are mere text. */
  prompt(messages: readonly ChatMessage[]): Int32Array
  /** Tokens that end an answer; the beginning of another turn is one. */
  readonly stops: ReadonlySet<number>
}

/** Marks with which models end a text of any kind; some do so inside a conversation too. */
const textEnds: readonly string[] = ['<|endoftext|>', '<|end_of_text|>']

/** @throws GgufError if the vocabulary lacks the tokens that mark the turns. */
export function createChatFormat(template: ChatTemplate, tokenizer: Tokenizer): ChatFormat {
  const start = mark(tokenizer, '<|im_start|>')
  const end = mark(tokenizer, '<|im_end|>')
  const line = tokenizer.encode('\n')
  const turn = (role: string, content: string): readonly Int32Array[] => [Int32Array.of(start), tokenizer.encode(`${role}\n${content}`), Int32Array.of(end), line]
  return {
    stops: new Set([start, end, ...tokenizer.ends, ...textEnds.flatMap((text) => tokenizer.control(text) ?? [])]),
    prompt(messages) {
      const begin = tokenizer.begin === null ? [] : [Int32Array.of(tokenizer.begin)]
      const system = template.system === null || messages[0]?.role === 'system' ? [] : turn('system', template.system)
      const said = messages.flatMap(({ role, content }) => turn(role, content))
      return join([...begin, ...system, ...said, Int32Array.of(start), tokenizer.encode('assistant\n')])
    },
  }
}

function mark(tokenizer: Tokenizer, text: string): number {
  const id = tokenizer.control(text)
  if (id === null) throw new GgufError(`is damaged: its chat template uses ${text}, which is not one of its tokens`)
  return id
}

function join(parts: readonly Int32Array[]): Int32Array {
  const all = new Int32Array(parts.reduce((length, part) => length + part.length, 0))
  let at = 0
  for (const part of parts) {
    all.set(part, at)
    at += part.length
  }
  return all
}
