import { describe, expect, test, vi } from 'vitest'
import type { ParsedDocument, ParsedUnit } from '../../../src-main/contract/document'
import { FailureError } from '../../../src-main/contract/failure'
import type { IngestEvent } from '../../../src-main/contract/ingest'
import { serveJobs, type JobWorld } from '../../../src-renderer/ingest/jobs'
import { segmentDocument } from '../../../src-renderer/ingest/segment'
import { paragraph, run, writeWord } from '../../support/docx-writer'
import { eventually } from '../../support/eventually'
import { openFile } from '../../support/word'

const unit = (text: string): ParsedUnit => ({ text, label: null, furniture: '', width: 0, height: 0, rotation: 0, runs: new Float32Array(0), problem: null })

const document = (units: readonly ParsedUnit[]): ParsedDocument => ({
  format: 'docx', title: null, author: null, language: null, units, outline: [], notices: [], cover: null,
  blocks: units.map((each, index) => ({ kind: 'paragraph', level: 0, path: [], paragraph: index + 1, start: { unit: index, offset: 0 }, end: { unit: index, offset: each.text.length } })),
})

function start(read: JobWorld['read'], fetchBytes: JobWorld['fetchBytes'] = () => Promise.resolve(new Uint8Array(1))): {
  readonly serve: ReturnType<typeof serveJobs>
  readonly events: IngestEvent[]
  readonly ended: (job: number) => Promise<IngestEvent>
} {
  const events: IngestEvent[] = []
  const serve = serveJobs({ send: (event) => { events.push(event) }, fetchBytes, read })
  const ended = async (job: number): Promise<IngestEvent> => {
    await vi.waitFor(() => { expect(events.some((event) => 'job' in event && event.job === job && ['parsed', 'failed'].includes(event.kind))).toBe(true) }, 10_000)
    return events.findLast((event) => 'job' in event && event.job === job) ?? { kind: 'ready' }
  }
  return { serve, events, ended }
}

const parse = (job: number, fileName = 'a.docx'): Parameters<ReturnType<typeof serveJobs>>[0] => ({ kind: 'parse', job, source: 'app://longleaf/source', fileName, bytes: 1, password: null })

describe('jobs of the ingest window', () => {
  test('a Word file: progress, its units, then the rest with sentences and passages', async () => {
    const bytes = writeWord({ body: paragraph(run('The gate is old. It holds.')) })
    const { serve, events, ended } = start(
      async ({ bytes: read, fileName, progress }) => {
        progress(0, 0)
        return openFile(read, fileName)
      },
      () => Promise.resolve(bytes),
    )
    serve(parse(7))
    await ended(7)
    expect(events.map((event) => event.kind)).toEqual(['progress', 'units', 'parsed'])
    expect(events[1]).toMatchObject({ job: 7, units: [{ text: 'The gate is old. It holds.' }] })
    expect(events[2]).toMatchObject({ job: 7, document: { sentences: [{ block: 0 }, { block: 0 }], passages: [{ first: 0, last: 1 }] } })
    expect((events[2] as { document: object }).document).not.toHaveProperty('units')
  })

  test('units come in batches of a few megabytes, in order, none twice', async () => {
    const units = Array.from({ length: 40 }, (_, index) => unit(`${index} `.padEnd(300_000, 'x')))
    const { serve, events, ended } = start(() => Promise.resolve(document(units)))
    serve(parse(1))
    await ended(1)
    const batches = events.flatMap((event) => (event.kind === 'units' ? [event.units] : []))
    expect(batches.length).toBeGreaterThan(3)
    expect(batches.flat().map((each) => Number.parseInt(each.text, 10))).toEqual(units.map((_, index) => index))
    for (const batch of batches) expect(batch.reduce((sum, each) => sum + 2 * each.text.length, 0)).toBeLessThan(8 * 2 ** 20)
  })

  test('a cancelled job ends at once, though its reader goes on, and its late result is not sent', async () => {
    const finish = vi.fn<(document: Awaited<ReturnType<JobWorld['read']>>) => void>()
    const read = vi.fn<JobWorld['read']>(() => new Promise((resolve) => { finish.mockImplementation(resolve) }))
    const { serve, events, ended } = start(read)
    serve(parse(1))
    await eventually(() => expect(read).toHaveBeenCalledOnce())
    serve({ kind: 'cancel', job: 1 })
    expect(await ended(1)).toMatchObject({ kind: 'failed', failure: { kind: 'cancelled', message: 'Adding “a.docx” was cancelled.' } })
    finish(document([unit('late')]))
    await new Promise((resolve) => { setTimeout(resolve, 20) })
    expect(events.length).toBe(1)
  })

  test('501 MB are refused before a byte is fetched', async () => {
    const fetchBytes = vi.fn(() => Promise.resolve(new Uint8Array(1)))
    const { serve, ended } = start(() => Promise.reject(new Error('never')), fetchBytes)
    serve({ kind: 'parse', job: 1, source: 'app://longleaf/source', fileName: 'huge.pdf', bytes: 501 * 2 ** 20, password: null })
    const message = '“huge.pdf” has 501 MB; Longleaf reads files of up to 500 MB. Split it and add the parts.'
    expect(await ended(1)).toMatchObject({ kind: 'failed', failure: { kind: 'too-large', message } })
    expect(fetchBytes).not.toHaveBeenCalled()
  })

  test('cancelling what does not run does nothing', () => {
    const { serve, events } = start(() => Promise.reject(new Error('never')))
    serve({ kind: 'cancel', job: 3 })
    expect(events).toEqual([])
  })

  test('failures: the expected as they are, a parser’s own as damage, without its words; the next job goes on', async () => {
    const log = vi.spyOn(console, 'error').mockImplementation(() => undefined)
    const { serve, ended } = start(({ fileName }) => {
      if (fileName === 'expected.docx') return Promise.reject(new FailureError('too-complex', 'It is too complex.'))
      if (fileName === 'bug.docx') return Promise.reject(new TypeError("Cannot read properties of undefined (reading 'x')"))
      return Promise.resolve({ ...document([unit('fine')]), sentences: [], passages: [] })
    })
    serve(parse(1, 'expected.docx'))
    expect(await ended(1)).toMatchObject({ failure: { kind: 'too-complex', message: 'It is too complex.' } })
    serve(parse(2, 'bug.docx'))
    expect(await ended(2)).toMatchObject({ failure: { kind: 'damaged', message: expect.stringMatching(/^“bug\.docx” could not be read: [^{}]*\.$/) as string } })
    serve(parse(3, 'fine.docx'))
    expect(await ended(3)).toMatchObject({ kind: 'parsed' })
    expect(log).toHaveBeenCalled()
    log.mockRestore()
  })

  test('cutting sentences hears a cancel: a long book stops between its blocks', async () => {
    const controller = new AbortController()
    const book = document(Array.from({ length: 20_000 }, (_, index) => unit(`The gate ${index} is old. It holds the water. `.repeat(10))))
    const segmenting = segmentDocument(book, controller.signal)
    setTimeout(() => { controller.abort(new Error('cancelled')) }, 10)
    await expect(segmenting).rejects.toThrow('cancelled')
  })
})
