import { GgufError } from '../gguf/file'
import type { Tokenizer } from '../tokenizer/tokenizer'

/** A piece of a prompt: a token, a control token by what it is called, or text, whatever marks it spells. */
export type Piece = { readonly id: number } | { readonly mark: string } | { readonly text: string }

/** @throws GgufError if the vocabulary has no control token of this text */
export function markId(tokenizer: Tokenizer, mark: string): number {
  const id = tokenizer.control(mark)
  if (id === null) throw new GgufError(`is damaged: its chat template uses ${mark}, which is not one of its tokens`)
  return id
}

/** Tokens of the pieces, each by itself. @throws GgufError as `markId` does */
export function tokensOf(tokenizer: Tokenizer, pieces: readonly Piece[]): Int32Array {
  const parts = pieces.map((piece) => {
    if ('text' in piece) return tokenizer.encode(piece.text)
    return Int32Array.of('id' in piece ? piece.id : markId(tokenizer, piece.mark))
  })
  const all = new Int32Array(parts.reduce((length, part) => length + part.length, 0))
  let at = 0
  for (const part of parts) {
    all.set(part, at)
    at += part.length
  }
  return all
}
