import { constants } from 'node:fs'
import { copyFile, mkdir, open, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises'
import { basename, join, resolve } from 'node:path'
import { z } from 'zod'
import { FailureError } from '../contract/failure'
import type { ModelSummary } from '../contract/model'
import type { EngineClient } from '../engine-host/client'
import { displayName } from '../import/file-name'
import { createThrottle } from '../throttle'
import { failureOf } from '../failures'
import { catalogue, type CatalogueEntry } from './catalogue'
import { download } from './download'

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

/** What was learnt of an imported model when it was loaded; kept beside it as `<file>.json`, version 1. */
const sidecarSchema = z.object({ version: z.literal(1), architecture: z.string(), context: z.number(), parameters: z.number() })

const stem = (path: string): string => basename(path).replace(/\.gguf$/i, '')

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
    const sidecar = sidecarSchema.safeParse(await readFile(`${path}.json`, 'utf8').then(JSON.parse).catch(() => null))
    const known = sidecar.success ? sidecar.data : { architecture: 'unknown', context: 0 }
    const { size } = await stat(path)
    const { architecture, context } = known
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
      const name = displayName(basename(path))
      await checkMagic(path, name)
      const facts = await world.engine.load(resolve(path))
      await mkdir(world.ownFolder, { recursive: true })
      const target = join(world.ownFolder, `${stem(name)}.gguf`)
      if ((await stat(target).catch(() => null)) !== null) throw new FailureError('invalid-request', `There is a model named “${stem(name)}” already. Rename the file to keep both.`)
      await copyDurably(resolve(path), target)
      await writeFile(`${target}.json`, JSON.stringify({ version: 1, architecture: facts.architecture, context: facts.contextMax, parameters: facts.parameters }))
      return summaryOfFile(basename(target))
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

async function checkMagic(path: string, name: string): Promise<void> {
  const handle = await open(path, 'r').catch((cause: unknown) => {
    throw new FailureError('not-found', `“${name}” cannot be read. Check its name and that you may open it.`, { document: name, cause })
  })
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(4), 0, 4, 0)
    if (bytesRead === 4 && buffer.toString('latin1') === 'GGUF') return
    throw new FailureError('model-invalid', `“${name}” is not a GGUF model: its first bytes are not those of one. Download the file again; a web page may have been saved in its place.`, { document: name })
  } finally {
    await handle.close()
  }
}

async function copyDurably(from: string, to: string): Promise<void> {
  const part = `${to}.part`
  try {
    await copyFile(from, part, constants.COPYFILE_FICLONE)
    const handle = await open(part, 'r+')
    await handle.sync().finally(() => handle.close())
    await rename(part, to)
  } catch (error) {
    await rm(part, { force: true })
    throw error
  }
}
