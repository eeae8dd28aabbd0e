/**
 * Takes requests in turn and sees to it that each ends with exactly one `done` or `failed`. `cancel`, `count` and `inspect` do not wait for their turn;
 * questions do not wait for the end of what is being read.
 */
import type { EngineRequest, ModelFacts } from '../protocol'
import { createBetween } from './between'
import { notLoaded } from './failures'
import type { OpenModel } from './model'
import { createReporter, type Reporter } from './reporter'
import { calibrate, chat, count, fail, inspect, keep, read, type RequestOf } from './requests'
import type { LoopWorld, OpenHooks } from './world'

interface Loop {
  take(request: EngineRequest): void
}

const turnKinds = ['load', 'devices', 'chat', 'measure', 'calibrate', 'read', 'close'] as const
type TurnRequest = RequestOf<(typeof turnKinds)[number]>
const isTurn = (request: EngineRequest): request is TurnRequest => turnKinds.some((kind) => kind === request.kind)

interface Turn {
  readonly request: TurnRequest
  readonly abort: AbortController
}

function loadedLine({ name, architecture, threads, layers, devices }: ModelFacts, milliseconds: number): string {
  const shares = devices.map((device) => `${device.layers} of ${layers} layers on ${device.title}, `).join('')
  return `loaded ${name} (${architecture}) in ${Math.round(milliseconds)} ms; ${shares}${threads} threads`
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

  async function load(request: RequestOf<'load'>, signal: AbortSignal, reporter: Reporter): Promise<void> {
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
