import { rm, stat } from 'node:fs/promises'
import { basename, join, resolve } from 'node:path'
import { FailureError } from '../contract/failure'
import type { CopyProgress, DownloadState, ImportMode, Licence, LicenceId, ModelFile, ModelSummary } from '../contract/model'
import type { EngineClient } from '../engine-host/client'
import { failureOf } from '../failures'
import { displayName } from '../import/file-name'
import { bring, lookAt } from './bring'
import { catalogue, type CatalogueEntry } from './catalogue'
import { createCopies } from './copies'
import { createDownloads, type Download } from './downloads'
import { differences } from './identity'
import type { Licences } from './licences'
import { createListing, same, type Listed } from './listing'
import type { Network } from './open-file'
import { stem } from './parts'
import { adviceFor } from './recommend'
import { openShelf } from './shelf'
import { endpointOf, fileUrl, listUrl } from './source'

export interface InstalledModel {
  readonly path: string
  /** For a person. */
  readonly name: string
  readonly starter: boolean
}

export interface Models {
  list(): Promise<readonly ModelSummary[]>
  /** By name or title; a family's name stands for the file of it that is installed, else for the one to take here. Rejects with `model-missing`. */
  find(name: string): Promise<ModelSummary>
  /** The same for use, or the path of a GGUF. Rejects with `model-missing` also for what is not installed. */
  resolve(nameOrFile: string): Promise<InstalledModel>
  /** What a model file is called. */
  describe(path: string): { readonly name: string; readonly starter: boolean }
  /** Looks at a GGUF file without loading it. */
  inspect(path: string): Promise<ModelFile>
  /** Looks at a GGUF file, then takes it in. Rejects with `model-invalid` or `model-unsupported`. */
  importFile(path: string, mode: ImportMode): Promise<ModelSummary>
  /** Stops the copying of a model that is brought: nothing of the copy stays, and its `importFile` rejects with `cancelled`. */
  cancelImport(name: string): Promise<void>
  /**
   * Downloads a model of the catalogue: true when it is installed, false when it was paused. A second call joins the first. Rejects with
   * `licence-needed` or `offline` before anything is asked of the network, and as a download does.
   */
  get(name: string): Promise<boolean>
  pause(name: string): Promise<void>
  /** Gives a download up and throws away what came of it. */
  discard(name: string): Promise<void>
  /** Deletes the files of a model; one that is used in place is forgotten. */
  remove(name: string): Promise<void>
  readLicence(licence: LicenceId): Promise<Licence>
  acceptLicence(licence: LicenceId): Promise<void>
  /** Pauses what is being downloaded, and gives up what is being copied. */
  close(): Promise<void>
}

export interface ModelsWorld {
  /** Folders that model files are looked for in, first match wins; the own one among them. */
  readonly folders: readonly string[]
  readonly ownFolder: string
  readonly engine: Pick<EngineClient, 'inspect' | 'unload'>
  readonly licences: Licences
  readonly network: Network
  readonly computer: { memoryBytes(): number; freeBytes(): Promise<number | null> }
  /** The mirror that the person chose; empty for none. */
  mirror(): string
  readonly env: Readonly<Record<string, string | undefined>>
  readonly onDownload: (name: string, download: DownloadState | null) => void
  readonly onCopy: (name: string, copy: CopyProgress | null) => void
  readonly onChange: () => void
  wait(milliseconds: number, signal: AbortSignal): Promise<void>
  /** Monotonic milliseconds. */
  now(): number
}

/** The models of a library: those of the catalogue, and those that the person brought. */
export async function openModels(world: ModelsWorld): Promise<Models> {
  const { ownFolder, engine, licences, computer } = world
  const shelf = openShelf(ownFolder)
  await shelf.tidy()
  const downloads = createDownloads({
    network: world.network, freeBytes: computer.freeBytes, wait: world.wait, now: world.now, publish: world.onDownload,
    check: (path) => checkPart(path, engine),
  })
  const copies = createCopies(world.onCopy)
  const computerFacts = async () => ({ memoryBytes: computer.memoryBytes(), freeBytes: await computer.freeBytes() })
  const listing = createListing({ folders: world.folders, ownFolder, shelf, downloads, licences, computer: computerFacts })

  const named = async (name: string): Promise<Listed> => {
    const found = await listing.named(name.trim())
    if (found === null) throw new FailureError('model-missing', `There is no model “${displayName(name)}”. “longleaf models” lists those that there are.`)
    return found
  }
  const entryNamed = async (name: string): Promise<CatalogueEntry> => {
    const found = await named(name)
    if ('entry' in found) return found.entry
    throw new FailureError('invalid-request', `“${found.summary.title}” is a model that you brought; there is nothing to download.`)
  }
  const downloadOf = (entry: CatalogueEntry): Download => {
    const endpoint = endpointOf(world.mirror(), world.env)
    const { name, title, file, sha256, bytes, bytesExact } = entry
    const wanted = { title, file, sha256, url: fileUrl(endpoint, entry), listUrl: listUrl(endpoint, entry), bytes: bytesExact ? bytes : null }
    return { name, path: join(ownFolder, file), wanted }
  }
  const discard = ({ name, file }: CatalogueEntry): Promise<void> => downloads.discard({ name, path: join(ownFolder, file) })

  return {
    list: async () => (await listing.all()).map(({ summary }) => summary),
    find: async (name) => (await named(name)).summary,
    resolve: (nameOrFile) => resolveModel(nameOrFile.trim(), listing.named),
    describe: describeFile,
    inspect: async (path) => inspectFile(path, engine, await computerFacts()),
    async importFile(path, mode) {
      const isTaken = async (name: string, own: string | null): Promise<boolean> =>
        (await listing.all()).some((known) => same(known.summary.name, name) && (own === null || known.path !== own))
      const name = await bring(path, mode, { ownFolder, shelf, engine, copies, freeBytes: computer.freeBytes, isTaken })
      world.onChange()
      return (await named(name)).summary
    },
    cancelImport: copies.cancel,
    async get(name) {
      const entry = await entryNamed(name)
      checkMayDownload(entry, await named(entry.name), world.env)
      if ((await named(entry.name)).path !== null) return true
      const installed = await downloads.run(downloadOf(entry))
      if (installed) world.onChange()
      return installed
    },
    pause: async (name) => downloads.pause((await entryNamed(name)).name),
    discard: async (name) => discard(await entryNamed(name)),
    async remove(name) {
      const found = await named(name)
      if ('own' in found) {
        engine.unload(found.own.path)
        await shelf.remove(found.own)
      } else {
        await removeEntry(found.summary, found.path, engine)
        await discard(found.entry)
      }
      world.onChange()
    },
    readLicence: licences.read,
    async acceptLicence(licence) {
      await licences.accept(licence)
      world.onChange()
    },
    async close() {
      await Promise.all([downloads.close(), copies.close()])
    },
  }
}

/** The strict reader's word on a file that is not installed yet, about the name that it will have; and whether it is the model that was asked for. */
async function checkPart(path: string, engine: Pick<EngineClient, 'inspect'>): Promise<void> {
  const file = basename(path, '.part')
  const facts = await engine.inspect(path).catch((error: unknown) => {
    if (!(error instanceof FailureError)) throw error
    const { kind, message } = error.failure
    throw new FailureError(kind, message.replaceAll(basename(path), file), { cause: error })
  })
  const entry = catalogue.find((each) => each.file === file)
  // Where the catalogue knows the hash, that says which file it is; where it does not, a server could announce any.
  const unlike = entry?.sha256 === null ? differences(facts, entry) : ''
  if (unlike === '') return
  throw new FailureError('model-invalid', `What came for ${entry?.title} is another model: ${unlike}. It was thrown away. Try another mirror, or another file of the model.`)
}

/** @throws FailureError `licence-needed` or `offline` for a model that is not installed. */
function checkMayDownload({ title, licence }: CatalogueEntry, { summary: { installed, licenceToAccept } }: Listed, env: ModelsWorld['env']): void {
  if (installed) return
  if (licenceToAccept !== null) {
    throw new FailureError('licence-needed', `${title} comes under the ${licence} licence, which has to be accepted first. “longleaf models licence ${licenceToAccept}” shows it; “--accept-licence” accepts it.`)
  }
  if (env['LONGLEAF_OFFLINE'] === '1') throw new FailureError('offline', `${title} is not installed, and LONGLEAF_OFFLINE keeps Longleaf from downloading it.`)
}

async function resolveModel(wanted: string, named: (name: string) => Promise<Listed | null>): Promise<InstalledModel> {
  const found = await named(wanted)
  const path = found?.path ?? resolve(wanted)
  if (found === null || found.path !== null) {
    if ((await stat(path).catch(() => null))?.isFile()) return { path, ...describeFile(path) }
    throw new FailureError('model-missing', `There is no model “${displayName(wanted)}”. “longleaf models” lists those that there are; a GGUF file can be named by its path.`)
  }
  if ('own' in found) throw new FailureError('model-missing', `The file of “${found.own.name}” is no longer where it was: “${found.own.path}”. Put it back, or delete the model and add it again.`)
  throw new FailureError('model-missing', `The model ${found.entry.title} is not installed. Download it in the model menu, or run “longleaf models get ${found.entry.name}”.`)
}

function describeFile(path: string): { readonly name: string; readonly starter: boolean } {
  const entry = catalogue.find(({ file }) => file === basename(path))
  return { name: entry?.title ?? stem(path), starter: entry?.starter ?? false }
}

async function inspectFile(given: string, engine: Pick<EngineClient, 'inspect'>, computer: Parameters<typeof adviceFor>[1]): Promise<ModelFile> {
  try {
    const { facts, path, name, bytes, parts } = await lookAt(given, engine)
    const { architecture, quantisation, parameters, contextMax: context, kvBytesPerToken } = facts
    const advice = adviceFor({ bytes, context, kvBytesPerToken, presentBytes: bytes }, computer)
    return { state: 'good', path, name, architecture, quantisation, parameters, context, kvBytesPerToken, bytes, parts: parts.length, advice }
  } catch (error) {
    return { state: 'refused', path: given, failure: failureOf(error, null) }
  }
}

async function removeEntry({ title, removable, download }: ModelSummary, path: string | null, engine: Pick<EngineClient, 'unload'>): Promise<void> {
  if (path === null && download !== null) return
  if (path === null) throw new FailureError('model-missing', `${title} is not installed, so there is nothing to delete.`)
  if (!removable) throw new FailureError('invalid-request', `${title} lies in “${path}”, which is not a folder of this library. Delete it there.`)
  engine.unload(path)
  await rm(path, { force: true, maxRetries: 5 })
}
