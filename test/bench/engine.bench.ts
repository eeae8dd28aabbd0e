import { readFileSync } from 'node:fs'
import { performance } from 'node:perf_hooks'
import { setTimeout as sleep } from 'node:timers/promises'
import { openEngine, type Session } from '../../src-engine/engine'
import { printFigure, timed } from '../support/figure'
import { openLlama, type Llama } from '../support/libllama'
import { bestOf } from '../support/logits'
import { starterModelPath } from '../support/starter-model'

/**
 * The engine and libllama on the same file, tokens and threads, taking turns. Rates in tokens per second; `ratio` is ours over the better of
 * libllama's two ways of attention, by medians. A quiet machine is meant: libllama's threads wait for each other without rest.
 */
const runs = Number(process.env['LONGLEAF_BENCH_RUNS'] ?? 5)
const threads = 2
const context = 8192
const stepsEach = 48
/** Threads that still look for work after a run would disturb the next. */
const settleMs = 300

const path = starterModelPath()
const text = ['index', 'pointers', 'callbacks', 'values', 'load', 'misc', 'types', 'output', 'start']
  .map((name) => readFileSync(new URL(`../../node_modules/koffi/doc/${name}.md`, import.meta.url), 'utf8')).join('\n')

/** Milliseconds that `use` takes on a machine that has come to rest. */
async function timedAtRest(use: () => unknown): Promise<number> {
  await sleep(settleMs)
  return timed(use)
}

/** Runs the contestants in turn; prints each rate and the ratio of the first to the best of the others. */
async function compare(name: string, tokens: number, contestants: Readonly<Record<string, () => Promise<number>>>): Promise<void> {
  const rates = new Map(Object.keys(contestants).map((who) => [who, [] as number[]]))
  for (let run = 0; run < runs; run++) {
    for (const [who, measure] of Object.entries(contestants)) rates.get(who)?.push((tokens * 1000) / (await measure()))
  }
  const [ours = 0, ...theirs] = [...rates].map(([who, values]) => printFigure(`${name}, ${who}`, 'tokens/s', values))
  printFigure(`${name}, ratio to libllama`, 'x', [ours / Math.max(...theirs)])
}

const openedAt = performance.now()
const engine = await openEngine({ path, threads })
printFigure('engine: load', 'ms', [performance.now() - openedAt])
printFigure('engine: weights in memory', 'MB', [engine.bytes / 1e6])
const session = engine.open({ contextMax: context })
const open = (flashAttention: boolean): Llama => openLlama({ path, context, chunk: 512, kvType: 'f16', flashAttention, threads })
const peers = { 'libllama with flash attention': open(true), 'libllama without': open(false) }
const tokens = peers['libllama without'].tokenize(text, false)

const prefillOurs = async (length: number): Promise<number> => {
  await session.sync([0])
  return timedAtRest(() => session.sync(tokens.slice(0, length)))
}

/** Tokens that each of them holds, all from the beginning of the text: what was read once serves later runs. */
const held = new Map<Llama, number>()

const prefillTheirs = (llama: Llama, length: number): Promise<number> => {
  llama.rewind(0)
  held.set(llama, length)
  return timed(() => llama.decode(tokens.slice(0, length)))
}

const decodeOurs = async (depth: number): Promise<number> => {
  await session.sync(tokens.slice(0, depth))
  return timedAtRest(async () => {
    for (let i = 0; i < stepsEach; i++) await session.step(tokens[depth + i] ?? 0)
  })
}

const decodeTheirs = (llama: Llama, depth: number): Promise<number> => {
  const there = Math.min(held.get(llama) ?? 0, depth)
  llama.rewind(there)
  if (there < depth) llama.decode(tokens.slice(there, depth))
  held.set(llama, depth)
  return timed(() => {
    for (let i = 0; i < stepsEach; i++) llama.decode([tokens[depth + i] ?? 0])
  })
}

const against = (ours: () => Promise<number>, theirs: (llama: Llama) => Promise<number>): Readonly<Record<string, () => Promise<number>>> =>
  ({ ours, ...Object.fromEntries(Object.entries(peers).map(([name, llama]) => [name, () => theirs(llama)])) })

// The first run of each pays for memory that the others find there.
await prefillOurs(512)
for (const llama of Object.values(peers)) await prefillTheirs(llama, 512)
for (const length of [512, 4096]) {
  await compare(`engine: prefill of ${length}`, length, against(() => prefillOurs(length), (llama) => prefillTheirs(llama, length)))
}
// The deep one first: the prefill has just read what it needs.
for (const depth of [4096, 16]) {
  const name = `engine: decode at depth ${depth === 16 ? 0 : depth}`
  await compare(name, stepsEach, against(() => decodeOurs(depth), (llama) => decodeTheirs(llama, depth)))
}
Object.values(peers).forEach((llama) => llama.close())

await printLatencies(session)
engine.close()

async function printLatencies(on: Session): Promise<void> {
  const firstToken: number[] = []
  const stops: number[] = []
  const gaps: number[] = []
  for (let run = 0; run < runs; run++) {
    await on.sync([0])
    firstToken.push(await timedAtRest(async () => {
      await on.sync(tokens.slice(0, 2000))
      bestOf(on.logits)
    }))
    await on.sync([0])
    stops.push(await stopLatency(on, 150 + run * 170))
    gaps.push(await progressGap(on))
  }
  printFigure('engine: first token of an answer from 2,000 tokens', 'ms', firstToken)
  printFigure('engine: stop heard during prefill', 'ms', stops)
  printFigure('engine: longest silence between two tellings of progress in a prefill of 2,000', 'ms', gaps)
  await on.sync(tokens.slice(0, 512))
  const before = performance.eventLoopUtilization()
  for (let i = 0; i < 4 * stepsEach; i++) await on.step(tokens[512 + i] ?? 0)
  const { active, idle } = performance.eventLoopUtilization(before)
  printFigure('engine: share of a step that JavaScript and the calls into ggml take', '%', [(100 * active) / (active + idle)])
}

/** Milliseconds from the wish to stop until the engine has stopped. */
async function stopLatency(on: Session, afterMs: number): Promise<number> {
  const stop = new AbortController()
  let wished = 0
  setTimeout(() => {
    wished = performance.now()
    stop.abort()
  }, afterMs)
  await on.sync(tokens.slice(0, 4096), { signal: stop.signal }).catch(() => undefined)
  return performance.now() - wished
}

async function progressGap(on: Session): Promise<number> {
  await on.sync([0])
  let last = performance.now()
  let longest = 0
  await on.sync(tokens.slice(0, 2000), { onProgress: () => {
    longest = Math.max(longest, performance.now() - last)
    last = performance.now()
  } })
  return longest
}
