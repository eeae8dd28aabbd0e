/** The tokenizer's tables as a GGUF file holds them, checked: a file whose tokens could not be made again exactly is refused. */
import { GgufError, type GgufFile } from '../gguf/file'
import { findCount, findFlag, findText, required } from '../gguf/metadata'
import { byteCharacters } from './byte-alphabet'
import { isWritable, readEntries, writtenBytes, writtenBy, type Entries } from './entries'
import { families, type Family } from './families'
import { rankedMerges, type Merges } from './merges'
import { checkRanks, readListedMerges } from './read-merges'
import { createTokenTable, packTokenBytes, type TokenBytes, type TokenTable } from './token-bytes'

export interface Vocabulary {
  readonly size: number
  readonly family: Family
  /** What each token writes; nothing for control tokens. */
  readonly tokens: TokenBytes
  /** The tokens that only the program may write, as the marks of turns are, by their text in the file. */
  readonly control: ReadonlyMap<string, number>
  /** Token of each byte, -1 where there is none. */
  readonly byteIds: Int32Array
  readonly merges: Merges
  /** The words that are taken whole; null where none are. */
  readonly whole: TokenTable | null
  /** The token that has to begin every text, if the file says so. */
  readonly begin: number | null
  /** Tokens after which nothing follows. */
  readonly ends: ReadonlySet<number>
}

/** @throws GgufError if the tables are missing, damaged or of a kind that is not known here. */
export function readVocabulary(file: Pick<GgufFile, 'metadata'>): Vocabulary {
  const model = required('tokenizer.ggml.model', findText(file, 'tokenizer.ggml.model'))
  if (model !== 'gpt2') throw new GgufError(`cuts text into tokens in a way that is not known here ("${model}")`, 'unsupported')
  const family = readFamily(file)
  const entries = readEntries(file)
  const { texts } = entries
  const tokens = packTokenBytes(texts.map((_, id) => writtenBytes(entries, id)))
  const byteIds = Int32Array.from(byteCharacters, (character) => writtenBy(entries, character) ?? -1)
  return {
    size: texts.length,
    family,
    tokens,
    control: new Map(texts.flatMap((text, id) => (isWritable(entries, id) ? [] : [[text, id] as const]))),
    byteIds,
    ...readMerging(file, family, entries, tokens),
    begin: readBegin(file, texts.length),
    ends: readEnds(file, texts.length),
  }
}

function readFamily(file: Pick<GgufFile, 'metadata'>): Family {
  const pre = findText(file, 'tokenizer.ggml.pre')
  if (pre === null || pre === 'default') throw new GgufError('does not say how text is cut into words (tokenizer.ggml.pre); a newer copy of the model does', 'unsupported')
  const family = families.get(pre)
  if (family === undefined) throw new GgufError(`cuts text into words in a way that is not known here ("${pre}")`, 'unsupported')
  return family
}

function readMerging(file: Pick<GgufFile, 'metadata'>, family: Family, entries: Entries, tokens: TokenBytes): Pick<Vocabulary, 'merges' | 'whole'> {
  const ids = family.wholeFirst || family.merges === 'ranked' ? entries.texts.flatMap((_, id) => (isWritable(entries, id) ? [id] : [])) : []
  const table = createTokenTable(tokens, ids)
  if (family.merges === 'ranked') checkRanks(file, entries)
  return {
    merges: family.merges === 'ranked' ? rankedMerges(table) : readListedMerges(file, entries),
    whole: family.wholeFirst ? table : null,
  }
}

function readBegin(file: Pick<GgufFile, 'metadata'>, size: number): number | null {
  const id = findCount(file, 'tokenizer.ggml.bos_token_id', 0, size - 1)
  return findFlag(file, 'tokenizer.ggml.add_bos_token') === true ? id : null
}

function readEnds(file: Pick<GgufFile, 'metadata'>, size: number): ReadonlySet<number> {
  const keys = ['tokenizer.ggml.eos_token_id', 'tokenizer.ggml.eot_token_id', 'tokenizer.ggml.eom_token_id']
  return new Set(keys.flatMap((key) => findCount(file, key, 0, size - 1) ?? []))
}
