import type { ParsedDocument, ParsedUnit } from '../../src-main/contract/document'
import type { Failure } from '../../src-main/contract/failure'
import type { IngestEvent, IngestRequest } from '../../src-main/contract/ingest'
import { describeFailure } from './failures'
import { quoteName } from './names'
import { checkSize } from './open'
import type { ReadRequest } from './reader'
import { segmentDocument } from './segment'

type ParseRequest = Extract<IngestRequest, { kind: 'parse' }>

/** What a job needs of its world. */
export interface JobWorld {
  readonly send: (event: IngestEvent) => void
  readonly fetchBytes: (source: string, signal: AbortSignal) => Promise<Uint8Array<ArrayBuffer>>
  readonly read: (request: ReadRequest) => Promise<ParsedDocument>
}

const batchBytes = 4 * 2 ** 20

/** Serves jobs: each ends in exactly one `parsed` or `failed`, a cancelled one in `failed` at once, whatever its reader still does. */
export function serveJobs(world: JobWorld): (request: IngestRequest) => void {
  const running = new Map<number, AbortController>()
  return (request) => {
    if (request.kind === 'cancel') {
      running.get(request.job)?.abort()
      return
    }
    const controller = new AbortController()
    running.set(request.job, controller)
    void runJob(request, controller.signal, world).then((event) => {
      running.delete(request.job)
      world.send(event)
    })
  }
}

async function runJob(request: ParseRequest, signal: AbortSignal, world: JobWorld): Promise<IngestEvent> {
  const { job } = request
  const cancelled = new Promise<never>((_, reject) => {
    signal.addEventListener('abort', () => { reject(signal.reason instanceof Error ? signal.reason : new Error('cancelled')) }, { once: true })
  })
  try {
    const progress = (unitsDone: number, unitsTotal: number): void => {
      if (!signal.aborted) world.send({ kind: 'progress', job, unitsDone, unitsTotal })
    }
    const parsed = await Promise.race([parse(request, signal, world, progress), cancelled])
    const done = parsed.units.length
    // They are stored while their sentences are found.
    for (const batch of batches(parsed.units)) world.send({ kind: 'units', job, units: batch })
    const { units: _units, ...document } = await Promise.race([segmentDocument(parsed, signal, () => progress(done, done)), cancelled])
    return { kind: 'parsed', job, document }
  } catch (error) {
    return { kind: 'failed', job, failure: signal.aborted ? cancelledFailure(request.fileName) : describeFailure(error, request.fileName) }
  }
}

async function parse(request: ParseRequest, signal: AbortSignal, world: JobWorld, progress: ReadRequest['progress']): Promise<ParsedDocument> {
  checkSize(request.bytes, request.fileName)
  const bytes = await world.fetchBytes(request.source, signal)
  return world.read({ bytes, fileName: request.fileName, password: request.password, signal, progress })
}

function* batches(units: readonly ParsedUnit[]): Generator<readonly ParsedUnit[]> {
  let batch: ParsedUnit[] = []
  let bytes = 0
  for (const unit of units) {
    batch.push(unit)
    bytes += 2 * (unit.text.length + unit.furniture.length) + unit.runs.byteLength + 64
    if (bytes < batchBytes) continue
    yield batch
    batch = []
    bytes = 0
  }
  if (batch.length > 0) yield batch
}

const cancelledFailure = (fileName: string): Failure => ({ kind: 'cancelled', message: `Adding ${quoteName(fileName)} was cancelled.` })
