/** The list of tokens in a GGUF file, checked. */
import { GgufError, type GgufFile } from '../gguf/file'
import { findIntegers, findTexts, required } from '../gguf/metadata'
import { encodeUtf8 } from '../utf8'
import { bytesOfText } from './byte-alphabet'

export interface Entries {
  readonly texts: readonly string[]
  readonly types: Int32Array
  /** Token by its text in the file. */
  readonly ids: ReadonlyMap<string, number>
}

/** Token types of the GGUF specification. */
export const tokenType = { normal: 1, unknown: 2, control: 3, userDefined: 4, unused: 5, byte: 6 } as const
const tokensMax = 1 << 20

/** @throws GgufError if it is missing or damaged. */
export function readEntries(file: Pick<GgufFile, 'metadata'>): Entries {
  const texts = required('tokenizer.ggml.tokens', findTexts(file, 'tokenizer.ggml.tokens'))
  if (texts.length === 0 || texts.length > tokensMax) throw new GgufError(`is damaged: it has ${texts.length} tokens`)
  const ids = new Map(texts.map((text, id) => [text, id]))
  if (ids.size !== texts.length) throw new GgufError('is damaged: two of its tokens have the same text')
  if (ids.has('')) throw new GgufError('is damaged: one of its tokens has no text')
  return { texts, types: readTypes(file, texts.length), ids }
}

function readTypes(file: Pick<GgufFile, 'metadata'>, size: number): Int32Array {
  const types = findIntegers(file, 'tokenizer.ggml.token_type')
  if (types === null) return new Int32Array(size).fill(tokenType.normal)
  if (types.length !== size) throw new GgufError(`is damaged: it has ${size} tokens and the types of ${types.length}`)
  const copy = Int32Array.from(types)
  const odd = copy.find((type) => type < 0 || type > tokenType.byte)
  if (odd !== undefined) throw new GgufError(`is damaged: ${odd} is no type of token`)
  return copy
}

/** Can text become this token? Not the marks of turns, nor places that are merely kept free. */
export function isWritable({ types }: Entries, id: number): boolean {
  const type = types[id]
  return type !== tokenType.control && type !== tokenType.unknown && type !== tokenType.unused
}

/** The token with this text in the file, if text may become it. */
export function writtenBy(entries: Entries, text: string): number | undefined {
  const id = entries.ids.get(text)
  return id !== undefined && isWritable(entries, id) ? id : undefined
}

const nothing = new Uint8Array(0)

/** What a token writes. One that the model's makers added by hand stands as it is; all others are in the alphabet of bytes. */
export function writtenBytes(entries: Entries, id: number): Uint8Array {
  if (!isWritable(entries, id)) return nothing
  const text = entries.texts[id] ?? ''
  return (entries.types[id] === tokenType.userDefined ? null : bytesOfText(text)) ?? encodeUtf8(text)
}
