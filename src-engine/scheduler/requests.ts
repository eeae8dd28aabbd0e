/** What single requests do, each of the kinds that take more than a line. */
import type { EngineRequest } from '../protocol'
import { writeAnswer } from './answer'
import { notLoaded, toFailure } from './failures'
import { findReading } from './kept-reading'
import type { OpenModel } from './model'
import { onDisk } from './on-disk'
import { readText } from './read'
import type { Reporter } from './reporter'
import { keepTurns } from './turns'
import type { LoopWorld } from './world'

export type RequestOf<Kind extends EngineRequest['kind']> = Extract<EngineRequest, { readonly kind: Kind }>

export function fail(world: LoopWorld, seq: number, thrown: unknown, of: string | null): void {
  const failure = toFailure(thrown, of)
  if (failure.kind === 'unexpected') world.send({ kind: 'log', level: 'error', message: thrown instanceof Error ? thrown.stack ?? thrown.message : String(thrown) })
  world.send({ kind: 'failed', seq, failure })
}

export async function inspect(world: LoopWorld, seq: number, path: string): Promise<void> {
  try {
    world.send({ kind: 'inspected', seq, facts: await world.inspectModel(path) })
    world.send({ kind: 'done', seq })
  } catch (thrown) {
    fail(world, seq, thrown, path)
  }
}

export async function keep(world: LoopWorld, request: RequestOf<'readings' | 'remove-reading'>): Promise<void> {
  const { seq } = request
  try {
    const folder = await onDisk(() => world.readings(request.folder))
    if (request.kind === 'remove-reading') await onDisk(() => folder.readings.remove(request.name))
    else world.send({ kind: 'readings', seq, readings: await onDisk(() => folder.list(request.keep)) })
    world.send({ kind: 'done', seq })
  } catch (thrown) {
    fail(world, seq, thrown, null)
  }
}

export function count(world: LoopWorld, seq: number, texts: readonly string[], model: OpenModel | null, path: string | null): void {
  try {
    if (model === null) throw notLoaded()
    const { tokenizer } = model
    world.send({ kind: 'counted', seq, counts: texts.map((text) => tokenizer.encode(text).length) })
    world.send({ kind: 'done', seq })
  } catch (thrown) {
    fail(world, seq, thrown, path)
  }
}

interface Course {
  readonly signal: AbortSignal
  readonly reporter: Reporter
}

export async function calibrate(
  world: LoopWorld, model: OpenModel, { seq, cases }: RequestOf<'calibrate'>, { signal, reporter }: Course,
): Promise<void> {
  const calibration = await model.calibrate(cases, { signal, onProgress: (done, total) => reporter.report('calibrate', done, total) })
  world.send({ kind: 'calibrated', seq, calibration })
}

export async function chat(world: LoopWorld, model: OpenModel, request: RequestOf<'chat'>, { signal, reporter }: Course): Promise<void> {
  const { seq, place } = request
  const look = (): void => reporter.report('prefill', 0, 1)
  if (place !== undefined) look()
  const kept = place && await findReading(model, async () => (await world.readings(place.folder)).readings, place, { signal, onProgress: look })
  try {
    const end = await writeAnswer(model, request, {
      ...(kept && { kept }),
      onText: (text) => world.send({ kind: 'text', seq, text }),
      onEvidence: (piece) => world.send({ kind: 'evidence', seq, piece }),
      onProgress: (phase, done, total) => reporter.report(phase, done, total),
      signal, now: world.now, breathe: world.breathe,
    })
    world.send({ kind: 'ended', seq, end })
    // The answer is there, whatever becomes of what it leaves.
    if (kept?.held && kept.turns) await keepTurns(model, kept.held.reading, kept.turns).catch((thrown: unknown) => world.send({ kind: 'log', level: 'warn', message: `turns: ${String(thrown)}` }))
  } finally {
    await kept?.held?.close()
  }
}

/** @param between what has to come first is done in it */
export async function read(
  world: LoopWorld, model: OpenModel, request: RequestOf<'read'>, { signal, reporter, between }: Course & { between(): Promise<void> },
): Promise<void> {
  const { seq } = request
  const look = (): void => reporter.report('read', 0, 1)
  look()
  const { readings } = await onDisk(() => world.readings(request.place.folder))
  const end = await readText(model, readings, request, {
    onLook: look,
    onProgress: ({ tokensDone, tokensTotal, millisecondsLeft }) => reporter.report('read', tokensDone, tokensTotal, millisecondsLeft),
    onSumUp: (tokens) => reporter.report('read', tokens, tokens),
    onBegun: (beginning) => world.send({ kind: 'begun', seq, ...beginning }),
    between, signal, now: world.now,
  })
  world.send({ kind: 'read', seq, end })
}
