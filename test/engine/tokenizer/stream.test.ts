import { describe, expect, it } from 'vitest'
import { createTextStream } from '../../../src-engine/tokenizer/stream'
import { decodeUtf8, encodeUtf8 } from '../../../src-engine/utf8'
import { fc } from '../../support/properties'

/** Bytes that make and break characters more often than random ones do. */
const telling = [0x41, 0x80, 0x8f, 0x90, 0x9f, 0xa0, 0xbf, 0xc2, 0xe0, 0xe2, 0xed, 0xef, 0xf0, 0xf3, 0xf4, 0xf5]
const byte = fc.oneof(fc.integer({ min: 0, max: 255 }), fc.constantFrom(...telling))
const pieces = fc.array(fc.array(byte, { maxLength: 8 }).map((bytes) => Uint8Array.from(bytes)), { maxLength: 8 })

describe('a stream of text', () => {
  it('gives a character once its last byte came, whatever the pieces', () => {
    const text = 'aß選😀\u0301z'
    const bytes = new TextEncoder().encode(text)
    for (let size = 1; size <= bytes.length; size++) {
      const stream = createTextStream()
      const given: string[] = []
      for (let at = 0; at < bytes.length; at += size) given.push(stream.push(bytes.subarray(at, at + size)))
      expect(given.join('')).toBe(text)
      expect(given.every((part) => Buffer.from(part).toString() === part)).toBe(true)
      expect(stream.end()).toBe('')
    }
  })

  it('gives at each step exactly what the WHATWG decoder gives, also for bytes that are no text', () => {
    fc.assert(
      fc.property(pieces, (parts) => {
        const stream = createTextStream()
        const reference = new TextDecoder('utf-8', { ignoreBOM: true })
        for (const part of parts) expect(stream.push(part)).toBe(reference.decode(part, { stream: true }))
        expect(stream.end()).toBe(reference.decode())
      }),
      { numRuns: 5_000 },
    )
  })

  it('shows U+FFFD for a character that was never completed', () => {
    const stream = createTextStream()
    expect([stream.push(Uint8Array.of(0x61, 0xf0, 0x9f)), stream.end()]).toEqual(['a', '\ufffd'])
  })
})

describe('UTF-8', () => {
  it('is written as the platform writes it, unpaired surrogates included', () => {
    fc.assert(fc.property(fc.string({ unit: fc.integer({ min: 0, max: 0xffff }).map((unit) => String.fromCharCode(unit)) }), (text) => {
      expect([...encodeUtf8(text)]).toEqual([...new TextEncoder().encode(text)])
    }))
  })

  it('is read as the platform reads it, and null where that refuses', () => {
    const platform = (bytes: Uint8Array): string | null => {
      try {
        return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
      } catch {
        return null
      }
    }
    fc.assert(fc.property(pieces, (parts) => {
      expect(decodeUtf8(Buffer.concat(parts))).toBe(platform(Buffer.concat(parts)))
    }), { numRuns: 2_000 })
    const long = new TextEncoder().encode('😀ж'.repeat(20_000))
    expect(decodeUtf8(long)).toBe(platform(long))
  })
})
