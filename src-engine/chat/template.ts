/**
 * How a model was taught to see a conversation. A GGUF file carries that as a Jinja program; Longleaf does not run programs out of files but
 * knows some of them, and refuses the others: a prompt that is nearly right makes a model much worse.
 */
import { GgufError, type GgufFile } from '../gguf/file'
import { findText, required } from '../gguf/metadata'
import { canonical } from './jinja'
import { chatml, glm0414, glm2024, glmZ1, qwen } from './programs'

/** ChatML: `<|im_start|>role\ncontent<|im_end|>\n` for each turn, then `<|im_start|>assistant\n`. */
export interface ChatmlTemplate {
  readonly kind: 'chatml'
  /** Said first in a conversation that has no system turn of its own; null if the model has no such words. */
  readonly system: string | null
}

/** GLM-4: `[gMASK]<sop>`, `<|role|>` and a line break before what each turn says, then `<|assistant|>`. */
export interface GlmTemplate {
  readonly kind: 'glm'
  readonly version: '2024' | '0414' | 'z1'
  /** How tools are told: a heading, then for each `gap`, `## name`, its JSON, and the request to call it in JSON. Null if the file does not say. */
  readonly tools: { readonly heading: string; readonly gap: string; readonly request: string } | null
  /** What stands behind a tool's name where it is called. */
  readonly callEnd: string
  /** What the program writes behind the last `<|assistant|>`: nothing, a line break, or where the model is to think. */
  readonly answer: string
}

export type ChatTemplate = ChatmlTemplate | GlmTemplate

/** Tells templates apart that lay out the same conversation differently. */
export const templateName = (template: ChatTemplate): string => (template.kind === 'chatml' ? 'chatml' : `glm-${template.version}`)

/** The name that llama.cpp has for GLM-4's template; early converters wrote it in place of the program. */
const glmByName = /^chatglm4$/i

/** @throws GgufError if the file has no chat template or one that is not known here. */
export function recogniseTemplate(file: Pick<GgufFile, 'metadata'>): ChatTemplate {
  const source = required('tokenizer.chat_template', findText(file, 'tokenizer.chat_template')).trim()
  if (glmByName.test(source)) return { kind: 'glm', version: '2024', tools: null, callEnd: '\n', answer: '' }
  const known = match(canonical(source) ?? '')
  if (known === null) throw new GgufError('was taught conversations in a form that is not known here (tokenizer.chat_template)', 'unsupported')
  return known
}

function match(text: string): ChatTemplate | null {
  const system = (chatml.exec(text) ?? qwen.exec(text))?.groups
  if (system !== undefined) return { kind: 'chatml', system: system['system'] ?? null }
  for (const [version, program] of [['2024', glm2024], ['0414', glm0414], ['z1', glmZ1]] as const) {
    const found = program.exec(text)?.groups
    if (found === undefined) continue
    // Of 2024, the model's own code leaves an empty line before each tool where Jinja swallows one of its line breaks; the model was taught by its code.
    const { heading = '', gap = '\n\n', request = '', callEnd = '\n', answer = '' } = found
    return answers[version].includes(answer) ? { kind: 'glm', version, tools: { heading, gap, request }, callEnd, answer } : null
  }
  return null
}

const answers: Readonly<Record<GlmTemplate['version'], readonly string[]>> = { 2024: ['', '\n'], '0414': ['', '\n'], z1: ['', '\n', '\n<think>'] }
