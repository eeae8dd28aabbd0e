import { mkdtempSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { libraryFile } from '../../src-main/library/connection'
import { packRuns } from '../../src-main/contract/runs'
import type { Library } from '../../src-main/library/library'
import { openLibrary } from '../../src-main/library/open'
import { startWorkerFile } from '../../src-main/library/thread'
import { buildScript } from '../support/built-worker'
import { buildDocument, store } from '../support/documents'
import { printFigure, quantile, timed } from '../support/figure'
import { randomFrom, zipfCharacter, zipfRanks, zipfText, zipfWord } from '../support/zipf'

/** Search over a library of generated documents, through the worker as the window does it. Every tenth is Chinese; words are as frequent as in running text. */
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

async function measure(library: Library): Promise<void> {
  const all: number[] = []
  for (const [kind, draw] of Object.entries(kinds)) {
    const times: number[] = []
    for (let run = 0; run < 40; run += 1) {
      const text = draw()
      times.push(await timed(() => library.search({ text })))
    }
    printFigure(`search, ${kind}`, 'ms', times)
    all.push(...times)
  }
  printFigure(`search over ${documents} documents`, 'ms', all)
  const rounds = Array.from({ length: 5 }, (_, round) => quantile(all.filter((_time, index) => index % 5 === round), 0.95))
  printFigure(`search over ${documents} documents, 95th percentile of ${all.length / rounds.length}`, 'ms', rounds)
  const questions: number[] = []
  for (let run = 0; run < 40; run += 1) {
    const text = `what is the ${pick(100, 2_000)} of ${pick(500, 5_000)} and the ${pick(200, 2_000)}?`
    questions.push(await timed(() => library.passagesFor(text, [], 60)))
  }
  printFigure('passages for a question, whole library', 'ms', questions)
  printFigure('list of all documents', 'ms', [await timed(() => library.list()), await timed(() => library.list()), await timed(() => library.list())])
}

/** A manual of 2,415 pages and 4.3 million characters, 400 runs a page. */
function manual() {
  const texts = Array.from({ length: 2_415 }, () => zipfText(() => zipfWord(word()), ' ', '.', 1_780))
  const built = buildDocument(texts, { name: 'manual.pdf', path: ['Reference', 'Functions'] })
  const runs = packRuns(Array.from({ length: 400 }, (_, run) => (
    { start: 4 * run, end: 4 * run + 4, x: 72 + random() * 400, y: 72 + 12 * Math.floor(run / 8), width: random() * 50, height: 11.955, direction: 'ltr' as const })))
  return { ...built, units: built.units.map((unit) => ({ ...unit, runs })) }
}

/** How long the library takes to store, to look through and to remove a long document. */
async function measureManual(library: Library): Promise<void> {
  const { file, units, document } = manual()
  const batch = 50
  const adding = await timed(async () => { for (let at = 0; at < units.length; at += batch) await library.addUnits(1, units.slice(at, at + batch)) })
  printFigure('take in 2,415 pages', 'ms', [adding])
  printFigure('store 2,415 pages in one transaction', 'ms', [await timed(() => library.finish(1, file, document, { state: 'ready', failure: null }))])
  printFigure('find in 2,415 pages', 'ms', [await timed(() => library.findText(file.hash, 'nowhere to be found'))])
  printFigure('remove 2,415 pages', 'ms', [await timed(() => library.delete(file.hash))])
}

const folder = mkdtempSync(join(tmpdir(), 'longleaf-bench-'))
const worker = await buildScript('src-main/library/worker.ts')
try {
  const open = () => openLibrary(folder, (data) => startWorkerFile(worker.file, data))
  let library = await open()
  const stored: number[] = []
  for (let index = 0; index < documents; index += 1) {
    const built = generated(index)
    stored.push(await timed(() => store(library, built)))
  }
  printFigure(`store a document of ${unitsEach} pages`, 'ms', stored)
  await library.close()
  printFigure('size of the library', 'MB', [statSync(join(folder, libraryFile)).size / 1e6])
  printFigure('open the library', 'ms', [await timed(async () => { library = await open() })])
  await measure(library)
  await measureManual(library)
  await library.close()
} finally {
  worker.remove()
  rmSync(folder, { recursive: true, force: true })
}
