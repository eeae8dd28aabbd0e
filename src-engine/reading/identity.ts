/** What a reading was made of and by. It is of use only where all of that is the same again. */
import { createHash } from 'node:crypto'
import type { ModelShape } from '../model/shape'

/** How keys and values are kept. */
export type KvForm = 'f16' | 'q8_0'

/** The fullest first. */
export const kvForms: readonly KvForm[] = ['f16', 'q8_0']

export interface ReadingIdentity {
  /** SHA-256 that names the document, of its file, lower-case hex; its text is compared token by token. */
  readonly document: string
  /** SHA-256 of the model's tensors and of the epsilon of its norms, lower-case hex, and how many bytes the tensors have. */
  readonly model: string
  readonly modelBytes: number
  readonly architecture: string
  readonly layers: number
  readonly heads: number
  readonly kvHeads: number
  readonly headSize: number
  readonly rotaryDimensions: number
  readonly rotaryPairs: string
  readonly rotaryBase: number
  readonly contextOriginal: number
  /** Name of the chat template that the tokens were laid out by. */
  readonly template: string
  readonly kvType: KvForm
  /** Of the key and of the value of one token in one KV head. */
  readonly keyRowBytes: number
  readonly valueRowBytes: number
  /** `engineFormat` of the engine that computed. */
  readonly engine: number
}

/** What the turns of a conversation were made of and by: as the reading of the text, of which they follow the beginning. */
export interface TurnsIdentity extends ReadingIdentity {
  readonly conversation: number
  /** That they follow, in whole blocks. */
  readonly textTokens: number
  /** SHA-256 of these tokens' ids, i32, lower-case hex. */
  readonly textHash: string
}

/** Raised with each change of the engine after which the same tokens get other keys and values. */
export const engineFormat = 1

/** Of a row of d numbers; in q8_0, 32 of them share a scale of two bytes. */
const rowBytes: Readonly<Record<KvForm, (d: number) => number>> = { f16: (d) => 2 * d, q8_0: (d) => (34 * d) / 32 }

/** A reading by this model, with the engine as it is now. */
export function identityOf(shape: ModelShape, made: Pick<ReadingIdentity, 'document' | 'model' | 'modelBytes' | 'template' | 'kvType'>): ReadingIdentity {
  const { architecture, layers, heads, kvHeads, headSize, rotary } = shape
  const row = rowBytes[made.kvType](headSize)
  return {
    ...made, architecture, layers, heads, kvHeads, headSize, rotaryDimensions: rotary.dimensions, rotaryPairs: rotary.pairs, rotaryBase: rotary.base,
    contextOriginal: rotary.contextOriginal, keyRowBytes: row, valueRowBytes: row, engine: engineFormat,
  }
}

/** The same, kept in this form. */
export function inForm(identity: ReadingIdentity, kvType: KvForm): ReadingIdentity {
  const row = rowBytes[kvType](identity.headSize)
  return { ...identity, kvType, keyRowBytes: row, valueRowBytes: row }
}

/** Of a conversation that goes on after these tokens of a reading. */
export function turnsOf(reading: ReadingIdentity, conversation: number, textTokens: Int32Array): TurnsIdentity {
  return { ...reading, conversation, textTokens: textTokens.length, textHash: hashOfTokens(textTokens) }
}

/** SHA-256 of ids, lower-case hex. */
export function hashOfTokens({ buffer, byteOffset, byteLength }: Int32Array): string {
  return createHash('sha256').update(new Uint8Array(buffer, byteOffset, byteLength)).digest('hex')
}

/** All fields in the order of the file, each with what a person may call it. */
const fields: Readonly<Record<keyof ReadingIdentity, string>> = {
  document: 'the document',
  model: 'the model',
  modelBytes: 'the size of the model',
  architecture: 'the kind of model',
  layers: 'the layers of the model',
  heads: 'the heads of the model',
  kvHeads: 'the KV heads of the model',
  headSize: 'the size of the model\'s heads',
  rotaryDimensions: 'the rotary dimensions of the model',
  rotaryPairs: 'the rotary pairs of the model',
  rotaryBase: 'the rotary base of the model',
  contextOriginal: 'the context that the model was made for',
  template: 'the chat template',
  kvType: 'the form of keys and values',
  keyRowBytes: 'the size of keys',
  valueRowBytes: 'the size of values',
  engine: 'the version of the engine',
}
/** Of turns there are these too. */
const turnsFields: Readonly<Record<Exclude<keyof TurnsIdentity, keyof ReadingIdentity>, string>> = {
  conversation: 'the conversation',
  textTokens: 'the length of the text',
  textHash: 'the text',
}
const readingNames = Object.keys(fields) as readonly (keyof ReadingIdentity)[]
const titles: Readonly<Record<keyof TurnsIdentity, string>> = { ...fields, ...turnsFields }
const names = Object.keys(titles) as readonly (keyof TurnsIdentity)[]

export type FileIdentity = ReadingIdentity | TurnsIdentity

export const isOfTurns = (identity: FileIdentity): identity is TurnsIdentity => 'conversation' in identity

/** The same bytes for the same identity: JSON, readable with any viewer. */
export function encodeIdentity(identity: FileIdentity): Uint8Array {
  return encoded(identity, isOfTurns(identity) ? names : readingNames)
}

/** Tells readings apart, and finds that of turns: the start of the SHA-256 of the reading's header. */
export function fingerprintOf(identity: FileIdentity): string {
  return createHash('sha256').update(encoded(identity, readingNames)).digest('hex').slice(0, 16)
}

function encoded(identity: Partial<TurnsIdentity>, of: readonly (keyof TurnsIdentity)[]): Uint8Array {
  return new TextEncoder().encode(JSON.stringify(Object.fromEntries(of.map((name) => [name, identity[name]]))))
}

/** What `encodeIdentity` wrote; null for anything else. */
export function decodeIdentity(bytes: Uint8Array): FileIdentity | null {
  let found: unknown
  try {
    found = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes))
  } catch {
    return null
  }
  return isIdentity(found) ? found : null
}

const texts: ReadonlySet<string> = new Set<keyof TurnsIdentity>(['document', 'model', 'architecture', 'rotaryPairs', 'template', 'kvType', 'textHash'])

function isIdentity(found: unknown): found is FileIdentity {
  if (typeof found !== 'object' || found === null) return false
  const entries = new Map(Object.entries(found))
  const expected = entries.has('conversation') ? names : readingNames
  return entries.size === expected.length && expected.every((name) => (texts.has(name) ? typeof entries.get(name) === 'string' : Number.isFinite(entries.get(name))))
}

/** Why a reading that was made as `found` is of no use as `wanted`, as a sentence; null where it is. */
export function differenceOf(found: FileIdentity, wanted: FileIdentity): string | null {
  const [then, now]: readonly Partial<TurnsIdentity>[] = [found, wanted]
  const differing = names.find((name) => then?.[name] !== now?.[name])
  if (differing === undefined) return null
  return `What was read before cannot be used, because ${titles[differing]} is another (${then?.[differing]} then, ${now?.[differing]} now): the document is read again.`
}
