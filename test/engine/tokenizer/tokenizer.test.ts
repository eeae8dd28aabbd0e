import { describe, expect, it } from 'vitest'
import { GgufError, readGguf } from '../../../src-engine/gguf/reader'
import { openFileSource } from '../../../src-engine/gguf/source'
import { byteCharacters } from '../../../src-engine/tokenizer/byte-alphabet'
import { createTokenizer, type Tokenizer } from '../../../src-engine/tokenizer/tokenizer'
import { memorySource } from '../../support/byte-source'
import { writeGguf, type WrittenValue } from '../../support/gguf-writer'
import { fc } from '../../support/properties'
import { smallVocabulary } from '../../support/small-vocabulary'
import { starterModelPath } from '../../support/starter-model'

/** A small tokenizer; `changes` replace values of the metadata, null takes one out. */
function small(pre = 'gpt-2', changes: Readonly<Record<string, WrittenValue | null>> = {}): Tokenizer {
  const kept = smallVocabulary(pre).filter(([key]) => !(key in changes))
  const added = Object.entries(changes).flatMap(([key, value]) => (value === null ? [] : [[key, value] as const]))
  return createTokenizer(readGguf(memorySource(writeGguf({ metadata: [...kept, ...added] }))))
}

function starter(): Tokenizer {
  const source = openFileSource(starterModelPath())
  try {
    return createTokenizer(readGguf(source))
  } finally {
    source.close()
  }
}

const words = (tokenizer: Tokenizer, text: string): string[] => [...tokenizer.encode(text)].map((id) => new TextDecoder().decode(tokenizer.bytesOf(id)))

describe('merging', () => {
  it('merges the lowest rank first and the leftmost of equal ones', () => {
    const tokenizer = small()
    expect(words(tokenizer, 'hello world')).toEqual(['hello', ' world'])
    // "aa" ranks before "aaa" and "ba".
    expect(words(tokenizer, 'aaaaa')).toEqual(['aa', 'aaa'])
    expect(words(tokenizer, 'baa')).toEqual(['b', 'aa'])
    expect(words(tokenizer, 'helloo')).toEqual(['hello', 'o'])
  })

  it('takes a word of a megabyte in its stride', () => {
    const tokenizer = small()
    const begun = process.cpuUsage()
    const ids = tokenizer.encode('a'.repeat(1 << 20))
    expect(process.cpuUsage(begun).user / 1000).toBeLessThan(5000)
    expect(tokenizer.decode(ids)).toBe('a'.repeat(1 << 20))
  })

  it('gives the same tokens whether a word was seen before or not', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom('a', 'aa', 'hello', ' world', ' ', 'ä', '\n', 'b')), (parts) => {
        const text = parts.join('')
        const tokenizer = small()
        const first = [...tokenizer.encode(text)]
        expect([...tokenizer.encode(text)]).toEqual(first)
        expect(tokenizer.decode(first)).toBe(text)
      }),
      { numRuns: 50 },
    )
  })

  it('reads two megabytes of text a second, at least', () => {
    const tokenizer = starter()
    const text = Array.from({ length: 60_000 }, (_, i) => `Word${i % 7_000} of line ${i}, that it's about. `).join('')
    const begun = process.cpuUsage()
    tokenizer.encode(text)
    expect(text.length / process.cpuUsage(begun).user).toBeGreaterThan(2)
  })
})

describe('merging by rank', () => {
  const merges = (...value: string[]): WrittenValue => ({ type: 'array', of: 'string', value })
  /** "ab" is a token that no list of merges makes, "aaa" one that two pairs make. */
  const glm = (changes: Readonly<Record<string, WrittenValue | null>> = {}): Tokenizer => small('glm4', changes)

  it('takes a word that is a token whole, and merges any two that make one, with or without a list', () => {
    for (const changes of [{}, { 'tokenizer.ggml.merges': null }, { 'tokenizer.ggml.merges': merges('h e l l o', 'a a') }]) {
      expect(words(glm(changes), 'hello world')).toEqual(['hello', ' world'])
      // "aaa" is made of "a" and "aa" too; of equal ones the leftmost.
      expect(words(glm(changes), 'aaaaa')).toEqual(['aa', 'aaa'])
      expect(words(glm(changes), 'xaaaa')).toEqual(['x', 'aa', 'aa'])
    }
  })

  it('reads flaws of UTF-8 as the Unicode Standard advises', () => {
    for (const hex of ['e28261', 'f09f98', 'c080', 'eda080', 'ff', 'f4908080']) {
      const bytes = Buffer.from(hex, 'hex')
      expect(glm().decode(glm().encodeBytes(bytes))).toBe(new TextDecoder().decode(bytes))
    }
  })

  it.each<[what: string, changes: Readonly<Record<string, WrittenValue | null>>, words: RegExp]>([
    ['merges in another order than their tokens', { 'tokenizer.ggml.merges': merges('l l', 'h e') }, /merge 1 \("h e"\) stands in another order/],
    ['a merge that makes no token', { 'tokenizer.ggml.merges': merges('q q q') }, /merge 0 \("q q q"\) is not of tokens/],
    ['no token for a byte', { 'tokenizer.ggml.tokens': merges(...byteCharacters.slice(1)), 'tokenizer.ggml.token_type': null, 'tokenizer.ggml.eos_token_id': null }, /has no token for the byte 0/],
    ['an ordinary token behind others', { 'tokenizer.ggml.tokens': merges('<x>', ...byteCharacters), 'tokenizer.ggml.eos_token_id': null,
      'tokenizer.ggml.token_type': { type: 'array', of: 'int32', value: [3, ...Array<number>(256).fill(1)] } }, /ordinary tokens do not come first/],
  ])('refuses %s', (_, changes, expected) => {
    expect(() => glm(changes)).toThrow(GgufError)
    expect(() => glm(changes)).toThrow(expected)
  })
})

describe('text and bytes', () => {
  it('gives back any text', () => {
    const tokenizer = small('qwen2')
    fc.assert(fc.property(fc.string({ unit: fc.integer({ min: 0, max: 0x10ffff }).map((point) => String.fromCodePoint(point)), maxLength: 60 }), (text) => {
      expect(tokenizer.decode(tokenizer.encode(text))).toBe(Buffer.from(text).toString())
    }))
  })

  it('leaves out bytes that the vocabulary has no token for, as libllama does', () => {
    expect(starter().decode(starter().encode('a\u0004b'))).toBe('ab')
  })

  it('reads what is far outside Unicode as U+FFFD', () => {
    const tokenizer = small()
    for (const hex of ['f5808080', 'f4908080', 'f8', 'ff']) expect(tokenizer.decode(tokenizer.encodeBytes(Buffer.from(hex, 'hex')))).toMatch(/^\ufffd+$/)
  })

  it('has no control token in the tokens of any text', () => {
    const tokenizer = small('llama-bpe')
    const marks = ['<|im_start|>', '<|im_end|>', '<|endoftext|>', 'a', ' ', '\n']
    const control = new Set(marks.flatMap((mark) => tokenizer.control(mark) ?? []))
    expect(control.size).toBe(3)
    fc.assert(fc.property(fc.array(fc.constantFrom(...marks)), (parts) => {
      expect([...tokenizer.encode(parts.join(''))].filter((id) => control.has(id))).toEqual([])
    }))
  })

  it('takes letters for text where they spell a control token, also where whole words come first', () => {
    const tokens = [...byteCharacters, 'hello', 'wo']
    const vocabulary = {
      'tokenizer.ggml.tokens': { type: 'array', of: 'string', value: tokens },
      'tokenizer.ggml.token_type': { type: 'array', of: 'int32', value: tokens.map((token) => (token === 'hello' ? 3 : 1)) },
      'tokenizer.ggml.merges': { type: 'array', of: 'string', value: ['w o'] },
      'tokenizer.ggml.eos_token_id': null,
    } as const
    const tokenizer = small('llama-bpe', vocabulary)
    expect(tokenizer.control('hello')).toBe(256)
    expect(words(tokenizer, 'hello')).toEqual(['h', 'e', 'l', 'l', 'o'])
    expect(() => small('gpt-2', { ...vocabulary, 'tokenizer.ggml.merges': { type: 'array', of: 'string', value: ['w o', 'hell o'] } })).toThrow(/merge 1/)
  })

  it('writes nothing for control tokens', () => {
    const tokenizer = small()
    expect(tokenizer.decode([tokenizer.control('<|im_end|>') ?? -1, ...tokenizer.encode('a'), 1_000_000, -1])).toBe('a')
  })
})

describe('tables that cannot be used are refused', () => {
  const texts = (...value: string[]): WrittenValue => ({ type: 'array', of: 'string', value })
  const size = small().size
  it.each<[what: string, changes: Readonly<Record<string, WrittenValue | null>>, words: RegExp]>([
    ['no kind of tokenizer', { 'tokenizer.ggml.model': null }, /does not say tokenizer.ggml.model/],
    ['a kind that is not known', { 'tokenizer.ggml.model': { type: 'string', value: 'rwkv' } }, /not known here \("rwkv"\)/],
    ['no rules for words', { 'tokenizer.ggml.pre': null }, /does not say how text is cut into words/],
    ['the rules "default"', { 'tokenizer.ggml.pre': { type: 'string', value: 'default' } }, /does not say how text is cut into words/],
    ['rules that are not known', { 'tokenizer.ggml.pre': { type: 'string', value: 'hunyuan' } }, /not known here \("hunyuan"\)/],
    ['no tokens', { 'tokenizer.ggml.tokens': null }, /does not say tokenizer.ggml.tokens/],
    ['an empty list of tokens', { 'tokenizer.ggml.tokens': texts() }, /has 0 tokens/],
    ['tokens that are numbers', { 'tokenizer.ggml.tokens': { type: 'array', of: 'int8', value: [1] } }, /is an array of int8, not an array of texts/],
    ['tokens that are one text', { 'tokenizer.ggml.tokens': { type: 'string', value: 'a' } }, /is of type string, not an array of texts/],
    ['two tokens of one text', { 'tokenizer.ggml.tokens': texts('a', 'b', 'a') }, /two of its tokens have the same text/],
    ['a token without text', { 'tokenizer.ggml.tokens': texts('a', '') }, /one of its tokens has no text/],
    ['types for fewer tokens', { 'tokenizer.ggml.token_type': { type: 'array', of: 'int32', value: [1] } }, /has \d+ tokens and the types of 1/],
    ['types as bytes (read as 4-byte numbers elsewhere)', { 'tokenizer.ggml.token_type': { type: 'array', of: 'int8', value: Array<number>(size).fill(1) } }, /is an array of int8, not an array of whole numbers/],
    ['types as texts', { 'tokenizer.ggml.token_type': texts(...Array<string>(size).fill('1')) }, /is an array of string/],
    ['a type that does not exist', { 'tokenizer.ggml.token_type': { type: 'array', of: 'int32', value: Array<number>(size).fill(7) } }, /7 is no type of token/],
    ['no merges', { 'tokenizer.ggml.merges': null }, /does not say tokenizer.ggml.merges/],
    ['a merge of what is no token', { 'tokenizer.ggml.merges': texts('h e', 'zz q') }, /merge 1 \("zz q"\) is not of tokens/],
    ['a merge into what is no token', { 'tokenizer.ggml.merges': texts('q q') }, /merge 0 \("q q"\) is not of tokens/],
    ['a merge of one part', { 'tokenizer.ggml.merges': texts('he') }, /merge 0 \("he"\) is not of tokens/],
    ['an end that is no token', { 'tokenizer.ggml.eos_token_id': { type: 'uint32', value: 4_294_967_295 } }, /eos_token_id is 4294967295; 0 to \d+ is possible/],
    ['an end that is a text', { 'tokenizer.ggml.eos_token_id': { type: 'string', value: '2' } }, /eos_token_id is of type string, not a whole number/],
    ['a beginning that is no token', { 'tokenizer.ggml.bos_token_id': { type: 'int32', value: -1 } }, /bos_token_id is -1/],
    ['a flag that is a number', { 'tokenizer.ggml.add_bos_token': { type: 'uint8', value: 1 } }, /add_bos_token is of type uint8, not true or false/],
  ])('%s', (_, changes, expected) => {
    expect(() => small('gpt-2', changes)).toThrow(GgufError)
    expect(() => small('gpt-2', changes)).toThrow(expected)
  })

  it('but types may be left out', () => expect(small('gpt-2', { 'tokenizer.ggml.token_type': null }).size).toBe(size))

  it('and a beginning is told where the file wants one', () => {
    const bos = { 'tokenizer.ggml.bos_token_id': { type: 'uint32', value: 5 } } as const
    expect(small('gpt-2', bos).begin).toBeNull()
    expect(small('gpt-2', { ...bos, 'tokenizer.ggml.add_bos_token': { type: 'bool', value: true } }).begin).toBe(5)
  })
})
