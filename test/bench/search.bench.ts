import { mkdtempSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { libraryFile } from '../../src-main/library/connection'
import type { Library } from '../../src-main/library/library'
import { openLibrary } from '../../src-main/library/open'
import { startWorkerFile } from '../../src-main/library/thread'
import { buildScript } from '../support/built-worker'
import { buildDocument, store } from '../support/documents'
import { randomFrom, zipfCharacter, zipfRanks, zipfText, zipfWord } from '../support/zipf'

/**
 * Search over a library of generated documents, through the worker as the window does it. One line of JSON a figure:
 * {name, unit, median, min, max, runs}. Every tenth document is Chinese; words are as frequent as in running text.
 */
const documents = Number(process.env['LONGLEAF_BENCH_DOCUMENTS'] ?? 10_000)
const unitsEach = 5
const charactersEach = 1_500
const vocabulary = 60_000

const random = randomFrom(20261125)
const word = zipfRanks(vocabulary, random)
const character = zipfRanks(4_000, random)
const pick = (from: number, to: number): string => zipfWord(Math.floor(from + random() * (to - from)))
const pickCharacters = (count: number): string => Array.from({ length: count }, () => zipfCharacter(character())).join('')

/** What people type, by kind; each drawn anew for every run. */
const kinds: Readonly<Record<string, () => string>> = {
  'a rare word': () => pick(5_000, vocabulary),
  'a usual word': () => pick(200, 5_000),
  'a common word': () => pick(0, 100),
  'two words': () => `${pick(100, 3_000)} ${pick(100, 3_000)}`,
  'four words, some common': () => `${pick(0, 50)} ${pick(100, 2_000)} ${pick(0, 50)} ${pick(100, 1_000)}`,
  'two common words': () => `${pick(0, 30)} ${pick(0, 30)}`,
  'a phrase in quotation marks': () => `"${pick(0, 20)} ${pick(0, 200)}"`,
  'one Chinese character': () => zipfCharacter(character()),
  'two Chinese characters': () => pickCharacters(2),
  'what stands nowhere': () => 'zzyzx',
}

function generated(index: number) {
  const chinese = index % 10 === 9
  const draw = chinese ? () => zipfCharacter(character()) : () => zipfWord(word())
  const texts = Array.from({ length: unitsEach }, () => zipfText(draw, chinese ? '' : ' ', chinese ? '。' : '.', chinese ? charactersEach / 2 : charactersEach))
  return buildDocument(texts, { name: `document-${index}.pdf`, path: [`Chapter ${index % 40}`] })
}

async function time(use: () => Promise<unknown>): Promise<number> {
  const start = performance.now()
  await use()
  return performance.now() - start
}

function print(name: string, unit: string, values: readonly number[]): void {
  const sorted = [...values].sort((a, b) => a - b)
  const at = (share: number): number => Number((sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? 0).toFixed(2))
  console.log(JSON.stringify({ name, unit, median: at(0.5), min: at(0), max: at(1), p95: at(0.95), runs: sorted.length }))
}

async function measure(library: Library): Promise<void> {
  const all: number[] = []
  for (const [kind, draw] of Object.entries(kinds)) {
    const times: number[] = []
    for (let run = 0; run < 40; run += 1) {
      const text = draw()
      times.push(await time(() => library.search({ text })))
    }
    print(`search, ${kind}`, 'ms', times)
    all.push(...times)
  }
  print(`search over ${documents} documents`, 'ms', all)
  const questions: number[] = []
  for (let run = 0; run < 40; run += 1) {
    const text = `what is the ${pick(100, 2_000)} of ${pick(500, 5_000)} and the ${pick(200, 2_000)}?`
    questions.push(await time(() => library.passagesFor(text, [], 60)))
  }
  print('passages for a question, whole library', 'ms', questions)
  print('list of all documents', 'ms', [await time(() => library.list()), await time(() => library.list()), await time(() => library.list())])
}

const folder = mkdtempSync(join(tmpdir(), 'longleaf-bench-'))
const worker = await buildScript('src-main/library/worker.ts')
try {
  const open = () => openLibrary(folder, (data) => startWorkerFile(worker.file, data))
  let library = await open()
  const stored: number[] = []
  for (let index = 0; index < documents; index += 1) {
    const built = generated(index)
    stored.push(await time(() => store(library, built)))
  }
  print(`store a document of ${unitsEach} pages`, 'ms', stored)
  await library.close()
  print('size of the library', 'MB', [statSync(join(folder, libraryFile)).size / 1e6])
  print('open the library', 'ms', [await time(async () => { library = await open() })])
  await measure(library)
  await library.close()
} finally {
  worker.remove()
  rmSync(folder, { recursive: true, force: true })
}
