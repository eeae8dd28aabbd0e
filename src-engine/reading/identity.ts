/** What a reading was made of and by. It is of use only where all of that is the same again. */
import type { ModelShape } from '../model/shape'

export interface ReadingIdentity {
  /** SHA-256 that names the document, of its file, lower-case hex; its text is compared token by token. */
  readonly document: string
  /** SHA-256 of the model's tensors, lower-case hex, and how many bytes they have. */
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
  readonly kvType: 'f16' | 'q8_0'
  /** Of the key and of the value of one token in one KV head. */
  readonly keyRowBytes: number
  readonly valueRowBytes: number
  /** Of the summary of one block in one KV head; 0 where there are none. */
  readonly summaryBytes: number
  /** `engineFormat` of the engine that computed. */
  readonly engine: number
}

/** Raised with each change of the engine after which the same tokens get other keys and values. */
export const engineFormat = 1

/** Of a row of d numbers; in q8_0, 32 of them share a scale of two bytes. */
const rowBytes: Readonly<Record<ReadingIdentity['kvType'], (d: number) => number>> = { f16: (d) => 2 * d, q8_0: (d) => (34 * d) / 32 }

/** A reading by this model, without summaries, with the engine as it is now. */
export function identityOf(shape: ModelShape, made: Pick<ReadingIdentity, 'document' | 'model' | 'modelBytes' | 'template' | 'kvType'>): ReadingIdentity {
  const { architecture, layers, heads, kvHeads, headSize, rotary } = shape
  const row = rowBytes[made.kvType](headSize)
  return {
    ...made, architecture, layers, heads, kvHeads, headSize, rotaryDimensions: rotary.dimensions, rotaryPairs: rotary.pairs, rotaryBase: rotary.base,
    contextOriginal: rotary.contextOriginal, keyRowBytes: row, valueRowBytes: row, summaryBytes: 0, engine: engineFormat,
  }
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
  summaryBytes: 'the size of summaries',
  engine: 'the version of the engine',
}
const names = Object.keys(fields) as readonly (keyof ReadingIdentity)[]

/** The same bytes for the same identity: JSON, readable with any viewer. */
export function encodeIdentity(identity: ReadingIdentity): Uint8Array {
  return new TextEncoder().encode(JSON.stringify(Object.fromEntries(names.map((name) => [name, identity[name]]))))
}

/** What `encodeIdentity` wrote; null for anything else. */
export function decodeIdentity(bytes: Uint8Array): ReadingIdentity | null {
  let found: unknown
  try {
    found = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes))
  } catch {
    return null
  }
  return isIdentity(found) ? found : null
}

const texts: ReadonlySet<string> = new Set<keyof ReadingIdentity>(['document', 'model', 'architecture', 'rotaryPairs', 'template', 'kvType'])

function isIdentity(found: unknown): found is ReadingIdentity {
  if (typeof found !== 'object' || found === null) return false
  const entries = new Map(Object.entries(found))
  return entries.size === names.length && names.every((name) => (texts.has(name) ? typeof entries.get(name) === 'string' : Number.isFinite(entries.get(name))))
}

/** Why a reading that was made as `found` is of no use as `wanted`, as a sentence; null where it is. */
export function differenceOf(found: ReadingIdentity, wanted: ReadingIdentity): string | null {
  const differing = names.find((name) => found[name] !== wanted[name])
  if (differing === undefined) return null
  return `What was read before cannot be used, because ${fields[differing]} is another (${found[differing]} then, ${wanted[differing]} now): the document is read again.`
}
