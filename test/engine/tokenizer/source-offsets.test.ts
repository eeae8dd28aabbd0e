import { describe, expect, it } from 'vitest'
import { createTokenizer, type Tokenizer } from '../../../src-engine/tokenizer/tokenizer'
import { readMetadata } from '../../support/metadata-file'
import { fc } from '../../support/properties'
import { smallVocabulary } from '../../support/small-vocabulary'

/** A vocabulary that has no token for some bytes: what they stand for is left out. */
const withoutBytes = (...absent: readonly string[]): Tokenizer => createTokenizer(readMetadata(smallVocabulary('qwen2').map(([key, value]) => {
  if (key !== 'tokenizer.ggml.tokens' || value.type !== 'array' || value.of !== 'string') return [key, value]
  return [key, { ...value, value: value.value.map((token, id) => (absent.includes(token) ? `[${id}]` : token)) }]
})))

const unit = fc.oneof(fc.constantFrom('a', 'hello', ' world', '\n\n', 'ä', '选', '😀', '🏳️‍🌈', '\ud83d', '\ude00', '\u0004', ' '), fc.integer({ min: 0, max: 0xffff }).map((code) => String.fromCharCode(code)))
const text = fc.array(unit, { maxLength: 20 }).map((parts) => parts.join(''))

describe('each token and where it stands in the text', () => {
  it('is the bytes that it writes, in order and without gaps', () => {
    const tokenizer = createTokenizer(readMetadata(smallVocabulary('glm4')))
    fc.assert(fc.property(text, (source) => {
      const bytes = Buffer.from(source)
      const { ids, byteStarts, byteEnds } = tokenizer.encodeLocated(source)
      expect([...ids]).toEqual([...tokenizer.encode(source)])
      ids.forEach((id, i) => expect(bytes.subarray(byteStarts[i], byteEnds[i]).equals(tokenizer.bytesOf(id))).toBe(true))
      expect([...byteStarts]).toEqual([0, ...byteEnds].slice(0, ids.length))
      expect(byteEnds.at(-1) ?? 0).toBe(bytes.length)
    }))
  })

  it('is all characters that it is part of, whole, in UTF-16', () => {
    const tokenizer = createTokenizer(readMetadata(smallVocabulary('glm4')))
    fc.assert(fc.property(text, (source) => {
      const { byteStarts, byteEnds, starts, ends } = tokenizer.encodeLocated(source)
      starts.forEach((start, i) => {
        const end = ends[i] ?? 0
        const before = Buffer.byteLength(source.slice(0, start))
        expect(before).toBeLessThanOrEqual(byteStarts[i] ?? 0)
        expect(Buffer.byteLength(source.slice(0, end))).toBeGreaterThanOrEqual(byteEnds[i] ?? 0)
        // One character less on either side would not do.
        const first = source.codePointAt(start) ?? 0
        expect(before + Buffer.byteLength(String.fromCodePoint(first))).toBeGreaterThan(byteStarts[i] ?? 0)
        expect(source.slice(start, end)).toBe(Array.from(source).join('').slice(start, end))
        expect(/^[\udc00-\udfff]/.test(source.slice(start)) && /[\ud800-\udbff]$/.test(source.slice(0, start))).toBe(false)
        expect(/[\ud800-\udbff]$/.test(source.slice(0, end)) && /^[\udc00-\udfff]/.test(source.slice(end))).toBe(false)
      })
      expect(ends.at(-1) ?? 0).toBe(source.length)
    }))
  })

  it('shares a character that is cut, and leaves out what has no token', () => {
    const tokenizer = withoutBytes('z')
    const { ids, byteStarts, byteEnds, starts, ends } = tokenizer.encodeLocated('zz😀azz helloB')
    expect(tokenizer.decode(ids)).toBe('😀a helloB')
    expect([...starts]).toEqual([2, 2, 2, 2, 4, 7, 8, 13])
    expect([...ends]).toEqual([4, 4, 4, 4, 5, 8, 13, 14])
    expect([...byteStarts]).toEqual([2, 3, 4, 5, 6, 9, 10, 15])
    expect([...byteEnds]).toEqual([3, 4, 5, 6, 7, 10, 15, 16])
  })

  it('is nothing of nothing', () => expect(withoutBytes().encodeLocated('').ids).toHaveLength(0))
})
