import type { DownloadState, LicenceId, ModelSummary } from '../contract/model'
import { licenceIds } from '../contract/model'
import { FailureError } from '../contract/failure'
import { displayName } from '../import/file-name'
import type { Command, CommandWorld, ExitCode } from './command'
import { deviceCommand } from './device'
import { modelJson } from './json'
import { modelLine, sizeText } from './lines'

export const modelsCommand: Command = async (world, [verb, target = '']) => {
  switch (verb) {
    case 'get':
      return getModel(world, target)
    case 'import':
      return importModel(world, target)
    case 'delete':
      return deleteModel(world, target)
    case 'licence':
      return showLicence(world, target)
    case 'device':
      return deviceCommand(world, target)
    default:
      return show(world, await world.services.models.list())
  }
}

function show({ out }: CommandWorld, models: readonly ModelSummary[]): ExitCode {
  models.forEach((model) => out.line(modelLine(model)))
  out.data({ models: models.map(modelJson) })
  return 0
}

/** Downloads a model; Ctrl+C pauses it, and the next time goes on from there. */
async function getModel(world: CommandWorld, name: string): Promise<ExitCode> {
  const { services: { models }, options, out, listen, signal } = world
  const wanted = await models.find(name)
  if (options.acceptLicence && wanted.licenceToAccept !== null) await models.acceptLicence(wanted.licenceToAccept)
  const stop = listen('model/download', ({ download }) => progress(world, wanted.title, download))
  const pause = (): void => void models.pause(wanted.name)
  signal.addEventListener('abort', pause, { once: true })
  try {
    const installed = await models.get(wanted.name)
    if (!installed || signal.aborted) return 130
  } finally {
    stop()
    signal.removeEventListener('abort', pause)
    out.endProgress()
  }
  return show(world, [await models.find(wanted.name)])
}

/** Takes a model file in; Ctrl+C stops copying it, and nothing of the copy stays. */
async function importModel(world: CommandWorld, path: string): Promise<ExitCode> {
  const { services: { models }, options, out, listen, signal } = world
  let copied: string | null = null
  const cancel = (): void => void (copied !== null && models.cancelImport(copied))
  const stop = listen('model/copy', ({ name, copy }) => {
    copied = copy === null ? null : name
    if (signal.aborted) cancel()
    else if (copy !== null) out.progress(`Copying ${name}`, copy.doneBytes, copy.totalBytes)
  })
  signal.addEventListener('abort', cancel, { once: true })
  try {
    return show(world, [await models.importFile(path, options.inPlace ? 'in-place' : 'copy')])
  } catch (error) {
    if (error instanceof FailureError && error.failure.kind === 'cancelled') return 130
    throw error
  } finally {
    stop()
    signal.removeEventListener('abort', cancel)
    out.endProgress()
  }
}

function progress({ out }: CommandWorld, title: string, download: DownloadState | null): void {
  if (download?.state === 'running') out.progress(`Downloading ${title}`, download.doneBytes, download.totalBytes, speedText(download.bytesPerSecond, download.secondsLeft))
  if (download?.state === 'checking') out.progress(`Checking ${title}`, download.doneBytes, download.totalBytes)
}

function speedText(bytesPerSecond: number | null, secondsLeft: number | null): string {
  const left = secondsLeft === null ? '' : secondsLeft < 90 ? `, ${Math.ceil(secondsLeft)} s left` : `, ${Math.ceil(secondsLeft / 60)} min left`
  return bytesPerSecond === null ? '' : `  ${sizeText(bytesPerSecond)}/s${left}`
}

async function deleteModel({ services: { models }, out }: CommandWorld, name: string): Promise<ExitCode> {
  const model = await models.find(name)
  await models.remove(model.name)
  out.line(model.origin === 'in-place' ? `Forgotten: ${model.title}. Its file is where it was.` : `Deleted: ${model.title}, ${sizeText(model.bytes)}`)
  out.data({ models: [modelJson({ ...model, installed: false, download: null })] })
  return 0
}

async function showLicence({ services: { models }, out }: CommandWorld, id: string): Promise<ExitCode> {
  const known = licenceIds.find((licence): licence is LicenceId => licence === id)
  if (known === undefined) throw new FailureError('not-found', `There is no licence “${displayName(id)}”. Those that are asked for: ${licenceIds.join(', ')}.`)
  const licence = await models.readLicence(known)
  out.line(licence.text)
  out.data({ licence })
  return 0
}
