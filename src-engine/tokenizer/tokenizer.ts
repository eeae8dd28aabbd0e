import type { GgufFile } from '../gguf/file'
import { encodeUtf8 } from '../utf8'
import { textOfBytes } from './byte-alphabet'
import { normalise } from './lenient-utf8'
import { createMerger } from './merge'
import { split } from './split'
import { createTextStream } from './stream'
import { readVocabulary } from './vocabulary'
import { createWordCache } from './word-cache'

export interface Tokenizer {
  readonly size: number
  /** The tokens of a text. Whatever it contains, none is a control token: those come from `control` alone. */
  encode(text: string): Int32Array
  /** The same for bytes that need not be UTF-8; those that are not count as U+FFFD. */
  encodeBytes(bytes: Uint8Array): Int32Array
  /** What a token writes; nothing for a control token. */
  bytesOf(id: number): Uint8Array
  /** All that the tokens write, with U+FFFD for what is not UTF-8. */
  decode(ids: Iterable<number>): string
  /** The control token with this text in the file, such as "<|im_end|>"; null if there is none. */
  control(text: string): number | null
  /** The token that has to begin every prompt, if there is one. */
  readonly begin: number | null
  /** Tokens after which nothing follows. */
  readonly ends: ReadonlySet<number>
}

/** @throws GgufError if the file's tokenizer cannot be reproduced exactly. */
export function createTokenizer(file: Pick<GgufFile, 'metadata'>): Tokenizer {
  const vocabulary = readVocabulary(file)
  const encodeBytes = createEncoder(vocabulary)
  return {
    size: vocabulary.size,
    encode: (text) => encodeBytes(encodeUtf8(text)),
    encodeBytes,
    bytesOf: (id) => vocabulary.bytes[id] ?? new Uint8Array(0),
    decode(ids) {
      const parts = Array.from(ids, (id) => vocabulary.bytes[id] ?? new Uint8Array(0))
      const bytes = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0))
      let at = 0
      for (const part of parts) {
        bytes.set(part, at)
        at += part.length
      }
      const stream = createTextStream()
      return stream.push(bytes) + stream.end()
    },
    control(text) {
      const id = vocabulary.ids.get(text)
      return id !== undefined && vocabulary.control[id] === 1 ? id : null
    },
    begin: vocabulary.begin,
    ends: vocabulary.ends,
  }
}

function createEncoder(vocabulary: ReturnType<typeof readVocabulary>): (bytes: Uint8Array) => Int32Array {
  const { rules, control, ids } = vocabulary
  const merger = createMerger(vocabulary.merges, vocabulary.byteIds)
  const cache = createWordCache()
  let out = new Int32Array(1024)
  let size = 0

  function push(id: number): void {
    if (size === out.length) {
      const larger = new Int32Array(size * 2)
      larger.set(out)
      out = larger
    }
    out[size++] = id
  }

  function encodeWord(bytes: Uint8Array, start: number, end: number): void {
    const whole = rules.wholeFirst ? ids.get(textOfBytes(bytes, start, end)) : undefined
    if (whole !== undefined && control[whole] !== 1) push(whole)
    else merger.merge(bytes, start, end, push)
  }

  return (raw) => {
    const bytes = normalise(raw)
    size = 0
    split(bytes, rules, (start, end) => {
      if (cache.replay(bytes, start, end, push)) return
      const from = size
      encodeWord(bytes, start, end)
      cache.remember(bytes, start, end, out, from, size)
    })
    return out.slice(0, size)
  }
}
