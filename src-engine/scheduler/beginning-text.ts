/** A text at the beginning of a chat, about which different questions may follow. */
import type { TokenSources } from '../reading/record'
import { lengthByLead } from '../tokenizer/lenient-utf8'
import type { Tokenizer } from '../tokenizer/tokenizer'
import type { ChatMessage } from '../protocol'
import { encodeUtf8 } from '../utf8'
import type { ChatFormat } from '../chat/prompt'

interface BeginningText {
  /** What every such chat begins with, whatever follows. */
  readonly tokens: readonly number[]
  /** Of tokens that are of the last message: part 0, and the place in its content. */
  readonly sources: TokenSources
}

/** Two ways in which a message may go on that have no letter or token in common. */
const continuations = ['a', '1'] as const

interface Reader {
  readonly format: ChatFormat
  readonly tokenizer: Pick<Tokenizer, 'bytesOf'>
}

/** @param messages of which the last goes on: its content is the text. */
export function beginningText({ format, tokenizer }: Reader, messages: readonly ChatMessage[]): BeginningText {
  const before = messages.slice(0, -1)
  const last: ChatMessage = messages.at(-1) ?? { role: 'user', content: '' }
  const [one, other] = continuations.map((more) => format.prompt([...before, { ...last, content: last.content + more }])) as [Int32Array, Int32Array]
  let length = 0
  while (length < one.length && one[length] === other[length]) length++
  return { tokens: Array.from(one.subarray(0, length)), sources: sourcesOf(one, length, last.content, tokenizer) }
}

/** Where the first `length` tokens of a prompt stand in the content of its last message. */
function sourcesOf(prompt: Int32Array, length: number, content: string, tokenizer: Pick<Tokenizer, 'bytesOf'>): TokenSources {
  const pieces = Array.from(prompt, (id) => tokenizer.bytesOf(id))
  const bytes = encodeUtf8(content)
  const start = Buffer.concat(pieces).lastIndexOf(bytes)
  const [parts, offsets] = [new Int32Array(length).fill(-1), new Int32Array(length)]
  let place = 0
  // The first byte of the character that the place last looked at lies in, and its first unit.
  let [character, unit] = [0, 0]
  for (let i = 0; i < length; i++) {
    const at = place - start
    place += pieces[i]?.length ?? 0
    if (start < 0 || at < 0 || at >= bytes.length || place - start === at) continue
    for (let next = character + lengthByLead(bytes[character] ?? 0); next <= at; next += lengthByLead(bytes[next] ?? 0)) {
      unit += next - character === 4 ? 2 : 1
      character = next
    }
    parts[i] = 0
    offsets[i] = unit
  }
  return { parts, offsets }
}
