/** What a GGUF file says of merges, checked. */
import { GgufError, type GgufFile } from '../gguf/file'
import { findTexts, required } from '../gguf/metadata'
import { byteCharacters } from './byte-alphabet'
import { tokenType, writtenBy, type Entries } from './entries'
import { listedMerges, type Merges } from './merges'

const mergesKey = 'tokenizer.ggml.merges'

const notOfTokens = (merge: string, rank: number): GgufError => new GgufError(`is damaged: its merge ${rank} ("${merge}") is not of tokens that text may become`)

/** The file's list: two tokens and a blank between, by rank. @throws GgufError if it is missing or names what is no token */
export function readListedMerges(file: Pick<GgufFile, 'metadata'>, entries: Entries): Merges {
  const merges = required(mergesKey, findTexts(file, mergesKey))
  const pairs = new Int32Array(merges.length * 2)
  const results = new Int32Array(merges.length)
  merges.forEach((merge, rank) => {
    const gap = merge.indexOf(' ', 1)
    const left = writtenBy(entries, merge.slice(0, gap))
    const right = writtenBy(entries, merge.slice(gap + 1))
    const result = gap < 0 ? undefined : writtenBy(entries, merge.slice(0, gap) + merge.slice(gap + 1))
    if (left === undefined || right === undefined || result === undefined) throw notOfTokens(merge, rank)
    pairs[rank * 2] = left
    pairs[rank * 2 + 1] = right
    results[rank] = result
  })
  return listedMerges(pairs, results)
}

/**
 * Holds a file to what makes a token's number its rank: the ordinary tokens come first, each byte among them, and the merges that programs wrote into
 * the file (of two to seven parts, all or only one for each token) follow each other as the tokens do that they make.
 * @throws GgufError if its tokens are in another order
 */
export function checkRanks(file: Pick<GgufFile, 'metadata'>, entries: Entries): void {
  const others = entries.types.findIndex((type) => type !== tokenType.normal)
  if (others >= 0 && entries.types.subarray(others).includes(tokenType.normal)) throw new GgufError('is damaged: its ordinary tokens do not come first')
  const byte = byteCharacters.findIndex((character) => writtenBy(entries, character) === undefined)
  if (byte >= 0) throw new GgufError(`is damaged: it has no token for the byte ${byte}`)
  let before = 0
  findTexts(file, mergesKey)?.forEach((merge, rank) => {
    const made = writtenBy(entries, merge.replaceAll(' ', ''))
    if (made === undefined) throw notOfTokens(merge, rank)
    if (made < before) throw new GgufError(`is damaged: its merge ${rank} ("${merge}") stands in another order than its tokens`)
    before = made
  })
}
