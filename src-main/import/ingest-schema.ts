import { z } from 'zod'
import type { BlockKind, ParsedBlock, Passage, Position, Sentence } from '../contract/document'
import { failureKinds, type Failure } from '../contract/failure'
import type { IngestEvent } from '../contract/ingest'

const count = z.number().int().nonnegative().max(0xffff_ffff)
const finite = z.number().min(-1e9).max(1e9)
const text = z.string()
const line = z.string().max(100_000)

// A long book has hundreds of thousands of sentences: these are checked by hand, without a copy, so that main does not stand still.
const kinds: Readonly<Record<BlockKind, true>> = { heading: true, paragraph: true, 'list-item': true, 'table-row': true, footnote: true }
const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> => typeof value === 'object' && value !== null
const isCount = (value: unknown): value is number => typeof value === 'number' && value >= 0 && value <= 0xffff_ffff && Number.isInteger(value)
const isPosition = (value: unknown): value is Position => isRecord(value) && isCount(value['unit']) && isCount(value['offset'])
const isPath = (value: unknown): value is readonly string[] => Array.isArray(value) && value.length <= 100 && value.every((title) => typeof title === 'string')
const isSpan = (value: unknown): value is Readonly<Record<string, unknown>> => isRecord(value) && isPosition(value['start']) && isPosition(value['end'])
const isSentence = (value: unknown): value is Sentence => isSpan(value) && isCount(value['block'])
const isPassage = (value: unknown): value is Passage =>
  isRecord(value) && isCount(value['first']) && isCount(value['last']) && isCount(value['tokens']) && isPath(value['path'])
const isBlock = (value: unknown): value is ParsedBlock =>
  isSpan(value) && typeof value['kind'] === 'string' && Object.hasOwn(kinds, value['kind']) && isCount(value['level']) && isPath(value['path'])
  && (value['paragraph'] === null || isCount(value['paragraph']))

const listOf = <T>(isOne: (value: unknown) => value is T) => z.custom<readonly T[]>((value) => Array.isArray(value) && value.every(isOne))

const unit = z.object({
  text,
  label: line.nullable(),
  furniture: text,
  width: finite,
  height: finite,
  rotation: z.union([z.literal(0), z.literal(90), z.literal(180), z.literal(270)]),
  runs: z.instanceof(Float32Array),
  problem: z.enum(['no-text', 'garbled', 'unreadable', 'timeout']).nullable(),
})

const document = z.object({
  format: z.enum(['pdf', 'docx']),
  title: line.nullable(),
  author: line.nullable(),
  language: z.string().max(100).nullable(),
  blocks: listOf(isBlock),
  outline: z.array(z.object({ title: line, level: count, unit: count })),
  notices: z.array(line).max(1_000),
  cover: z.instanceof(Uint8Array).nullable(),
  sentences: listOf(isSentence),
  passages: listOf(isPassage),
})

const failure = z.object({ kind: z.enum(failureKinds), message: z.string().max(2_000) }).transform(({ kind, message }): Failure => ({ kind, message }))

const job = z.number().int().positive()

const event: z.ZodType<IngestEvent> = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('ready') }),
  z.object({ kind: z.literal('progress'), job, unitsDone: count, unitsTotal: count }),
  z.object({ kind: z.literal('units'), job, units: z.array(unit) }),
  z.object({ kind: z.literal('parsed'), job, document }),
  z.object({ kind: z.literal('failed'), job, failure }),
])

/** An event of the ingest page, or null where it is not one: the page reads files from strangers and may be in their hands. */
export function parseIngestEvent(message: unknown): IngestEvent | null {
  const parsed = event.safeParse(message)
  return parsed.success ? parsed.data : null
}
