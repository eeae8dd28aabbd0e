import type { Command } from './command'
import { modelJson } from './json'
import { modelLine } from './lines'

export const modelsCommand: Command = async ({ services, out, listen, signal }, [verb, target = '']) => {
  const { models } = services
  if (verb === 'import') {
    const model = await models.importFile(target)
    out.line(modelLine(model))
    out.data({ models: [modelJson(model)] })
    return 0
  }
  if (verb === 'get') {
    const stop = listen('model/download', ({ name, done, total }) => out.progress(name, done, total))
    await Promise.race([models.get(target), aborted(signal)]).finally(stop)
    out.endProgress()
    if (signal.aborted) return 130
  }
  const all = await models.list()
  const shown = verb === 'get' ? all.filter(({ name, title }) => name === target || title === target) : all
  shown.forEach((model) => out.line(modelLine(model)))
  out.data({ models: shown.map(modelJson) })
  return 0
}

const aborted = (signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    if (signal.aborted) resolve()
    else signal.addEventListener('abort', () => resolve(), { once: true })
  })
