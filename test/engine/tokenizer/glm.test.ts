import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { readGguf } from '../../../src-engine/gguf/reader'
import { createTokenizer, type Tokenizer } from '../../../src-engine/tokenizer/tokenizer'
import { memorySource } from '../../support/byte-source'
import { writeGguf, type WrittenValue } from '../../support/gguf-writer'
import { glmVocabularyPath, hasGlmVocabulary, hasPythonReferences, tiktokenIds } from '../../support/glm-reference'
import { glmSpecialTokens, glmVocabulary } from '../../support/glm-vocabulary'
import { languageTexts } from '../../support/language-texts'
import { openReferenceTokenizer } from '../../support/libllama-tokenizer'
import { seededRandom } from '../../support/seeded-random'
import { testData } from '../../support/test-data'

interface Case {
  readonly text: string
  readonly ids: readonly number[]
  readonly merged?: readonly number[]
}

const readCases = (file: string): readonly Case[] => JSON.parse(readFileSync(testData('tokens', file), 'utf8')) as Case[]

/** Ordinary tokens; the special ones follow. */
const ranks = 151_329

let folder = ''
let tokenizer: Tokenizer
let merges: WrittenValue | undefined

/** Comparing a million numbers by `toEqual` is slow; the first difference is what one wants to see. */
function expectSame(text: string, ours: ArrayLike<number>, theirs: ArrayLike<number>): void {
  const length = Math.max(ours.length, theirs.length)
  for (let i = 0; i < length; i++) {
    if (ours[i] === theirs[i]) continue
    const around = (ids: ArrayLike<number>): number[] => Array.from(ids).slice(Math.max(0, i - 3), i + 5)
    expect(around(ours), `token ${i}, after ${JSON.stringify(tokenizer.decode(Array.from(ours).slice(Math.max(0, i - 8), i)))} in ${JSON.stringify(text.slice(0, 80))}`).toEqual(around(theirs))
  }
}

function expectLikeTiktoken(texts: readonly string[]): number {
  const theirs = tiktokenIds(texts)
  texts.forEach((text, i) => expectSame(text, tokenizer.encode(text), theirs[i] ?? []))
  return theirs.reduce((sum, ids) => sum + ids.length, 0)
}

describe.skipIf(!hasGlmVocabulary)('GLM-4, from a file as converters write it', () => {
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'longleaf-glm-'))
    const metadata = glmVocabulary(glmVocabularyPath, 'chatglm-bpe', 'all')
    const bytes = writeGguf({ metadata })
    merges = metadata.find(([key]) => key === 'tokenizer.ggml.merges')?.[1]
    writeFileSync(join(folder, 'glm.gguf'), bytes)
    tokenizer = createTokenizer(readGguf(memorySource(bytes)))
  })

  afterAll(() => rmSync(folder, { recursive: true, force: true }))

  it('has the tokens of published files, the special ones in their places', () => {
    // As the loader's logs show published files of GLM-4: 151,552 tokens, 318,088 merges.
    expect(tokenizer.size).toBe(151_552)
    expect(merges?.type === 'array' && merges.value.length).toBe(318_088)
    expect(glmSpecialTokens.map((text) => tokenizer.control(text))).toEqual(glmSpecialTokens.map((_, i) => ranks + i))
    expect([...tokenizer.ends].sort()).toEqual([151_329, 151_336])
    expect(tokenizer.begin).toBeNull()
  })

  it('makes the known tokens of 376 texts', () => {
    const cases = readCases('glm4-texts.json')
    expect(cases).toHaveLength(376)
    for (const { text, ids } of cases) expectSame(text, tokenizer.encode(text), ids)
  })

  it('takes the 1,180 words whole that merging alone does not reach, where llama.cpp splits them', () => {
    const cases = readCases('glm4-whole-words.json')
    expect(cases).toHaveLength(1_180)
    const libllama = openReferenceTokenizer(join(folder, 'glm.gguf'))
    let split = 0
    for (const { text, ids } of cases) {
      expectSame(text, tokenizer.encode(text), ids)
      if (libllama.tokenize(Buffer.from(text), false).length > 1) split++
    }
    // With the long list of merges; the others are reached by a merge that only that list has.
    expect(split).toBe(893)
  })

  it('gives back every text, and takes marks of turns for text', () => {
    for (const { text } of readCases('glm4-texts.json')) expect(tokenizer.decode(tokenizer.encode(text))).toBe(text)
    for (const mark of glmSpecialTokens) {
      const ids = tokenizer.encode(`a ${mark} b\n${mark}`)
      expect(tokenizer.decode(ids)).toBe(`a ${mark} b\n${mark}`)
      expect(Math.max(...ids)).toBeLessThan(ranks)
    }
  })

  describe.skipIf(!hasPythonReferences)('makes the tokens of tiktoken', () => {
    it('of a million tokens of books in seven languages and of code', async () => {
      const texts = await languageTexts()
      expect(Object.keys(texts)).toEqual(['zh', 'ja', 'ko', 'ar', 'ru', 'de', 'en', 'code'])
      expect(expectLikeTiktoken(Object.values(texts))).toBeGreaterThanOrEqual(1_000_000)
    })

    it('of each of its tokens alone', () => {
      const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })
      const texts = Array.from({ length: ranks }, (_, id) => tokenizer.bytesOf(id)).flatMap((bytes) => {
        try {
          return [utf8.decode(bytes)]
        } catch {
          return []
        }
      })
      expect(texts).toHaveLength(150_252)
      expectLikeTiktoken(texts)
    })

    it('of every character that Unicode has, where its being a letter or a number shows', () => {
      // A letter between two words that are tokens makes one word of all, a number or space leaves both whole, any other joins the second; and any
      // other takes the line breaks after it, so that the token of break, blank and break is not made. Planes 4 to 13 hold nothing, 2 and 3 little
      // else than letters.
      const points = Array.from({ length: 0x110000 }, (_, point) => point)
        .filter((point) => point < 0x20000 || (point < 0x40000 && point % 16 === 0) || (point >= 0xe0000 && point < 0xe0200))
        .filter((point) => point < 0xd800 || point > 0xdfff)
      const texts: string[] = []
      for (let first = 0; first < points.length; first += 2_000) {
        texts.push(points.slice(first, first + 2_000).map((point) => String.fromCodePoint(point)).map((each) => `${each}\n \n选择${each}选择`).join(''))
      }
      expectLikeTiktoken(texts)
    })

    it('of spaces, line breaks, numbers and endings in all mixtures', () => {
      const random = seededRandom(30)
      const parts = [' ', '  ', '\n', '\r\n', '\r', '\t', '\u00a0', '\u3000', '\u2028', '\u0085', '\v', "'s", "'S", "'ſ", "'ll", "'Ll", "'RE", "'vE", "'m", "'", '1', '234', '٣', '½', 'a', 'Wort', ' 选择', '选', '.', '...', '_', '\u0301', '😀', '\u0000', '\ufeff', '\ud800']
      expectLikeTiktoken(Array.from({ length: 5_000 }, () => Array.from({ length: 1 + Math.floor(random() * 14) }, () => parts[Math.floor(random() * parts.length)] ?? '').join('')))
    })

    it('of one long word, and of a thousand blanks', () => {
      const random = seededRandom(31)
      const long = (letters: string, length: number): string => Array.from({ length }, () => letters[Math.floor(random() * letters.length)] ?? '').join('')
      expectLikeTiktoken([long('ab', 20_000), long('acgt', 5_000), long('的一是了我不', 3_000), long('=-', 5_000), ' '.repeat(1_000), `${' '.repeat(1_000)}x`, '\n'.repeat(999), long(' \n\t', 2_000)])
    })

    it('of bytes that are not UTF-8, each flaw read as U+FFFD', () => {
      const random = seededRandom(50)
      const byte = (): number => (random() < 0.6 ? 0x80 + Math.floor(random() * 0x80) : 0x20 + Math.floor(random() * 0x5f))
      const broken = Array.from({ length: 3_000 }, () => Uint8Array.from({ length: 1 + Math.floor(random() * 40) }, byte))
      const theirs = tiktokenIds(broken.map((bytes) => new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes)))
      broken.forEach((bytes, i) => expectSame(Buffer.from(bytes).toString('hex'), tokenizer.encodeBytes(bytes), theirs[i] ?? []))
    })
  })
})
