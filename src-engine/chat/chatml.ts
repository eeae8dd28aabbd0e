import type { ChatMessage } from '../protocol'
import type { Tokenizer } from '../tokenizer/tokenizer'
import { wholeAnswer } from './answer-text'
import { markId, tokensOf, type Piece } from './marks'
import type { ChatFormat } from './prompt'
import type { ChatmlTemplate } from './template'

/** Marks with which models end a text of any kind; some do so inside a conversation too. */
const textEnds: readonly string[] = ['<|endoftext|>', '<|end_of_text|>']

/** @throws GgufError if the vocabulary lacks the tokens that mark the turns. */
export function createChatmlFormat(template: ChatmlTemplate, tokenizer: Tokenizer): ChatFormat {
  const [start, end] = [{ mark: '<|im_start|>' }, { mark: '<|im_end|>' }]
  const turn = ({ role, content }: ChatMessage): readonly Piece[] => [start, { text: `${role}\n${content}` }, end, { text: '\n' }]
  const ends = textEnds.flatMap((text) => tokenizer.control(text) ?? [])
  return {
    stops: new Set([markId(tokenizer, start.mark), markId(tokenizer, end.mark), ...tokenizer.ends, ...ends]),
    prompt(messages) {
      const system = template.system === null || messages[0]?.role === 'system' ? [] : turn({ role: 'system', content: template.system })
      const begin = tokenizer.begin === null ? [] : [{ id: tokenizer.begin }]
      return tokensOf(tokenizer, [...begin, ...system, ...messages.flatMap(turn), start, { text: 'assistant\n' }])
    },
    withTools: null,
    readAnswer: wholeAnswer,
  }
}
