import type { Tokenizer } from '../tokenizer/tokenizer'
import { answerAfter, trimmedAnswer, wholeAnswer } from './answer-text'
import { markId, tokensOf, type Piece } from './marks'
import type { ChatFormat } from './prompt'
import type { GlmTemplate } from './template'
import type { Tool, Turn } from './turns'

const roles = ['<|system|>', '<|user|>', '<|assistant|>', '<|observation|>'] as const
/** The next role ends a turn, and only these follow an answer: the person again, or a tool. */
const ends = ['<|endoftext|>', '<|user|>', '<|observation|>'] as const

/** @throws GgufError if the vocabulary lacks the tokens that mark the turns. */
export function createGlmFormat(template: GlmTemplate, tokenizer: Tokenizer): ChatFormat {
  for (const mark of ['[gMASK]', '<sop>', ...roles]) markId(tokenizer, mark)
  const write = (turns: readonly Turn[], tools: readonly Tool[], answer: string): Int32Array => tokensOf(tokenizer, [
    { mark: '[gMASK]' }, { mark: '<sop>' },
    ...(tools.length === 0 ? [] : toolTurn(template, tools)),
    ...inOrder(template, turns).flatMap((turn) => pieces(template, turn)),
    { mark: '<|assistant|>' }, { text: answer },
  ])
  return {
    stops: new Set([...ends.map((mark) => markId(tokenizer, mark)), ...tokenizer.ends]),
    prompt: (messages, beginning = 'free') => write(messages, [], beginning === 'free' ? template.answer : heads[template.version]),
    withTools: template.tools === null ? null : (turns, tools) => write(turns, tools, template.answer),
    readAnswer(beginning = 'free') {
      if (beginning === 'formed') return wholeAnswer()
      return template.version === 'z1' ? answerAfter('</think>') : trimmedAnswer()
    },
  }
}

/** What the models write before their answers, which is not theirs to choose where the answer has to have a form. */
const heads: Readonly<Record<GlmTemplate['version'], string>> = { 2024: '\n', '0414': '\n', z1: '\n<think>\n</think>\n\n' }

/** Tools in a system turn of their own, as the model was taught them. */
function toolTurn(template: GlmTemplate, tools: readonly Tool[]): readonly Piece[] {
  const { heading = '', gap = '', request = '' } = template.tools ?? {}
  const content = tools.map((tool) => `${gap}## ${tool.name}\n\n${JSON.stringify(tool, null, 4)}${request}`).join('')
  return headed(template, '<|system|>', '\n', heading + content)
}

function inOrder({ version }: GlmTemplate, turns: readonly Turn[]): readonly Turn[] {
  if (version === '2024') return turns.filter(({ content }) => content !== '')
  return [...turns.filter(({ role }) => role === 'system'), ...turns.filter(({ role }) => role !== 'system')]
}

function pieces(template: GlmTemplate, turn: Turn): readonly Piece[] {
  const said = template.version === 'z1' && turn.role !== 'system' ? afterThinking(turn.content) : turn.content
  const tool = 'tool' in turn ? turn.tool : ''
  return headed(template, `<|${turn.role}|>`, tool === '' ? '\n' : `${tool}${template.callEnd}`, said)
}

/** Of 2024, the head and what is said become tokens apart, as the model's own code has it: a line break at the beginning of a text stays one of its own. */
function headed({ version }: GlmTemplate, mark: string, head: string, said: string): readonly Piece[] {
  return version === '2024' ? [{ mark }, { text: head }, { text: said }] : [{ mark }, { text: head + said }]
}

/** Python's str.strip of what stands behind the last end of thinking. */
const afterThinking = (content: string): string => (content.split('</think>').at(-1) ?? '').replace(/^(?:[^\S\ufeff]|[\u001c-\u001f\u0085])+|(?:[^\S\ufeff]|[\u001c-\u001f\u0085])+$/g, '')
