import type { GgufFile } from '../gguf/file'
import { encodeUtf8 } from '../utf8'
import { normalise } from './lenient-utf8'
import { createMerger } from './merge'
import { locateTokens, type LocatedTokens } from './source-offsets'
import { split } from './split'
import { readUtf8 } from './stream'
import { bytesOf } from './token-bytes'
import { readVocabulary, type Vocabulary } from './vocabulary'
import { createWordCache } from './word-cache'

export interface Tokenizer {
  readonly size: number
  /** The tokens of a text. Whatever it contains, none is a control token: those come from `control` alone. */
  encode(text: string): Int32Array
  /** The same, with the place in the text that each came from. */
  encodeLocated(text: string): LocatedTokens
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
  const { tokens, control, family } = vocabulary
  const encode = createEncoder(vocabulary)
  return {
    size: vocabulary.size,
    encode: (text) => encode(encodeUtf8(text)),
    encodeLocated(text) {
      const bytes = encodeUtf8(text)
      return locateTokens(bytes, encode(bytes), vocabulary)
    },
    encodeBytes: (bytes) => encode(family.malformed === 'unicode' ? encodeUtf8(readUtf8(bytes)) : normalise(bytes)),
    bytesOf: (id) => bytesOf(tokens, id),
    decode: (ids) => readUtf8(join(Array.from(ids, (id) => bytesOf(tokens, id)))),
    control: (text) => control.get(text) ?? null,
    begin: vocabulary.begin,
    ends: vocabulary.ends,
  }
}

function join(parts: readonly Uint8Array[]): Uint8Array {
  const bytes = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0))
  let at = 0
  for (const part of parts) {
    bytes.set(part, at)
    at += part.length
  }
  return bytes
}

/** Tokens of well-formed UTF-8. */
function createEncoder({ family, merges, byteIds, whole }: Vocabulary): (bytes: Uint8Array) => Int32Array {
  const merger = createMerger(merges, byteIds)
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
    const id = whole === null ? -1 : whole.find(bytes, start, end)
    if (id >= 0) push(id)
    else merger.merge(bytes, start, end, push)
  }

  return (bytes) => {
    size = 0
    split(bytes, family.split, (start, end) => {
      if (cache.replay(bytes, start, end, push)) return
      const from = size
      encodeWord(bytes, start, end)
      cache.remember(bytes, start, end, out, from, size)
    })
    return out.slice(0, size)
  }
}
