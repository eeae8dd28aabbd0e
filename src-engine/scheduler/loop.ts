/**
 * Takes requests in turn and sees to it that each ends with exactly one `done` or `failed`. `cancel`, `count` and `inspect` do not wait for their turn;
 * questions do not wait for the end of what is being read.
 */
import type { DeviceFacts, EngineEvent, EngineRequest, FileFacts, ModelFacts } from '../protocol'
import { writeAnswer } from './answer'
import { createBetween } from './between'
import { notLoaded, toFailure } from './failures'
import type { OpenModel } from './model'
import { readText } from './read'
import { findReading } from './kept-reading'
import { onDisk } from './on-disk'
import { createReporter, type Reporter } from './reporter'
import type { ReadingFolder } from './reading-folder'
import { keepTurns } from './turns'

export interface LoopWorld {
  send(event: EngineEvent): void
  /** Milliseconds of a clock that never goes back. */
  now(): number
  /** Calls `tick` every so often until the function that it returns is called. */
  every(milliseconds: number, tick: () => void): () => void
  /** Lets messages that have come be heard. */
  breathe(): Promise<void>
  /** Checks a model file, then calls `replace` (the old model can go), then opens it. Aborting rejects with an AbortError. */
  openModel(wanted: WantedModel, hooks: OpenHooks): Promise<OpenModel>
  /** Checks a model file as far as to its weights. Rejects as `openModel` does. */
  inspectModel(path: string): Promise<FileFacts>
  /** The devices besides the processor. */
  listDevices(): readonly DeviceFacts[]
  /** A folder of readings, opened once. */
  readings(folder: string): Promise<ReadingFolder>
  /** The process may end. */
  closed(): void
}

export type WantedModel = Pick<Extract<EngineRequest, { readonly kind: 'load' }>, 'path' | 'contextMax' | 'device' | 'threads'>

export interface OpenHooks {
  log(level: 'info' | 'warn', message: string): void
  onProgress(done: number, total: number): void
  /** To be called when the file was found good and before memory is taken for it. */
  replace(): void
  readonly signal: AbortSignal
}

export interface Loop {
  take(request: EngineRequest): void
}

const turnKinds = ['load', 'devices', 'chat', 'measure', 'calibrate', 'read', 'close'] as const
type TurnRequest = Extract<EngineRequest, { readonly kind: (typeof turnKinds)[number] }>
const isTurn = (request: EngineRequest): request is TurnRequest => turnKinds.some((kind) => kind === request.kind)

interface Turn {
  readonly request: TurnRequest
  readonly abort: AbortController
}

function loadedLine({ name, architecture, threads, layers, devices }: ModelFacts, milliseconds: number): string {
  const shares = devices.map((device) => `${device.layers} of ${layers} layers on ${device.title}, `).join('')
  return `loaded ${name} (${architecture}) in ${Math.round(milliseconds)} ms; ${shares}${threads} threads`
}

function fail(world: LoopWorld, seq: number, thrown: unknown, of: string | null): void {
  const failure = toFailure(thrown, of)
  if (failure.kind === 'unexpected') world.send({ kind: 'log', level: 'error', message: thrown instanceof Error ? thrown.stack ?? thrown.message : String(thrown) })
  world.send({ kind: 'failed', seq, failure })
}

async function inspect(world: LoopWorld, seq: number, path: string): Promise<void> {
  try {
    world.send({ kind: 'inspected', seq, facts: await world.inspectModel(path) })
    world.send({ kind: 'done', seq })
  } catch (thrown) {
    fail(world, seq, thrown, path)
  }
}

async function keep(world: LoopWorld, request: Extract<EngineRequest, { readonly kind: 'readings' | 'remove-reading' }>): Promise<void> {
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

function count(world: LoopWorld, seq: number, texts: readonly string[], model: OpenModel | null, path: string | null): void {
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

async function calibrate(
  world: LoopWorld, model: OpenModel, { seq, cases }: Extract<EngineRequest, { readonly kind: 'calibrate' }>, { signal, reporter }: Course,
): Promise<void> {
  const calibration = await model.calibrate(cases, { signal, onProgress: (done, total) => reporter.report('calibrate', done, total) })
  world.send({ kind: 'calibrated', seq, calibration })
}

async function chat(world: LoopWorld, model: OpenModel, request: Extract<EngineRequest, { readonly kind: 'chat' }>, { signal, reporter }: Course): Promise<void> {
  const { seq, place } = request
  if (place !== undefined) reporter.report('prefill', 0, 1)
  const kept = place && await findReading(model, async () => (await world.readings(place.folder)).readings, place, signal)
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
async function read(
  world: LoopWorld, model: OpenModel, request: Extract<EngineRequest, { readonly kind: 'read' }>, { signal, reporter, between }: Course & { between(): Promise<void> },
): Promise<void> {
  const { seq } = request
  reporter.report('read', 0, 1)
  const { readings } = await onDisk(() => world.readings(request.place.folder))
  const end = await readText(model, readings, request, {
    onProgress: ({ tokensDone, tokensTotal, millisecondsLeft }) => reporter.report('read', tokensDone, tokensTotal, millisecondsLeft),
    onBegun: (beginning) => world.send({ kind: 'begun', seq, ...beginning }),
    between, signal, now: world.now,
  })
  world.send({ kind: 'read', seq, end })
}

export function createLoop(world: LoopWorld): Loop {
  const waiting: Turn[] = []
  /** A text that is read, and what is done in between. */
  const running = new Set<Turn>()
  let isWorking = false
  let restShare = 0
  let model: OpenModel | null = null
  let path: string | null = null

  function loaded(): OpenModel {
    if (model === null) throw notLoaded()
    return model
  }

  function closeModel(): void {
    model?.close()
    model = null
    path = null
  }

  async function load(request: Extract<EngineRequest, { readonly kind: 'load' }>, signal: AbortSignal, reporter: Reporter): Promise<void> {
    const hooks: OpenHooks = {
      signal,
      replace: closeModel,
      log: (level, message) => world.send({ kind: 'log', level, message }),
      onProgress: (done, total) => reporter.report('load', done, total),
    }
    const begun = world.now()
    hooks.onProgress(0, 1)
    model = await world.openModel(request, hooks)
    path = request.path
    world.send({ kind: 'log', level: 'info', message: loadedLine(model.facts, world.now() - begun) })
    world.send({ kind: 'loaded', seq: request.seq, model: model.facts })
  }

  /** What may come between the chunks of a text: all that leaves the model as it is. */
  const nextMeanwhile = (): Turn | undefined => (['chat', 'devices', 'measure', 'calibrate'].includes(waiting[0]?.request.kind ?? '') ? waiting.shift() : undefined)

  async function others(): Promise<void> {
    for (let turn = nextMeanwhile(); turn !== undefined; turn = nextMeanwhile()) await run(turn)
  }

  const betweenChunks = (signal: AbortSignal) => createBetween(world, { others, restShare: () => restShare, signal })

  async function run(turn: Turn): Promise<void> {
    const { request, abort } = turn
    const { seq } = request
    running.add(turn)
    const reporter = createReporter(world, seq)
    try {
      if (request.kind === 'load') await load(request, abort.signal, reporter)
      else if (request.kind === 'chat') await chat(world, loaded(), request, { signal: abort.signal, reporter })
      else if (request.kind === 'read') await read(world, loaded(), request, { signal: abort.signal, reporter, between: betweenChunks(abort.signal) })
      else if (request.kind === 'devices') world.send({ kind: 'devices', seq, devices: world.listDevices() })
      else if (request.kind === 'calibrate') await calibrate(world, loaded(), request, { signal: abort.signal, reporter })
      else if (request.kind === 'measure') {
        reporter.report('measure', 0, 1)
        world.send({ kind: 'measured', seq, speed: await loaded().measure(abort.signal) })
      } else closeModel()
      world.send({ kind: 'done', seq })
    } catch (thrown) {
      if (abort.signal.aborted && thrown instanceof Error && thrown.name === 'AbortError') world.send({ kind: 'done', seq })
      else fail(world, seq, thrown, request.kind === 'load' ? request.path : path)
    } finally {
      running.delete(turn)
      reporter.end()
    }
    if (request.kind === 'close') world.closed()
  }

  async function work(): Promise<void> {
    isWorking = true
    for (let turn = waiting.shift(); turn !== undefined; turn = waiting.shift()) await run(turn)
    isWorking = false
  }

  /** Nobody waits for a calibration: it ends where somebody comes, and may be asked for again. */
  function endFor({ kind }: TurnRequest): void {
    if (kind === 'calibrate') return
    for (const { request, abort } of [...waiting, ...running]) if (kind === 'close' || request.kind === 'calibrate') abort.abort()
  }

  const cancel = (target: number): void => [...waiting, ...running].filter(({ request }) => request.seq === target).forEach(({ abort }) => abort.abort())

  return {
    take(request) {
      if (isTurn(request)) {
        endFor(request)
        waiting.push({ request, abort: new AbortController() })
        if (!isWorking) void work()
      } else if (request.kind === 'cancel' || request.kind === 'pace') {
        if (request.kind === 'cancel') cancel(request.target)
        else ({ restShare } = request)
        world.send({ kind: 'done', seq: request.seq })
      } else if (request.kind === 'count') count(world, request.seq, request.texts, model, path)
      else if (request.kind === 'inspect') void inspect(world, request.seq, request.path)
      else void keep(world, request)
    },
  }
}
