/** The chat templates that are known, in the notation of `canonical`; a named group is what a program leaves to each file. */
import { statement, value, writtenText } from './jinja'

/** A part of a program: text as it is written, or a regular expression. */
type Part = string | RegExp

const literal = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
const join = (parts: readonly Part[]): string => parts.map((part) => (typeof part === 'string' ? literal(part) : part.source)).join('')
const program = (...parts: readonly Part[]): RegExp => new RegExp(`^${join(parts)}$`)
const optional = (...parts: readonly Part[]): RegExp => new RegExp(`(?:${join(parts)})?`)
const several = (...parts: readonly Part[]): RegExp => new RegExp(`(?:${join(parts)})*`)
const either = (one: readonly Part[], other: readonly Part[]): RegExp => new RegExp(`(?:${join(one)}|${join(other)})`)
/** Anything that is written as it stands. */
const words = new RegExp(writtenText)
const named = (name: string): RegExp => new RegExp(`(?<${name}>${writtenText})`)

const chatmlTurn = ['<|im_start|>', value('message.role'), '\n', value('message.content'), '<|im_end|>\n']
const chatmlAnswer = [statement('if add_generation_prompt'), '<|im_start|>assistant\n', statement('endif')]
const chatmlSystem = ['<|im_start|>system\n', named('system'), '<|im_end|>\n', statement('endif')]

/** `<|im_start|>role\ncontent<|im_end|>\n` for each turn; with `system`, a first turn for conversations that have none of their own. */
export const chatml = program(
  statement('for message in messages'), optional(statement("if loop.first and messages[0].role != 'system'"), ...chatmlSystem),
  ...chatmlTurn, statement('endfor'), ...chatmlAnswer,
)

/** The same by Qwen2.5: with tools it writes more, which is not used here but has to be what it is known to be. */
export const qwen = program(
  statement('if tools'), words, statement("if messages[0].role == 'system'"), value('messages[0].content'), statement('else'), words, statement('endif'), words,
  statement('for tool in tools'), words, value('tool | tojson'), statement('endfor'), words, statement('else'),
  statement("if messages[0].role == 'system'"), '<|im_start|>system\n', value('messages[0].content'), '<|im_end|>\n', statement('else'), ...chatmlSystem, statement('endif'),
  statement('for message in messages'),
  statement("if (message.role == 'user') or (message.role == 'system' and not loop.first) or (message.role == 'assistant' and not message.tool_calls)"), ...chatmlTurn,
  statement("elif message.role == 'assistant'"), '<|im_start|>', value('message.role'),
  statement('if message.content'), words, value('message.content'), statement('endif'),
  statement('for tool_call in message.tool_calls'),
  statement('if tool_call.function is defined'), statement('set tool_call = tool_call.function'), statement('endif'),
  words, value('tool_call.name'), words, value('tool_call.arguments | tojson'), words, statement('endfor'), words,
  statement("elif message.role == 'tool'"),
  statement("if (loop.index0 == 0) or (messages[loop.index0 - 1].role != 'tool')"), words, statement('endif'), words, value('message.content'), words,
  statement("if loop.last or (messages[loop.index0 + 1].role != 'tool')"), words, statement('endif'), statement('endif'), statement('endfor'), ...chatmlAnswer,
)

const glmAnswer = [statement('if add_generation_prompt'), '<|assistant|>', named('answer'), statement('endif')]

/**
 * GLM-4 of 2024: `[gMASK]<sop>`, then `<|role|>metadata\ncontent` for each turn that says something; a turn's tools stand in a system turn before it.
 * What it says of the makers' own tools (a browser, Python, pictures) is passed over.
 */
export const glm2024 = program(
  '[gMASK]<sop>', statement('for item in messages'),
  statement('if item.tools is defined'), '<|system|>\n', named('heading'), statement('set tools = item.tools'), statement('for tool in tools'),
  statement("if tool.type == 'function'"), /\n{1,2}/, '## ', value('tool.function.name'), '\n\n', value('tool.function | tojson(indent=4)'), named('request'),
  several(either([statement("elif tool.type == 'python'")], [either([statement("elif tool.type == 'simple_browser'")], [statement("elif tool.type == 'cogview'")])]), words),
  statement('endif'), statement('endfor'), statement('endif'),
  statement('if item.content'), '<|', value('item.role'), '|>', value('item.metadata'), '\n', value('item.content'), statement('endif'), statement('endfor'), ...glmAnswer,
)

const glmTurns = (said: string): readonly Part[] => [
  statement("if role == 'user'"), '<|user|>\n', value(said), statement("elif role == 'assistant' and not meta"), '<|assistant|>\n', value(said),
  statement("elif role == 'assistant' and meta"), '<|assistant|>', value('meta'), /(?<callEnd> ?\n)/, value(said), statement("elif role == 'observation'"), '<|observation|>\n', value(said),
]

const glm0414Program = (thinking: readonly Part[], said: string): RegExp => program(
  '[gMASK]<sop>', statement('if tools'), '<|system|>\n', named('heading'), statement('for tool in tools'),
  statement("set function = tool.function if tool.get('function') else tool"), /(?<gap>\n{1,2})/, '## ', value('function.name'), '\n\n',
  value('function | tojson(indent=4, ensure_ascii=False)'), named('request'), statement('endfor'), statement('endif'),
  statement('for msg in messages'), statement("if msg.role == 'system'"), '<|system|>\n', value('msg.content'), statement('endif'), statement('endfor'),
  statement("for message in messages if message.role != 'system'"), statement('set role = message.role'), statement('set content = message.content'), ...thinking,
  statement("set meta = message.get('metadata', '')"), ...glmTurns(said), statement('endif'), statement('endfor'), ...glmAnswer,
)

/** GLM-4-0414: the system turns first, then the others, empty ones too. */
export const glm0414 = glm0414Program([], 'content')
/** GLM-Z1: of each turn what follows the thinking, without white space at its ends. */
export const glmZ1 = glm0414Program([statement("set visible = content.split('</think>')[-1].strip()")], 'visible')
