/**
 * A part of JSON Schema (draft 2020-12) as the expression of all texts that keep to it. What cannot be kept to is refused by name: a schema that
 * is kept half would promise what the answer does not hold.
 *
 * Known: `type` (one or several), `enum`, `const`, `anyOf`; of objects `properties`, `required`, `additionalProperties: false`; of arrays `items`,
 * `minItems`, `maxItems`; of strings `minLength`, `maxLength`; of integers `minimum`, `maximum`. Objects have their properties in the order
 * of the schema and no others. Where no length is given, strings have up to 1,000 characters and arrays up to 100 items.
 */
import { SettingsError } from '../sampler/settings'
import type { Expression, Expressions } from './expression'
import { createJsonTexts, integerMax, type JsonTexts } from './json-text'

const charactersMax = 1000
const itemsMax = 100
const boundMax = 100_000
const depthMax = 16
const partsMax = 1000

type Fields = Readonly<Record<string, unknown>>

/** Words about a schema that say nothing of its texts. */
const remarks: readonly string[] = ['$schema', '$id', '$comment', 'title', 'description', 'default', 'examples', 'deprecated', 'readOnly', 'writeOnly']
const keywords: Readonly<Record<string, readonly string[]>> = {
  object: ['properties', 'required', 'additionalProperties'], array: ['items', 'minItems', 'maxItems'], string: ['minLength', 'maxLength'],
  integer: ['minimum', 'maximum'], number: [], boolean: [], null: [],
}

/** @throws SettingsError for what is no schema or more than is known, with its place. */
export function readSchema(schema: unknown, all: Expressions): Expression {
  const reader = new SchemaReader(all)
  return reader.value(schema, '', 0)
}

class SchemaReader {
  readonly #all: Expressions
  readonly #json: JsonTexts
  #parts = 0

  constructor(all: Expressions) {
    this.#all = all
    this.#json = createJsonTexts(all)
  }

  value(schema: unknown, place: string, depth: number): Expression {
    const fields = fieldsOf(schema, place)
    if (depth > depthMax) throw refusal(place, `is more than ${depthMax} levels deep`)
    if (++this.#parts > partsMax) throw refusal(place, `is the ${partsMax + 1}st part, and ${partsMax} are the most`)
    if ('const' in fields) return this.#chosen([fields['const']], fields, 'const', place)
    if ('enum' in fields) return this.#chosen(listOf(fields, 'enum', place), fields, 'enum', place)
    if ('anyOf' in fields) return this.#anyOf(fields, place, depth)
    const types = typesOf(fields, place)
    refuseStrangers(fields, ['type', ...types.flatMap((type) => keywords[type] ?? [])], place)
    return this.#all.either(...types.map((type) => this.#typed(type, fields, place, depth)))
  }

  #chosen(values: readonly unknown[], fields: Fields, keyword: string, place: string): Expression {
    refuseStrangers(fields, [keyword, 'type'], place)
    if (values.length === 0 || values.includes(undefined)) throw refusal(place, `has no value in ${keyword}`)
    return this.#json.literal(...values)
  }

  #anyOf(fields: Fields, place: string, depth: number): Expression {
    refuseStrangers(fields, ['anyOf'], place)
    const parts = listOf(fields, 'anyOf', place)
    if (parts.length === 0) throw refusal(place, 'has no choice in anyOf')
    return this.#all.either(...parts.map((part, i) => this.value(part, `${place}/anyOf/${i}`, depth + 1)))
  }

  #typed(type: string, fields: Fields, place: string, depth: number): Expression {
    switch (type) {
      case 'object': return this.#object(fields, place, depth)
      case 'array': return this.#array(fields, place, depth)
      case 'string': return this.#json.string(...boundsOf(fields, 'minLength', 'maxLength', charactersMax, place))
      case 'integer': return this.#integer(fields, place)
      case 'number': return this.#json.number
      case 'boolean': return this.#json.literal(true, false)
      case 'null': return this.#json.literal(null)
      default: throw refusal(place, `has the type ${JSON.stringify(type)}, which is not known`)
    }
  }

  #integer(fields: Fields, place: string): Expression {
    const least = Math.max(-integerMax, Math.ceil(numberOf(fields, 'minimum', place) ?? -integerMax))
    const most = Math.min(integerMax, Math.floor(numberOf(fields, 'maximum', place) ?? integerMax))
    if (least > most) throw refusal(place, 'leaves no number between minimum and maximum')
    return this.#json.integer(least, most)
  }

  #array(fields: Fields, place: string, depth: number): Expression {
    const { sequence, repeat, either, empty } = this.#all
    const { mark, blanks } = this.#json
    const [least, most] = boundsOf(fields, 'minItems', 'maxItems', itemsMax, place)
    const open = sequence(mark('['), blanks)
    if (most === 0) return sequence(open, mark(']'))
    if (!('items' in fields)) throw refusal(place, 'does not say what its items are')
    const item = sequence(this.value(fields['items'], `${place}/items`, depth + 1), blanks)
    const items = sequence(item, repeat(sequence(mark(','), blanks, item), Math.max(0, least - 1), most - 1))
    return sequence(open, least === 0 ? either(empty, items) : items, mark(']'))
  }

  #object(fields: Fields, place: string, depth: number): Expression {
    const { sequence, either, nothing } = this.#all
    const { mark, blanks, literal } = this.#json
    if ((fields['additionalProperties'] ?? false) !== false) throw refusal(place, 'asks for additionalProperties, which cannot be kept to')
    const properties = Object.entries(fieldsOf(fields['properties'] ?? {}, `${place}/properties`))
    const required = new Set('required' in fields ? listOf(fields, 'required', place) : [])
    for (const name of required) if (!properties.some(([known]) => known === name)) throw refusal(place, `requires ${JSON.stringify(name)}, which is not one of its properties`)

    // From the end: what may follow when the properties before were said, and when none was yet.
    let [later, first] = [mark('}'), mark('}')]
    for (const [name, schema] of properties.toReversed()) {
      const said = sequence(literal(name), blanks, mark(':'), blanks, this.value(schema, `${place}/properties/${name}`, depth + 1), blanks, later)
      const left = required.has(name) ? [nothing, nothing] as const : [later, first] as const
      later = either(sequence(mark(','), blanks, said), left[0])
      first = either(said, left[1])
    }
    return sequence(mark('{'), blanks, first)
  }
}

function typesOf(fields: Fields, place: string): readonly string[] {
  const { type } = fields
  const types: readonly unknown[] = Array.isArray(type) ? type : [type]
  if (types.length === 0 || !types.every((each) => typeof each === 'string')) throw refusal(place, 'has no type, enum, const or anyOf')
  return types
}

function boundsOf(fields: Fields, least: string, most: string, usual: number, place: string): readonly [least: number, most: number] {
  const low = numberOf(fields, least, place) ?? 0
  const high = numberOf(fields, most, place) ?? Math.max(low, usual)
  for (const [name, value] of [[least, low], [most, high]] as const) {
    if (!Number.isInteger(value) || value < 0 || value > boundMax) throw refusal(place, `has a ${name} of ${value}, which is not a whole number from 0 to ${boundMax}`)
  }
  if (low > high) throw refusal(place, `has a ${least} above its ${most}`)
  return [low, high]
}

function numberOf(fields: Fields, name: string, place: string): number | null {
  if (!(name in fields)) return null
  const value = fields[name]
  if (typeof value !== 'number' || !Number.isFinite(value)) throw refusal(place, `has a ${name} that is no number`)
  return value
}

function listOf(fields: Fields, name: string, place: string): readonly unknown[] {
  const value = fields[name]
  if (!Array.isArray(value)) throw refusal(place, `has ${name} that is no list`)
  return value
}

function fieldsOf(schema: unknown, place: string): Fields {
  if (typeof schema !== 'object' || schema === null || Array.isArray(schema)) throw refusal(place, 'is no object')
  return schema as Fields
}

function refuseStrangers(fields: Fields, known: readonly string[], place: string): void {
  const stranger = Object.keys(fields).find((name) => !known.includes(name) && !remarks.includes(name))
  if (stranger !== undefined) throw refusal(place, `has ${JSON.stringify(stranger)}, which cannot be kept to`)
}

function refusal(place: string, predicate: string): SettingsError {
  return new SettingsError(`the schema for it ${place === '' ? '' : `at ${place} `}${predicate}`)
}
