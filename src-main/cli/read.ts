import { FailureError } from '../contract/failure'
import type { ReadingResult, ReadingSummary } from '../contract/reading'
import type { DocumentSummary } from '../contract/library'
import type { Command, CommandWorld } from './command'
import { documentsNamed, failureError } from './documents'
import { durationText, forecastLines } from './forecast'
import { readingJson, readJson } from './json'
import { sizeText, unitsText } from './lines'

/** Reads a document with the chosen model, or goes on with it. */
export const readCommand: Command = async (world, [name = '']) => {
  const { services, out, signal } = world
  const { documents: [document], failures: [failed] } = await documentsNamed(world, [name])
  if (signal.aborted) return 130
  if (document === undefined) throw failureError(failed ?? { kind: 'not-found', message: `“${name}” holds no document.` })
  await foretell(world, document)
  const stop = world.listen('reading/changed', ({ readings }) => {
    const state = readings.find((reading) => reading.document === document.id)?.state
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

/** What it takes is said before it begins. */
async function foretell({ services, out, signal }: CommandWorld, document: DocumentSummary): Promise<void> {
  const stop = services.engine.onStatus((status) => {
    if (status.state === 'loading') out.progress(`Loading ${status.model}`, status.fraction, 1)
  })
  out.status('Measuring how fast this computer reads')
  const forecast = await services.forecaster.forecast(document.id, signal).finally(stop)
  out.endProgress()
  forecastLines(document.title, forecast).forEach(out.note)
  if (forecast.obstacle?.kind === 'longer-than-model') {
    throw new FailureError('context-exceeded', `“${document.title}” has ${forecast.tokens} tokens, and ${forecast.model} can have ${forecast.obstacle.contextMax} in view. Ask from passages, or choose a model that can have more in view.`, { document: document.id })
  }
}

function readLine(document: DocumentSummary, { tokens, tokensTotal, reused, units, bytes, model }: ReadingResult): string {
  const before = reused === 0 ? '' : `, ${reused} of them before`
  if (tokens === tokensTotal) return `Read with ${model}: “${document.title}”, ${tokens} tokens${before}, ${sizeText(bytes)} on the disk.`
  return `Partly read with ${model}: “${document.title}”, ${unitsText(document, units)}, ${tokens} of ${tokensTotal} tokens${before}. The same command goes on from there.`
}

export const readingsCommand: Command = async ({ services, out }, [verb, id = '']) => {
  const { readings } = services
  if (verb === 'delete') {
    await readings.delete(id)
    out.line(`Deleted: ${id}`)
    out.data({ reading: id })
    return 0
  }
  const { readings: all, quotaBytes } = await readings.shelf()
  all.forEach((reading) => out.line(readingLine(reading)))
  if (all.length === 0) out.note('Nothing was read yet. “longleaf read FILE-OR-ID” reads a document whole.')
  out.data({ readings: all.map(readingJson), quotaBytes })
  return 0
}

const readingLine = ({ id, document, title, model, tokens, bytes, state, lastUsed }: ReadingSummary): string =>
  [id, title ?? document, model ?? 'unknown model', `${tokens} tokens`, sizeText(bytes), state === 'read' ? 'read' : 'partly read', `last used ${lastUsed.slice(0, 10)}`].join('  ')
