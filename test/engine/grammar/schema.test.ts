import { describe, expect, it } from 'vitest'
import { createExpressions, type Expression } from '../../../src-engine/grammar/expression'
import { readSchema } from '../../../src-engine/grammar/schema'
import { SettingsError } from '../../../src-engine/sampler/settings'
import { encodeUtf8 } from '../../../src-engine/utf8'
import { fc } from '../../support/properties'

const form = (schema: unknown): Expression => readSchema(schema, createExpressions())
const fits = (schema: unknown, bytes: string | Uint8Array): boolean =>
  (typeof bytes === 'string' ? encodeUtf8(bytes) : bytes).reduce((state, byte) => state.after(byte), form(schema)).mayEnd

describe('a schema', () => {
  it.each<[name: string, schema: unknown, good: readonly string[], bad: readonly string[]]>([
    ['of truth values', { type: 'boolean' }, ['true', 'false'], ['', 'tru', 'null', 'true ', ' true']],
    ['of nothing', { type: 'null' }, ['null'], ['nul', 'nullnull']],
    ['of numbers', { type: 'number' }, ['0', '-1.5e10', '12E-3', '0.001'], ['01', '.5', '1.', '1e', '+1', 'NaN', '1e999', `1${'0'.repeat(20)}`]],
    ['of whole numbers', { type: 'integer' }, ['0', '-3', '123456789012345'], ['1.0', '1e3', '-0', '1234567890123456', '00']],
    ['of texts', { type: 'string' }, ['""', '"a b"', '"ä😀"', '"\\n\\"\\u00e4\\ud7ff"'], ['"', 'a', '"\n"', '"\\x"', '"\\ud800"', '"a"b', `"${'x'.repeat(1001)}"`]],
    ['of short texts', { type: 'string', minLength: 2, maxLength: 3 }, ['"ab"', '"äöü"', '"\\u0041b"'], ['"a"', '"abcd"', '""']],
    ['of some values', { enum: ['red', 7, null, { a: [1] }] }, ['"red"', '7', 'null', '{"a":[1]}'], ['red', '77', '{"a":[]}']],
    ['of one value', { const: 'x', type: 'string' }, ['"x"'], ['"y"']],
    ['of several types', { type: ['integer', 'null'] }, ['4', 'null'], ['"4"', 'true']],
    ['of either', { anyOf: [{ type: 'string' }, { type: 'array', items: { type: 'integer' } }] }, ['"a"', '[1, 2]'], ['{}', '["a"]']],
    ['of lists', { type: 'array', items: { type: 'integer' }, minItems: 1, maxItems: 3 }, ['[1]', '[ 1 , 2,\n  3 ]'], ['[]', '[1,2,3,4]', '[1,]', '[,1]', '[1 2]']],
    ['of empty lists', { type: 'array', maxItems: 0 }, ['[]', '[ ]'], ['[1]']],
    ['of any lists', { type: 'array', items: { type: 'null' } }, ['[]', '[null]', `[${Array<string>(100).fill('null').join()}]`], [`[${Array<string>(101).fill('null').join()}]`]],
    ['of objects', { type: 'object', properties: { a: { type: 'integer' }, 'b "c"': { type: 'string' }, d: { type: 'null' } }, required: ['b "c"'] },
      ['{"b \\"c\\"":"x"}', '{ "a" : 1, "b \\"c\\"" : "x", "d":null }', '{"a":1,"b \\"c\\"":""}', '{"b \\"c\\"":"","d":null}'],
      ['{}', '{"a":1}', '{"a":1,"d":null}', '{"b \\"c\\"":"x",}', '{,"b \\"c\\"":"x"}', '{"b \\"c\\"":"x" "d":null}', '{"e":1,"b \\"c\\"":"x"}', '{"a":1}{"b \\"c\\"":""}']],
    ['of objects without anything required', { type: 'object', properties: { a: { type: 'null' }, b: { type: 'null' } } }, ['{}', '{"a":null}', '{"b":null}', '{"a":null,"b":null}'], ['{"b":null,"a":null}', '{"a":null,"a":null}']],
    ['of empty objects', { type: 'object', additionalProperties: false, description: 'nothing', title: 'x' }, ['{}', '{ }'], ['{"a":1}']],
    ['of things in things', { type: 'array', items: { type: 'object', properties: { page: { type: 'integer', minimum: 1, maximum: 120 } }, required: ['page'] } }, ['[{"page":120},{"page":7}]'], ['[{"page":121}]', '[{"page":0}]', '[{}]']],
  ])('%s', (_, schema, good, bad) => {
    for (const text of good) expect(fits(schema, text), text).toBe(true)
    for (const text of bad) expect(fits(schema, text), text).toBe(false)
  })

  it('of whole numbers in a range takes these and no others', () => {
    const bound = fc.integer({ min: -1200, max: 1200 })
    fc.assert(fc.property(bound, bound, (a, b) => {
      const [least, most] = [Math.min(a, b), Math.max(a, b)]
      const state = form({ type: 'integer', minimum: least, maximum: most })
      for (let value = -1300; value <= 1300; value++) {
        const end = encodeUtf8(String(value)).reduce((at, byte) => at.after(byte), state)
        if (end.mayEnd !== (value >= least && value <= most)) throw new Error(`${value} in ${least}..${most}`)
      }
    }), { numRuns: 40 })
  })

  it('takes of texts only well-formed UTF-8', () => {
    const quoted = (...bytes: number[]): Uint8Array => Uint8Array.of(0x22, ...bytes, 0x22)
    for (const bytes of [[0xc3, 0xa4], [0xe2, 0x82, 0xac], [0xf0, 0x9f, 0x98, 0x80], [0x7f]]) expect(fits({ type: 'string' }, quoted(...bytes))).toBe(true)
    for (const bytes of [[0xc3], [0x80], [0xc0, 0x80], [0xed, 0xa0, 0x80], [0xf4, 0x90, 0x80, 0x80], [0xff], [0x1f]]) expect(fits({ type: 'string' }, quoted(...bytes))).toBe(false)
  })

  it('takes every value that fits, as JavaScript writes it', () => {
    const schema = { type: 'object', properties: { name: { type: 'string' }, scores: { type: 'array', items: { type: 'number' } }, more: { anyOf: [{ type: 'null' }, { type: 'boolean' }] } }, required: ['name', 'more'] }
    const string = fc.string({ unit: 'binary', maxLength: 20 }).filter((text) => !/\p{Cs}/u.test(text))
    const number = fc.integer({ min: -(10 ** 14), max: 10 ** 14 }).map((value) => value / 64)
    const value = fc.record({ name: string, scores: fc.array(number, { maxLength: 5 }), more: fc.option(fc.boolean()) }, { requiredKeys: ['name', 'more'] })
      .map(({ name, scores, more }) => (scores === undefined ? { name, more } : { name, scores, more }))
    const state = form(schema)
    fc.assert(fc.property(value, fc.integer({ min: 0, max: 2 }), (one, indent) => {
      const text = JSON.stringify(one, null, indent)
      expect(encodeUtf8(text).reduce((at, byte) => at.after(byte), state).mayEnd, text).toBe(true)
    }))
  })

  it.each<[schema: unknown, words: RegExp]>([
    ['text', /the schema for it is no object/],
    [{}, /has no type, enum, const or anyOf/],
    [{ type: 'thing' }, /has the type "thing"/],
    [{ type: 'string', pattern: '^a' }, /has "pattern", which cannot be kept to/],
    [{ type: 'object', properties: { a: { type: 'string', format: 'date' } } }, /at \/properties\/a has "format"/],
    [{ type: 'object', additionalProperties: true }, /additionalProperties/],
    [{ type: 'object', properties: {}, required: ['a'] }, /requires "a", which is not one of its properties/],
    [{ type: 'array' }, /does not say what its items are/],
    [{ type: 'array', items: { type: 'null' }, minItems: 3, maxItems: 2 }, /minItems above its maxItems/],
    [{ type: 'string', maxLength: 1e9 }, /maxLength of 1000000000/],
    [{ type: 'integer', minimum: 3, maximum: 2 }, /leaves no number/],
    [{ type: 'integer', minimum: 'a' }, /minimum that is no number/],
    [{ enum: [] }, /no value in enum/],
    [{ enum: 'a' }, /enum that is no list/],
    [{ anyOf: [] }, /no choice in anyOf/],
    [{ $ref: '#' }, /has no type/],
    [{ anyOf: [{ type: 'null' }], oneOf: [] }, /has "oneOf"/],
    [Array.from({ length: 20 }).reduce<unknown>((inner) => ({ type: 'array', items: inner }), { type: 'null' }), /more than 16 levels deep/],
    [{ anyOf: Array.from({ length: 1001 }, () => ({ type: 'null' })) }, /and 1000 are the most/],
  ])('is refused by name where it cannot be kept to: %j', (schema, words) => {
    expect(() => form(schema)).toThrow(SettingsError)
    expect(() => form(schema)).toThrow(words)
  })
})
