import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { openLlama } from '../support/libllama'
import type { Contestant } from './engine/contestant'
import { printLatencies } from './engine/latencies'
import { benchModels, type BenchModel } from './engine/models'
import { Ours } from './engine/ours'
import { decode, isChosen, latePrefill, prefill, textOf } from './engine/rows'
import { Theirs } from './engine/theirs'

/**
 * The engine and libllama on the same file, tokens and threads, taking turns. Rates in tokens per second; `ratio` is ours over the better of
 * libllama's two ways of attention, by medians. A quiet machine is meant: libllama's threads wait for each other without rest.
 *
 * LONGLEAF_BENCH_MODELS and LONGLEAF_BENCH_ROWS choose by words in their names; LONGLEAF_BENCH_RUNS, LONGLEAF_BENCH_LAYERS and LONGLEAF_BENCH_FOLDER
 * say how often, how much of the 9B shape, and where it is written.
 */
const threads = 2

type Row = readonly [name: string, measure: () => Promise<void>]

const text = ['index', 'pointers', 'callbacks', 'values', 'load', 'misc', 'types', 'output', 'start']
  .map((name) => readFileSync(new URL(`../../node_modules/koffi/doc/${name}.md`, import.meta.url), 'utf8')).join('\n')

for (const model of benchModels()) await model.withFile((path) => race(model, path))

async function race(model: BenchModel, path: string): Promise<void> {
  const weights = openLlama({ path, context: 64, chunk: 64, kvType: 'f16', flashAttention: true, threads })
  const tokens = textOf(weights.tokenize(text, false), weights.vocabulary)
  const ours = await Ours.open(path, threads)
  const contestants: readonly Contestant[] = [ours, new Theirs(path, threads, true, weights), new Theirs(path, threads, false, weights)]
  const rows: readonly Row[] = [
    ...[512, 4096].map((length): Row => [`prefill of ${length}`, () => prefill(`${model.name}: prefill of ${length}`, contestants, tokens.slice(0, length))]),
    ...[0, ...model.depths].map((depth): Row => [`decode at ${depth}`, () => decode(`${model.name}: decode at depth ${depth}`, contestants, tokens, depth)]),
    ...model.depths.filter((depth) => depth > 32_000 && depth < 40_000).map((depth): Row =>
      [`late prefill at ${depth}`, () => latePrefill(`${model.name}: prefill of 512 at depth ${depth}`, contestants, tokens, depth)]),
    ['busy core', () => beside(() => decode(`${model.name}: decode with one core busy`, contestants, tokens, 0))],
  ]
  for (const [name, measure] of rows) if (isChosen(name)) await measure()
  for (const each of contestants) each.close()
  weights.close()
  if (isChosen('latencies')) await printLatencies(model.name, path, threads, tokens)
}

/** While another program computes on one core. */
async function beside(measure: () => Promise<void>): Promise<void> {
  const other = spawn(process.execPath, ['-e', 'for (;;);'], { stdio: 'ignore' })
  try {
    await measure()
  } finally {
    other.kill('SIGKILL')
    await once(other, 'exit')
  }
}
