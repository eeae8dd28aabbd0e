/** From characters of messages to tokens of the prompt that holds them. */
import type { ChatMessage, TextRange } from '../protocol'
import type { Tokenizer } from '../tokenizer/tokenizer'
import { encodeUtf8 } from '../utf8'
import type { TokenSpan } from './masses'

/** The tokens of a prompt that hold each range, in order; a token that two ranges share belongs to both. A range that is not found has no tokens. */
export function placeRanges(prompt: Int32Array, tokenizer: Pick<Tokenizer, 'bytesOf'>, messages: readonly ChatMessage[], ranges: readonly TextRange[]): readonly TokenSpan[] {
  const pieces = Array.from(prompt, (id) => tokenizer.bytesOf(id))
  const ends = runningSum(pieces.map((piece) => piece.length))
  const contents = findContents(Buffer.concat(pieces), messages)
  const bytesBefore = messages.map(({ content }) => byteCounter(content))
  return ranges.map(({ message, start, end }) => {
    const [from, before] = [contents[message], bytesBefore[message]]
    if (from === undefined || before === undefined) return { start: 0, end: 0 }
    const [first, last] = [from + before(start), from + before(end)]
    return { start: firstAbove(ends, first), end: firstAbove(ends, last - 1) + 1 }
  })
}

/** UTF-8 bytes before a place of a text, quick for places in rising order: a whole book is asked about sentence by sentence. */
function byteCounter(text: string): (place: number) => number {
  let [at, bytes] = [0, 0]
  return (place) => {
    if (place < at) [at, bytes] = [0, 0]
    bytes += encodeUtf8(text.slice(at, place)).length
    at = place
    return bytes
  }
}

/** Byte offsets of the contents: from the last on, each before the one behind it, because a turn's role comes before its content. */
function findContents(text: Buffer, messages: readonly ChatMessage[]): readonly (number | undefined)[] {
  const found = new Array<number | undefined>(messages.length)
  let before = text.length
  for (let i = messages.length - 1; i >= 0; i--) {
    const bytes = encodeUtf8(messages[i]?.content ?? '')
    const at = before < bytes.length ? -1 : text.lastIndexOf(bytes, before - bytes.length)
    if (at < 0) continue
    found[i] = at
    before = at
  }
  return found
}

function runningSum(lengths: readonly number[]): readonly number[] {
  let sum = 0
  return lengths.map((length) => (sum += length))
}

/** Index of the first number above `value` in a rising list. */
function firstAbove(rising: readonly number[], value: number): number {
  let low = 0
  let high = rising.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if ((rising[middle] ?? 0) > value) high = middle
    else low = middle + 1
  }
  return low
}
