/** The tokenizer's tables as a GGUF file holds them, checked: a file whose tokens could not be made again exactly is refused. */
import { GgufError, type GgufFile } from '../gguf/file'
import { findCount, findFlag, findIntegers, findText, findTexts, required } from '../gguf/metadata'
import { encodeUtf8 } from '../utf8'
import { byteCharacters, bytesOfText } from './byte-alphabet'
import { createMergeTable, type MergeTable } from './merge-table'
import { splitRules, type SplitRules } from './split'

export interface Vocabulary {
  readonly size: number
  /** Token by its text in the file. */
  readonly ids: ReadonlyMap<string, number>
  /** What each token writes; nothing for control tokens. */
  readonly bytes: readonly Uint8Array[]
  /** 1 where the token is one that only the program may write, as the marks of turns are. */
  readonly control: Uint8Array
  /** Token of each byte, -1 where there is none. */
  readonly byteIds: Int32Array
  readonly merges: MergeTable
  readonly rules: SplitRules
  /** The token that has to begin every text, if the file says so. */
  readonly begin: number | null
  /** Tokens after which nothing follows. */
  readonly ends: ReadonlySet<number>
}

/** Token types of the GGUF specification. */
const tokenType = { unknown: 2, control: 3, userDefined: 4, unused: 5, last: 6 } as const
const tokensMax = 1 << 20

/** @throws GgufError if the tables are missing, damaged or of a kind that is not known here. */
export function readVocabulary(file: Pick<GgufFile, 'metadata'>): Vocabulary {
  const model = required('tokenizer.ggml.model', findText(file, 'tokenizer.ggml.model'))
  if (model !== 'gpt2') throw new GgufError(`cuts text into tokens in a way that is not known here ("${model}")`, 'unsupported')
  const rules = readRules(file)
  const texts = required('tokenizer.ggml.tokens', findTexts(file, 'tokenizer.ggml.tokens'))
  if (texts.length === 0 || texts.length > tokensMax) throw new GgufError(`is damaged: it has ${texts.length} tokens`)
  const ids = new Map(texts.map((text, id) => [text, id]))
  if (ids.size !== texts.length) throw new GgufError('is damaged: two of its tokens have the same text')
  if (ids.has('')) throw new GgufError('is damaged: one of its tokens has no text')
  const types = readTypes(file, texts.length)
  const control = Uint8Array.from(types, (type) => Number(type === tokenType.control || type === tokenType.unknown || type === tokenType.unused))
  return {
    size: texts.length,
    ids,
    bytes: texts.map((text, id) => (control[id] === 1 ? new Uint8Array(0) : bytesOfToken(text, types[id] ?? 1))),
    control,
    byteIds: Int32Array.from(byteCharacters, (character) => writable(ids.get(character), control) ?? -1),
    merges: readMerges(file, ids, control),
    rules,
    begin: readBegin(file, texts.length),
    ends: readEnds(file, ids),
  }
}

function readRules(file: Pick<GgufFile, 'metadata'>): SplitRules {
  const pre = findText(file, 'tokenizer.ggml.pre')
  if (pre === null || pre === 'default') throw new GgufError('does not say how text is cut into words (tokenizer.ggml.pre); a newer copy of the model does', 'unsupported')
  const rules = splitRules.get(pre)
  if (rules === undefined) throw new GgufError(`cuts text into words in a way that is not known here ("${pre}")`, 'unsupported')
  return rules
}

function readTypes(file: Pick<GgufFile, 'metadata'>, size: number): Int32Array {
  const types = findIntegers(file, 'tokenizer.ggml.token_type')
  if (types === null) return new Int32Array(size).fill(1)
  if (types.length !== size) throw new GgufError(`is damaged: it has ${size} tokens and the types of ${types.length}`)
  const copy = Int32Array.from(types)
  const odd = copy.find((type) => type < 0 || type > tokenType.last)
  if (odd !== undefined) throw new GgufError(`is damaged: ${odd} is no type of token`)
  return copy
}

/** A token that the model's makers added by hand is written as it stands; all others are in the alphabet of bytes. */
function bytesOfToken(text: string, type: number): Uint8Array {
  if (type === tokenType.userDefined) return encodeUtf8(text)
  return bytesOfText(text) ?? encodeUtf8(text)
}

/** The token if text may become it. */
const writable = (id: number | undefined, control: Uint8Array): number | undefined => (id === undefined || control[id] === 1 ? undefined : id)

function readMerges(file: Pick<GgufFile, 'metadata'>, ids: ReadonlyMap<string, number>, control: Uint8Array): MergeTable {
  const merges = required('tokenizer.ggml.merges', findTexts(file, 'tokenizer.ggml.merges'))
  const pairs = new Int32Array(merges.length * 2)
  const results = new Int32Array(merges.length)
  merges.forEach((merge, rank) => {
    const gap = merge.indexOf(' ', 1)
    const left = writable(ids.get(merge.slice(0, gap)), control)
    const right = writable(ids.get(merge.slice(gap + 1)), control)
    const result = gap < 0 ? undefined : writable(ids.get(merge.slice(0, gap) + merge.slice(gap + 1)), control)
    if (left === undefined || right === undefined || result === undefined) throw new GgufError(`is damaged: its merge ${rank} ("${merge}") is not of tokens that text may become`)
    pairs[rank * 2] = left
    pairs[rank * 2 + 1] = right
    results[rank] = result
  })
  return createMergeTable(pairs, results)
}

function readBegin(file: Pick<GgufFile, 'metadata'>, size: number): number | null {
  const id = findCount(file, 'tokenizer.ggml.bos_token_id', 0, size - 1)
  return findFlag(file, 'tokenizer.ggml.add_bos_token') === true ? id : null
}

function readEnds(file: Pick<GgufFile, 'metadata'>, ids: ReadonlyMap<string, number>): ReadonlySet<number> {
  const keys = ['tokenizer.ggml.eos_token_id', 'tokenizer.ggml.eot_token_id', 'tokenizer.ggml.eom_token_id']
  return new Set(keys.flatMap((key) => findCount(file, key, 0, ids.size - 1) ?? []))
}
