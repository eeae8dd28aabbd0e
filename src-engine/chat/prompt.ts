import type { ChatMessage } from '../protocol'
import type { Tokenizer } from '../tokenizer/tokenizer'
import type { AnswerText } from './answer-text'
import { createChatmlFormat } from './chatml'
import { createGlmFormat } from './glm'
import type { ChatTemplate } from './template'
import type { Tool, Turn } from './turns'

/** `free`: the model begins as it likes, with a line of its own or with thinking. `formed`: its first token has to be of the answer itself. */
export type Beginning = 'free' | 'formed'

export interface ChatFormat {
  /** The conversation as tokens, up to where the answer begins. Turn marks come from here alone: in a message they are mere text. */
  prompt(messages: readonly ChatMessage[], beginning?: Beginning): Int32Array
  /** The same with tools, for models that were taught any; null for the others. */
  readonly withTools: ((turns: readonly Turn[], tools: readonly Tool[]) => Int32Array) | null
  /** Tokens that end an answer; the beginning of another turn is one. */
  readonly stops: ReadonlySet<number>
  /** What to show of an answer to `prompt`, anew for each answer. */
  readAnswer(beginning?: Beginning): AnswerText
}

/** @throws GgufError if the vocabulary lacks the tokens that mark the turns. */
export function createChatFormat(template: ChatTemplate, tokenizer: Tokenizer): ChatFormat {
  return template.kind === 'chatml' ? createChatmlFormat(template, tokenizer) : createGlmFormat(template, tokenizer)
}
