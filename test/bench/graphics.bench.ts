import { openEngine } from '../../src-engine/engine'
import { findDevices, memoryOf, type Device } from '../../src-engine/ggml/devices'
import { chooseDevices } from '../../src-engine/model/placement'
import { printFigure, timed } from '../support/figure'
import { openLlama } from '../support/libllama'
import type { Contestant } from './engine/contestant'
import { benchModels, type BenchModel } from './engine/models'
import { Ours } from './engine/ours'
import { decode, isChosen, prefill, textOf } from './engine/rows'
import { Theirs } from './engine/theirs'
import { printAccuracy } from './graphics/accuracy'

/**
 * The engine on the first graphics card: how near its logits come to exact ones, loading, reading and answering, with libllama on the same card and with the
 * engine on the processor. libllama attends in its fused way: on a card it was faster than its other one in each row. Where there is no card, it says so.
 * Models, rows, runs, layers and folder are chosen as for the engine's bench; LONGLEAF_BENCH_DEVICE names another device, LONGLEAF_BENCH_THREADS says how
 * many threads compute what is left to the processor.
 */
const threads = Number(process.env['LONGLEAF_BENCH_THREADS'] ?? 2)

const [device] = chooseDevices(process.env['LONGLEAF_BENCH_DEVICE'] ?? 'auto', findDevices())
if (device === undefined) console.log('There is no graphics card here.')
else await measure(device)

async function measure(card: Device): Promise<void> {
  const { freeBytes, totalBytes } = memoryOf(card)
  console.log(`${card.name}: ${card.title} (${card.kind}), ${freeBytes} bytes free of ${totalBytes}`)
  if (isChosen('accuracy')) await printAccuracy(card)
  for (const model of benchModels()) {
    const [loads, races] = [isChosen('load'), racesOf(model).some(({ row }) => isChosen(row))]
    if (loads || races) await model.withFile(async (path) => {
      if (loads) await load(model, path, card)
      if (races) await race(model, path, card)
    })
  }
}

/** As the app loads a model: with the number of threads that proves fastest. */
async function load({ name }: BenchModel, path: string, card: Device): Promise<void> {
  for (const choice of [card.name, 'cpu'] as const) {
    const where = choice === 'cpu' ? 'on the processor' : `on ${choice}`
    const before = memoryOf(card).freeBytes
    const begun = performance.now()
    const engine = await openEngine({ path, device: choice, contextMax: 8192 })
    printFigure(`${name}: load ${where}`, 's', [(performance.now() - begun) / 1000])
    const session = engine.open({ contextMax: 8192 })
    printFigure(`${name}: first 512 tokens ${where}`, 'ms', [await timed(() => session.sync(Array.from({ length: 512 }, (_, i) => i)))])
    printFigure(`${name}: memory of the process ${where}`, 'GB', [process.memoryUsage.rss() / 1e9])
    printFigure(`${name}: memory of the card ${where}`, 'GB', [(before - memoryOf(card).freeBytes) / 1e9])
    engine.close()
  }
}

interface Race {
  readonly row: string
  readonly run: (contestants: readonly Contestant[], tokens: readonly number[]) => Promise<void>
}

function racesOf({ name, depths }: BenchModel): readonly Race[] {
  return [
    ...[512, 4096].map((length): Race => ({ row: `prefill of ${length}`, run: (all, tokens) => prefill(`${name}: prefill of ${length}`, all, tokens.slice(0, length)) })),
    ...[0, ...depths].map((depth): Race => ({ row: `decode at ${depth}`, run: (all, tokens) => decode(`${name}: decode at depth ${depth}`, all, tokens, depth) })),
  ]
}

async function race(model: BenchModel, path: string, card: Device): Promise<void> {
  const weights = openLlama({ path, context: 64, chunk: 64, kvType: 'f16', flashAttention: true, threads, deviceLayers: 1024 })
  const tokens = textOf([], weights.vocabulary)
  await runChosen(model, [await Ours.open(path, threads, card), new Theirs(path, threads, true, weights)], tokens)
  weights.close()
  if (isChosen('processor')) await runChosen(model, [await Ours.open(path, threads)], tokens)
}

async function runChosen(model: BenchModel, contestants: readonly Contestant[], tokens: readonly number[]): Promise<void> {
  for (const { row, run } of racesOf(model)) if (isChosen(row)) await run(contestants, tokens)
  for (const each of contestants) each.close()
}
