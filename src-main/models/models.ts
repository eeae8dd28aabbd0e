import { readdir, stat } from 'node:fs/promises'
import { basename, join, resolve } from 'node:path'
import { FailureError } from '../contract/failure'
import type { ModelSummary } from '../contract/model'
import type { EngineClient } from '../engine-host/client'
import { displayName } from '../import/file-name'
import { createThrottle } from '../throttle'
import { failureOf } from '../failures'
import { catalogue, type CatalogueEntry } from './catalogue'
import { download } from './download'
import { factsBeside, importModel, stem } from './import-model'

export interface InstalledModel {
  readonly path: string
  /** For a person. */
  readonly name: string
  readonly starter: boolean
}

export interface Models {
  list(): Promise<readonly ModelSummary[]>
  /** By catalogue name, title, name of an imported file, or path of a GGUF. Rejects with `model-missing`. */
  resolve(nameOrFile: string): Promise<InstalledModel>
  /** What a model file is called. */
  describe(path: string): { readonly name: string; readonly starter: boolean }
  /** Checks a GGUF by loading it, then copies it to the person's own models. Rejects with `model-invalid` or `model-unsupported`. */
  importFile(path: string): Promise<ModelSummary>
  /** Downloads a catalogue model; resolves at once where it is installed. A second call for the same model joins the first. */
  get(name: string): Promise<void>
}

export interface ModelsWorld {
  readonly folders: readonly string[]
  readonly ownFolder: string
  readonly engine: Pick<EngineClient, 'load'>
  /** `failure` is null until the download has failed. */
  readonly onDownload: (progress: { readonly name: string; readonly done: number; readonly total: number; readonly failure: string | null }) => void
  readonly offline: boolean
  /** Ends downloads when the app ends. */
  readonly signal: AbortSignal
}

export function openModels(world: ModelsWorld): Models {
  const find = async (file: string, bytes: number | null): Promise<string | null> => {
    for (const folder of world.folders) {
      const path = join(folder, file)
      const found = await stat(path).catch(() => null)
      if (found?.isFile() && (bytes === null || found.size === bytes)) return path
    }
    return null
  }
  const imported = async (): Promise<readonly string[]> => {
    const names = await readdir(world.ownFolder).catch((): string[] => [])
    return names.filter((name) => /\.gguf$/i.test(name) && !catalogue.some((entry) => entry.file === name)).sort()
  }
  const summaryOf = async (entry: CatalogueEntry): Promise<ModelSummary> => {
    const { name, title, architecture, bytes, context, licence, recommended, starter } = entry
    return { name, title, architecture, bytes, context, licence, recommended, starter, installed: (await find(entry.file, entry.bytes)) !== null }
  }
  const summaryOfFile = async (name: string): Promise<ModelSummary> => {
    const path = join(world.ownFolder, name)
    const { size } = await stat(path)
    const { architecture, context } = await factsBeside(path)
    return { name: stem(name), title: stem(name), architecture, bytes: size, context, licence: 'unknown', installed: true, recommended: false, starter: false }
  }

  const downloads = new Map<string, Promise<void>>()
  const fetchModel = async (entry: CatalogueEntry): Promise<void> => {
    if ((await find(entry.file, entry.bytes)) !== null) return
    if (world.offline) throw new FailureError('offline', `${entry.title} is not installed, and LONGLEAF_OFFLINE keeps Longleaf from downloading it.`)
    const progress = createThrottle<number>(250, (done) => world.onDownload({ name: entry.name, done, total: entry.bytes, failure: null }))
    try {
      const { url, bytes, sha256, title } = entry
      await download({ url, path: join(world.ownFolder, entry.file), bytes, sha256, title, signal: world.signal, onProgress: progress.push })
      progress.clear()
      world.onDownload({ name: entry.name, done: entry.bytes, total: entry.bytes, failure: null })
    } catch (error) {
      progress.clear()
      world.onDownload({ name: entry.name, done: 0, total: entry.bytes, failure: failureOf(error, null).message })
      throw error
    }
  }

  const models: Models = {
    async list() {
      return [...(await Promise.all(catalogue.map(summaryOf))), ...(await Promise.all((await imported()).map(summaryOfFile)))]
    },
    async resolve(nameOrFile) {
      const wanted = nameOrFile.trim()
      const entry = catalogue.find(({ name, title }) => [name, title].some((known) => known.toLowerCase() === wanted.toLowerCase()))
      if (entry !== undefined) {
        const path = await find(entry.file, entry.bytes)
        if (path === null) throw new FailureError('model-missing', `The model ${entry.title} is not installed. Download it in the model menu, or run “longleaf models get ${entry.name}”.`)
        return { path, name: entry.title, starter: entry.starter }
      }
      const own = (await imported()).find((name) => stem(name) === wanted)
      const path = own === undefined ? resolve(wanted) : join(world.ownFolder, own)
      if ((await stat(path).catch(() => null))?.isFile()) return { path, ...models.describe(path) }
      throw new FailureError('model-missing', `There is no model “${displayName(wanted)}”. “longleaf models” lists those that there are; a GGUF file can be named by its path.`)
    },
    describe(path) {
      const entry = catalogue.find(({ file }) => file === basename(path))
      return { name: entry?.title ?? stem(path), starter: entry?.starter ?? false }
    },
    async importFile(path) {
      return summaryOfFile(basename(await importModel(resolve(path), world)))
    },
    get(name) {
      const entry = catalogue.find((known) => known.name === name || known.title === name)
      if (entry === undefined) return Promise.reject(new FailureError('model-missing', `There is no model “${displayName(name)}” in the catalogue.`))
      const running = downloads.get(entry.name) ?? fetchModel(entry).finally(() => downloads.delete(entry.name))
      downloads.set(entry.name, running)
      return running
    },
  }
  return models
}
