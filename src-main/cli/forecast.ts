import type { Forecast } from '../contract/forecast'
import type { Command } from './command'
import { documentsNamed, failureError } from './documents'
import { sizeText } from './lines'

export const forecastCommand: Command = async (world, [name = '']) => {
  const { services, out, signal } = world
  const { documents: [document], failures: [failed] } = await documentsNamed(world, [name])
  if (signal.aborted) return 130
  if (document === undefined) throw failureError(failed ?? { kind: 'not-found', message: `“${name}” holds no document.` })
  const stop = services.engine.onStatus((status) => {
    if (status.state === 'loading') out.progress(`Loading ${status.model}`, status.fraction, 1)
  })
  out.status('Measuring how fast this computer reads')
  try {
    const forecast = await services.forecaster.forecast(document.id, signal)
    out.endProgress()
    forecastLines(document.title, forecast).forEach(out.line)
    out.data(forecast)
    return 0
  } finally {
    stop()
  }
}

export function forecastLines(title: string, { model, tokens, seconds, memoryBytes, diskBytes, mode, obstacle }: Forecast): readonly string[] {
  return [
    `“${title}”: ${tokens} tokens. Reading it whole with ${model} takes about ${durationText(seconds)}, ${sizeText(memoryBytes)} of memory and ${sizeText(diskBytes)} on the disk.`,
    ...(mode === 'streamed' && obstacle === null ? ['What it reads does not fit memory: answers about it come from the disk, slower.'] : []),
    ...(obstacle === null ? [] : [obstacleText(obstacle)]),
  ]
}

function obstacleText(obstacle: NonNullable<Forecast['obstacle']>): string {
  switch (obstacle.kind) {
    case 'longer-than-model': return `That is longer than the ${obstacle.contextMax} tokens that this model can have in view beside questions and answers.`
    case 'too-little-memory': return `This computer has ${sizeText(obstacle.memoryBytes)} of memory: answers come from passages.`
  }
}

export function durationText(seconds: number): string {
  if (seconds < 60) return `${Math.max(1, Math.round(seconds))} s`
  const minutes = Math.round(seconds / 60)
  return minutes < 60 ? `${minutes} min` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`
}
