import { z } from 'zod'
import type { Failure } from '../contract/failure'
import { failureKinds } from '../contract/failure'
import type { IngestEvent } from '../contract/ingest'

const count = z.number().int().nonnegative().max(0xffff_ffff)
const finite = z.number().min(-1e9).max(1e9)
const position = z.object({ unit: count, offset: count })
const text = z.string()
const line = z.string().max(100_000)
const path = z.array(line).max(100)

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

const block = z.object({
  start: position,
  end: position,
  kind: z.enum(['heading', 'paragraph', 'list-item', 'table-row', 'footnote']),
  level: count,
  path,
  paragraph: count.nullable(),
})

const document = z.object({
  format: z.enum(['pdf', 'docx']),
  title: line.nullable(),
  author: line.nullable(),
  language: z.string().max(100).nullable(),
  blocks: z.array(block),
  outline: z.array(z.object({ title: line, level: count, unit: count })),
  notices: z.array(line).max(1_000),
  cover: z.instanceof(Uint8Array).nullable(),
  sentences: z.array(z.object({ start: position, end: position, block: count })),
  passages: z.array(z.object({ first: count, last: count, tokens: count, path })),
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
