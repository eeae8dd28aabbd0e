/** What can be done with a book that is longer than the chosen model's window: which chapters fit, and which model would have it whole. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import type { ModelFacts } from '../../../src-engine/protocol'
import type { ModelSummary } from '../../../src-main/contract/model'
import type { Library } from '../../../src-main/library/library'
import { createReadingChooser } from '../../../src-main/reading/chooser'
import { buildDocument } from '../../support/documents'
import { openHere } from '../../support/library'

const facts: ModelFacts = { name: 'Small', architecture: 'glm4', parameters: 9e9, bytes: 5e9, contextMax: 32_768, markTokens: 9, vocabulary: 151_552, threads: 2, layers: 40, devices: [] }
const fits = { kind: 'fits', tokens: 131_072, why: null } as const
const summary = (name: string, context: number, change: Partial<ModelSummary> = {}): ModelSummary => ({
  name, title: name.toUpperCase(), family: name, architecture: 'glm4', quantisation: 'Q4_0', bytes: 5e9, bytesExact: true, context, kvBytesPerToken: 40_960,
  memoryBytes: 6e9, memoryTokens: 8_192, madeBy: null, packagedBy: null, licence: 'MIT', licenceToAccept: null, origin: 'catalogue', installed: false,
  removable: false, recommended: false, advice: fits, starter: false, download: null, ...change,
})

let root: string
let library: Library
let book: string
beforeEach(async () => {
  root = mkdtempSync(join(tmpdir(), 'longleaf-chooser-'))
  library = await openHere(root)
  const { units, file, document } = buildDocument(['One.', 'Two.', 'Three.', 'Four.'], { name: 'long.pdf' })
  await library.addUnits(1, units)
  book = (await library.finish(1, file, document, { state: 'ready', failure: null })).id
})
afterEach(async () => {
  await library.close()
  rmSync(root, { recursive: true, force: true })
})

const choicesWith = (models: readonly ModelSummary[]): ReturnType<ReturnType<typeof createReadingChooser>['choices']> =>
  createReadingChooser({
    library, chosenModel: () => Promise.resolve({ path: '/small.gguf' }), models: () => Promise.resolve(models),
    speeds: { of: () => Promise.resolve({ chunkTokens: 512, chunkMilliseconds: 1_024, depthMilliseconds: 0, kvBytesPerToken: 64, memoryBytes: 1 }) },
    settings: () => ({ halfReadings: true }),
    // A long book: of each page as many tokens as fill a third of the window.
    engine: { load: () => Promise.resolve(facts), count: (texts) => Promise.resolve(texts.map(() => 11_000)) },
  }).choices(book)

it('counts the book and its chapters, and what is free in the window for them', async () => {
  expect(await choicesWith([])).toEqual({
    tokens: 44_000, tokensMax: 32_768 - 1_024, chapters: [{ title: '', level: 1, units: [0, 3], tokens: 44_000 }],
    unitTokens: [11_000, 11_000, 11_000, 11_000], cost: { secondsEach: 0.002, secondsSquare: 0, diskBytesEach: 34 }, largerModel: null,
  })
})

it('names the model with the smallest window that has room for it, one that is there before one to be fetched, and none that this computer cannot run', async () => {
  const named = async (...models: readonly ModelSummary[]): Promise<unknown> => (await choicesWith(models)).largerModel
  const [million, middle] = [summary('million', 1_048_576), summary('middle', 131_072)]
  expect(await named(million, middle)).toEqual({ name: 'middle', title: 'MIDDLE', context: 131_072, installed: false })
  expect(await named({ ...million, installed: true }, middle)).toMatchObject({ name: 'million', installed: true })
  expect(await named({ ...middle, advice: { kind: 'too-little-memory', neededBytes: 9e9, haveBytes: 8e9 } }, million)).toMatchObject({ name: 'million' })
  // Room for questions and answers is left.
  expect(await named(summary('just', 44_500))).toBeNull()
  expect(await named(summary('roomy', 45_024))).toMatchObject({ name: 'roomy' })
})
