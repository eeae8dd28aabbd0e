import { mkdtempSync, rmSync } from 'node:fs'
import { readdir } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openEngine, type Engine, type Session } from '../../src-engine/engine'
import type { KvShape } from '../../src-engine/kv/layer'
import { headBytes } from '../../src-engine/kv/room-plan'
import { bytesOf, planStreamed } from '../../src-engine/kv/streamed'
import type { KeptKv } from '../../src-engine/prefill/kept'
import { openReadings } from '../../src-engine/reading/folder'
import { summariesBeside } from '../../src-engine/scheduler/kept-summaries'
import { printFigure, timed } from '../support/figure'
import { filledToken, fillReading } from '../support/filled-reading'
import { writeGlmShape } from '../support/glm-shape'
import { heldReading } from '../support/held-reading'
import { openLlama } from '../support/libllama'
import { Theirs } from './engine/theirs'
import { forget, inARow, inItsOrder, plainReads } from './streamed/plain-reads'

/**
 * Tokens after a reading of GLM-4-9B's geometry that was filled and not computed: with all keys and values in memory, and streamed with a budget of which
 * as large a part of these layers stays in memory as of its 40 with a gigabyte; from the page cache, and with the file's pages dropped before each token; and
 * with retrieval. Beside them libllama at that depth, and what the disk gives for plain reads of a megabyte in a row, and of what a token reads in its order,
 * in the same run.
 * LONGLEAF_BENCH_LAYERS, LONGLEAF_BENCH_LENGTH, LONGLEAF_BENCH_RUNS, LONGLEAF_BENCH_FOLDER; LONGLEAF_BENCH_KV_HEADS=4 for the geometry of the 1M variant, and
 * LONGLEAF_BENCH_GIGABYTES for a larger budget.
 */
const number = (name: string, otherwise: number): number => Number(process.env[`LONGLEAF_BENCH_${name}`] ?? otherwise)
const [layers, length, runs] = [number('LAYERS', 8), number('LENGTH', 131_072), number('RUNS', 5)]
const allLayers = 40
const threads = 2
const selectedTokens = 8_192
const kvHeads = number('KV_HEADS', 2) === 4 ? 4 : 2
/** Whose keys and values have four gigabytes. */
const peerLayersMax = Math.floor(2 ** 32 / (length * 512 * kvHeads)) - 1
const allBytes = number('GIGABYTES', 1) * 2 ** 30
const tokensMax = length + 16
const name = `9B shape (Q4_0, ${layers} layers${kvHeads === 4 ? ', 4 KV heads' : ''}) after ${length} tokens`

const folder = mkdtempSync(join(process.env['LONGLEAF_BENCH_FOLDER'] ?? tmpdir(), 'longleaf-streamed-'))
try {
  const path = join(folder, 'model.gguf')
  writeGlmShape(path, { mix: 'Q4_0', layers, kvHeads, contextMax: length + 8_192 })
  const resident = await ours(path)
  if (layers <= peerLayersMax) await theirs(path, resident)
  else console.log(`llama.cpp's state of more than ${peerLayersMax} layers at such a length is longer than an array of bytes can be: no figure of it`)
} finally {
  rmSync(folder, { recursive: true, force: true })
}

/** Milliseconds of a token with all in memory. */
async function ours(path: string): Promise<number> {
  const engine = await openEngine({ path, threads })
  const held = await heldReading(engine, folder)
  const { reading, close } = held
  await fillReading(reading, length)
  const file = join(folder, (await readdir(folder)).find((each) => each.endsWith('.reading')) ?? '')
  const tokens = Array.from({ length: length + 1 }, (_, i) => filledToken(i))
  let read = 0
  const kept: KeptKv = {
    tokens: reading.tokens,
    readLayer: (...which) => reading.readLayer(...which),
    readHead: (layer, head, from, to, into) => (read += headBytes(engine.shape, to - from), reading.readHead(layer, head, from, to, into)),
    readBlocks: (layer, head, blocks, into) => (read += into.length, reading.readBlocks(layer, head, blocks, into)),
    blocksInFile: (layer, head, count) => {
      const blocks = reading.blocksInFile(layer, head, count)
      if (blocks !== undefined) read += headBytes(engine.shape, count)
      return blocks
    },
  }

  const memory = await withSession(engine, async (session) => {
    await session.sync(tokens, { kept: reading })
    return steps(session, 'all in memory')
  })
  const resident = printFigure(`${name}: a token, all in memory`, 'ms', memory)
  await withSession(engine, async (session) => {
    await session.sync(tokens, { kept, budget: { bytes: budgetBytes(engine), tokensMax } })
    if (session.attention !== 'streamed') throw new Error('It all fits the budget.')
    printFigure(`${name}: most keys and values in memory, streamed`, 'MB', [session.kvBytes / 1e6])
    read = 0
    const warm = await steps(session, 'streamed from memory')
    const bytes = read / (runs + 1)
    printFigure(`${name}: read for a token`, 'MB', [bytes / 1e6])
    const warmBandwidth = printFigure('plain reads from memory', 'MB/s', await plainReads(file, inARow(bytes), { runs, isCold: false }))
    tell('from memory', resident, warm, bytes, warmBandwidth)
    const cold = await steps(session, 'streamed from the disk', () => forget(file))
    const coldBandwidth = printFigure('plain reads from the disk', 'MB/s', await plainReads(file, inARow(bytes), { runs, isCold: true }))
    const order = inItsOrder(reading, length, Math.round(bytes / headBytes(engine.shape, length)))
    const own = printFigure('plain reads of these very bytes', 'MB/s', await plainReads(file, order, { runs, isCold: true }))
    tell('from the disk', resident, cold, bytes, coldBandwidth)
    tell('from the disk, its own order', resident, cold, bytes, own)
  })
  const budget = { bytes: Infinity, tokensMax: length + 64, selectedTokens }
  const summaries = summariesBeside(await openReadings(folder), held, { quotaBytes: Infinity, keepFreeBytes: 0 })
  for (const how of ['keys summed up and kept', 'from what was kept'] as const) {
    await withSession(engine, async (session) => {
      printFigure(`${name}: until the first logits of retrieval, ${how}`, 'ms', [await timed(() => session.sync(tokens, { kept: { ...kept, summaries }, budget }))])
    })
  }
  await withSession(engine, async (session) => {
    await session.sync(tokens, { kept: { ...kept, summaries }, budget })
    if (session.attention !== 'retrieval') throw new Error('It looks at all.')
    printFigure(`${name}: most keys and values in memory, retrieval of ${selectedTokens} tokens`, 'MB', [session.kvBytes / 1e6])
    read = 0
    await session.step(filledToken(0))
    const first = read
    const times = await following(session)
    printFigure(`${name}: read for a token, retrieval of ${selectedTokens} tokens`, 'MB', [(read - first) / runs / 1e6])
    printFigure(`${name}: passed over by retrieval of ${selectedTokens} tokens`, '% of the mass', [100 * (session.retrieval?.unselected ?? NaN)])
    const each = printFigure(`${name}: a token, retrieval of ${selectedTokens} tokens`, 'ms', times)
    printFigure(`${name}: a token, all in memory to retrieval`, 'x', [resident / each])
  })
  await close()
  engine.close()
  return resident
}

/** Rooms for the same part of all KV heads as stays in memory of the whole model, and for those that pass. */
function budgetBytes({ shape: { headSize } }: Engine): number {
  const shapeOf = (count: number): KvShape => ({ layers: count, heads: kvHeads, headSize })
  const plan = planStreamed(shapeOf(allLayers), { kept: length, tokensMax }, allBytes)
  if ('bytesMin' in plan) throw new Error('The budget is too little.')
  const { tail, rooms: { places, staying, passing } } = plan
  return bytesOf(shapeOf(layers), tail) + (Math.round((staying * layers) / allLayers) + passing) * headBytes(shapeOf(layers), places)
}

function tell(where: string, resident: number, streamed: readonly number[], bytes: number, bandwidth: number): void {
  const each = printFigure(`${name}: a token, streamed ${where}`, 'ms', streamed)
  const bound = Math.max(resident, bytes / 1_000 / bandwidth)
  printFigure(`${name}: a layer, streamed ${where}`, 'ms', streamed.map((ms) => ms / layers))
  printFigure(`${name}: the longer of computing and reading ${where}`, 'ms', [bound])
  printFigure(`${name}: streamed ${where} to that`, 'x', [each / bound])
}

async function theirs(path: string, resident: number): Promise<void> {
  const weights = openLlama({ path, context: 64, chunk: 64, kvType: 'f16', flashAttention: true, threads })
  for (const flashAttention of [true, false]) {
    const peer = new Theirs(path, threads, flashAttention, weights)
    peer.room(length + 1_024)
    peer.fill(length)
    peer.step(0)
    const times: number[] = []
    for (let run = 0; run < runs; run++) {
      peer.rewind(length)
      times.push(await timed(() => peer.step(0)))
    }
    printFigure(`${name}: a token, ${peer.name} to all in memory`, 'x', [printFigure(`${name}: a token, ${peer.name}`, 'ms', times) / resident])
    peer.close()
  }
  weights.close()
}

async function withSession<T>(engine: Engine, use: (session: Session) => Promise<T>): Promise<T> {
  const session = engine.open()
  try {
    return await use(session)
  } finally {
    session.close()
  }
}

/** Milliseconds of tokens that follow one another. */
async function following(session: Session): Promise<readonly number[]> {
  const times: number[] = []
  for (let run = 0; run < runs; run++) times.push(await timed(() => session.step(filledToken(run + 1))))
  return times
}

/** Milliseconds of single tokens, each at the same place; the first fetches the memory that they take. Prints the core time of each besides. */
async function steps(session: Session, what: string, before: () => void = () => undefined): Promise<readonly number[]> {
  const times: number[] = []
  const cores: number[] = []
  for (let run = 0; run < runs + 1; run++) {
    session.rewind(length + 1)
    before()
    const begun = process.cpuUsage()
    times.push(await timed(() => session.step(7)))
    const { user, system } = process.cpuUsage(begun)
    cores.push((user + system) / 1_000)
  }
  printFigure(`${name}: core time of a token, ${what}`, 'ms', cores.slice(1))
  return times.slice(1)
}
