import type { DocumentFormat } from '../contract/document'
import { FailureError } from '../contract/failure'
import type { Forecast } from '../contract/forecast'
import type { ReadingChoices, ReadingResult, ReadingSummary, Strain } from '../contract/reading'
import type { DocumentSummary } from '../contract/library'
import type { Command, CommandWorld } from './command'
import { documentsNamed, failureError } from './documents'
import { durationText, forecastLines } from './forecast'
import { readingJson, readJson } from './json'
import { idCharacters, sizeText, unitsText } from './lines'

/** Reads a document with the chosen model, or goes on with it. */
export const readCommand: Command = async (world, [name = '']) => {
  const { services, out, signal } = world
  const { documents: [document], failures: [failed] } = await documentsNamed(world, [name])
  if (signal.aborted) return 130
  if (document === undefined) throw failureError(failed ?? { kind: 'not-found', message: `“${name}” holds no document.` })
  expectRoom(world, document, await foretell(world, document))
  const before = await services.readings.of(document.id)
  if (before?.scope.kind === 'whole' && before.kept.tokens > 0) out.note(`${before.kept.tokens} of them are read already.`)
  const stop = world.listen('reading/changed', ({ readings }) => {
    const state = readings.find((reading) => reading.document === document.id)?.state
    if (state?.kind === 'paused' && state.why !== 'person') out.note(pausedText[state.why])
    if (state?.kind !== 'reading' || state.progress === null) return
    const { tokens, tokensTotal, millisecondsLeft } = state.progress
    out.progress(`Reading “${document.title}”`, tokens, tokensTotal, millisecondsLeft === null ? '' : `, ${durationText(millisecondsLeft / 1_000)} left`)
  })
  const result = await services.readings.read(document.id, signal).finally(() => {
    stop()
    out.endProgress()
  })
  if (result.setAside !== null) out.note(result.setAside)
  if (result.weights === 'layer by layer') out.note('There was not enough free memory for the whole model: its weights were read layer by layer.')
  out.line(readLine(document, result))
  out.data(readJson(document, result))
  return result.tokens === result.tokensTotal ? 0 : 130
}

const pausedText: Readonly<Record<Strain, string>> = {
  battery: 'Paused while the computer runs on its battery, as the settings have it.',
  heat: 'Paused until the computer is cooler.',
  memory: 'Paused until there is more free memory. Close other programs to go on now.',
}

/** What it takes is said before it begins. */
async function foretell({ services, out, signal }: CommandWorld, document: DocumentSummary): Promise<Forecast> {
  const stop = services.engine.onStatus((status) => {
    if (status.state === 'loading') out.progress(`Loading ${status.model}`, status.fraction, 1)
  })
  out.status('Measuring how fast this computer reads')
  const forecast = await services.forecaster.forecast(document.id, signal).finally(stop)
  out.endProgress()
  forecastLines(document.title, forecast).forEach(out.note)
  if (forecast.obstacle?.kind === 'longer-than-model') {
    const choices = await services.readingChooser.choices(document.id)
    choiceLines(document, choices).forEach(out.note)
    throw new FailureError('context-exceeded', `“${document.title}” is too long for ${forecast.model} to be read whole. Nothing was read.`, { document: document.id })
  }
  return forecast
}

/** While a document is read the keys and values of two layers are in memory. */
function expectRoom({ services, options: { memoryBytes } }: CommandWorld, document: DocumentSummary, { diskBytes }: Forecast): void {
  const neededBytes = Math.ceil((2 * diskBytes) / (services.engine.facts?.layers ?? 2))
  if (memoryBytes === null || neededBytes <= memoryBytes) return
  const text = `Reading “${document.title}” takes ${sizeText(neededBytes)} of memory for what is read, and --memory allows ${sizeText(memoryBytes)}. Allow it more, or ask from passages.`
  throw new FailureError('out-of-memory', text, { document: document.id })
}

/** What can be done about a document that is longer than the model's window. */
function choiceLines(document: DocumentSummary, { tokensMax, chapters, largerModel }: ReadingChoices): readonly string[] {
  const larger = largerModel && `${largerModel.title} can have all of it in view: ${largerModel.installed ? '' : `“longleaf models get ${largerModel.name}”, then `}“--model ${largerModel.name}”.`
  return [
    `${tokensMax} tokens of it can be read at once. Chapters can be chosen in the window:`,
    ...chapters.map(({ title, level, units, tokens }) => `${'  '.repeat(level)}${title === '' ? unitsText(document, [units]) : `${title}, ${unitsText(document, [units])}`}: ${tokens} tokens`),
    ...(larger === null ? [] : [larger]),
    'Without reading it, “longleaf ask” answers from passages of all of it.',
  ]
}

function readLine(document: DocumentSummary, { tokens, tokensTotal, reused, units, bytes, model }: ReadingResult): string {
  const before = reused === 0 ? '' : `, ${reused} of them before`
  if (tokens === tokensTotal) return `Read with ${model}: “${document.title}”, ${tokens} tokens${before}, ${sizeText(bytes)} on the disk.`
  return `Partly read with ${model}: “${document.title}”, ${unitsText(document, units)}, ${tokens} of ${tokensTotal} tokens${before}. The same command goes on from there.`
}

export const readingsCommand: Command = async ({ services, out }, [verb, id = '']) => {
  const { library, readings } = services
  const formats = new Map((await library.list()).map(({ id: document, format }) => [document, format]))
  const lineOf = (reading: ReadingSummary): string => readingLine(reading, formats.get(reading.document) ?? 'pdf')
  if (verb === 'delete') {
    const reading = await readings.find(id)
    await readings.delete(reading.id)
    out.line(`Deleted: ${lineOf(reading)}`)
    out.data({ reading: reading.id })
    return 0
  }
  const { readings: all, quotaBytes } = await readings.shelf()
  all.forEach((reading) => out.line(lineOf(reading)))
  if (all.length === 0) out.note('Nothing was read yet. “longleaf read FILE-OR-ID” reads a document whole.')
  out.data({ readings: all.map(readingJson), quotaBytes })
  return 0
}

/** The end of its id is enough to name it. */
function readingLine({ id, title, model, tokens, bytes, state, units, lastUsed }: ReadingSummary, format: DocumentFormat): string {
  const names = [id.replace(/\.\w+$/u, '').slice(-idCharacters), title ?? 'a document that is no more', model ?? 'unknown model']
  return [...names, `${tokens} tokens`, sizeText(bytes), state === 'read' ? 'read' : `partly read, ${unitsText({ format }, units)}`, `last used ${lastUsed.slice(0, 10)}`].join('  ')
}
