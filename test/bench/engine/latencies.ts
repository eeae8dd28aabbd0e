import { monitorEventLoopDelay, performance } from 'node:perf_hooks'
import { setImmediate } from 'node:timers/promises'
import { openEngine, type Session } from '../../../src-engine/engine'
import { printFigure, timed } from '../../support/figure'
import { bestOf } from '../../support/logits'
import { atRest } from './contestant'
import { Ours } from './ours'

const runs = Number(process.env['LONGLEAF_BENCH_RUNS'] ?? 5)
const prompt = 2000
const steps = 96

/** What a person waits for, and what the engine's process can do meanwhile. */
export async function printLatencies(name: string, path: string, threads: number, tokens: readonly number[]): Promise<void> {
  const engine = await openEngine({ path, threads })
  const session = engine.open({ contextMax: 8192 })
  const found = { first: [] as number[], stop: [] as number[], silence: [] as number[], gap: [] as number[], share: [] as number[] }
  for (let run = 0; run < runs; run++) {
    await session.sync([0])
    const delays = monitorEventLoopDelay({ resolution: 1 })
    delays.enable()
    await atRest()
    found.first.push(await timed(async () => {
      await session.sync(tokens.slice(0, prompt))
      bestOf(session.logits)
    }))
    await answer(session, tokens)
    delays.disable()
    found.gap.push(delays.max / 1e6)
    found.silence.push(await progressGap(session, tokens))
    found.stop.push(await stopLatency(session, tokens, 150 + run * 170))
  }
  engine.close()
  const ours = await Ours.open(path, threads)
  for (let run = 0; run < runs; run++) found.share.push(await shareOfSteps(ours, tokens))
  ours.close()
  printFigure(`${name}: first token after ${prompt} new ones`, 'ms', found.first)
  printFigure(`${name}: share of a step that JavaScript and the calls into ggml take`, '%', found.share)
  printFigure(`${name}: longest time in which the event loop stood still`, 'ms', found.gap)
  printFigure(`${name}: longest silence between two tellings of progress`, 'ms', found.silence)
  printFigure(`${name}: stop heard during prefill`, 'ms', found.stop)
}

/** Of a step at the beginning of a text, the time in which ggml has no graph to compute. */
async function shareOfSteps(ours: Ours, tokens: readonly number[]): Promise<number> {
  await ours.room(1024)
  await ours.read(tokens.slice(0, 16))
  await ours.step(tokens[16] ?? 0)
  const before = ours.computingMs
  const total = await timed(async () => {
    for (let i = 0; i < steps; i++) await ours.step(tokens[17 + i] ?? 0)
  })
  return 100 * (1 - (ours.computingMs - before) / total)
}

/** As the engine's loop goes from token to token. */
async function answer(session: Session, tokens: readonly number[]): Promise<void> {
  for (let i = 0; i < steps; i++) {
    await session.step(tokens[prompt + i] ?? 0)
    await setImmediate()
  }
}

/** Milliseconds from the wish to stop until the engine has stopped. */
async function stopLatency(session: Session, tokens: readonly number[], afterMs: number): Promise<number> {
  const stop = new AbortController()
  let wished = 0
  setTimeout(() => {
    wished = performance.now()
    stop.abort()
  }, afterMs)
  await session.sync([0])
  await session.sync(tokens.slice(0, 4096), { signal: stop.signal }).catch(() => undefined)
  return performance.now() - wished
}

async function progressGap(session: Session, tokens: readonly number[]): Promise<number> {
  await session.sync([0])
  let last = performance.now()
  let longest = 0
  await session.sync(tokens.slice(0, prompt), { onProgress: () => {
    longest = Math.max(longest, performance.now() - last)
    last = performance.now()
  } })
  return longest
}
