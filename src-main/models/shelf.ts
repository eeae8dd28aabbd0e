import { mkdir, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { z } from 'zod'
import type { ImportMode } from '../contract/model'
import { partsOf, stem } from './parts'

/**
 * Models that a person brought, in Longleaf's own folder: `<name>.gguf` or its parts, where they were copied, and beside it `<name>.gguf.json`
 * with what was learnt of it. Version 1 knew only copies. A file without such a record is one that the person put there by hand.
 */
const facts = { architecture: z.string(), context: z.number().int().nonnegative(), parameters: z.number() }
const recordSchema = z.union([
  z.object({ version: z.literal(1), ...facts }),
  z.object({
    version: z.literal(2),
    ...facts,
    quantisation: z.string().nullable(),
    kvBytesPerToken: z.number().nonnegative(),
    /** Absolute path of the first file where it is used in place; null for a copy. */
    inPlace: z.string().nullable(),
  }),
])
type ModelRecord = Extract<z.infer<typeof recordSchema>, { version: 2 }>

export type OwnFacts = Omit<ModelRecord, 'version' | 'inPlace'>

export interface OwnModel extends OwnFacts {
  readonly name: string
  /** Of its first file. */
  readonly path: string
  readonly mode: ImportMode
  /** All parts; 0 where the file is gone. */
  readonly bytes: number
}

export interface Shelf {
  /** In the order of their names. `except`: files in the same folder that are not the person's own. */
  list(except: ReadonlySet<string>): Promise<readonly OwnModel[]>
  /** Keeps what was learnt of a model that is there now. */
  put(name: string, facts: OwnFacts, inPlace: string | null): Promise<void>
  /** Throws away half-made copies and records of a process that was killed; downloads that can go on stay. */
  tidy(): Promise<void>
  /** Forgets a model, and deletes its files where they are copies. */
  remove(model: OwnModel): Promise<void>
}

const unknownFacts: OwnFacts = { architecture: 'unknown', context: 0, parameters: 0, quantisation: null, kvBytesPerToken: 0 }
const recordEnding = '.gguf.json'

export function openShelf(folder: string): Shelf {
  const recordPath = (name: string): string => join(folder, `${name}${recordEnding}`)
  const readRecord = async (name: string): Promise<ModelRecord | null> => {
    const parsed = recordSchema.safeParse(await readFile(recordPath(name), 'utf8').then(JSON.parse).catch(() => null))
    if (!parsed.success) return null
    return parsed.data.version === 2 ? parsed.data : { ...parsed.data, version: 2, quantisation: null, kvBytesPerToken: 0, inPlace: null }
  }
  const ownModel = async (name: string, copied: string | undefined): Promise<OwnModel | null> => {
    const record = await readRecord(name)
    const path = copied ?? record?.inPlace ?? null
    if (path === null) return null
    const { architecture, context, parameters, quantisation, kvBytesPerToken } = record ?? unknownFacts
    return { name, path, mode: copied === undefined ? 'in-place' : 'copy', bytes: await bytesOf(partsOf(path)), architecture, context, parameters, quantisation, kvBytesPerToken }
  }
  return {
    async list(except) {
      const entries = await readdir(folder).catch((): string[] => [])
      const copied = new Map(entries.filter((entry) => /\.gguf$/i.test(entry) && !except.has(entry)).sort().reverse().map((entry) => [stem(entry), join(folder, entry)]))
      const recorded = entries.filter((entry) => entry.endsWith(recordEnding)).map((entry) => basename(entry, recordEnding))
      const names = [...new Set([...copied.keys(), ...recorded])].sort()
      const models = await Promise.all(names.map((name) => ownModel(name, copied.get(name))))
      return models.filter((model) => model !== null)
    },
    async put(name, learnt, inPlace) {
      await mkdir(folder, { recursive: true })
      const record: ModelRecord = { version: 2, ...learnt, inPlace }
      await writeFile(`${recordPath(name)}.tmp`, JSON.stringify(record))
      await rename(`${recordPath(name)}.tmp`, recordPath(name))
    },
    async tidy() {
      const entries = await readdir(folder).catch((): string[] => [])
      const stray = entries.filter((entry) => entry.endsWith('.json.tmp') || (/\.gguf\.part$/i.test(entry) && !entries.includes(`${entry}.json`)))
      await Promise.all(stray.map((entry) => rm(join(folder, entry), { force: true })))
    },
    async remove({ name, path, mode }) {
      if (mode === 'copy') for (const part of partsOf(path)) await rm(part, { force: true, maxRetries: 5 })
      await rm(recordPath(name), { force: true })
    },
  }
}

async function bytesOf(paths: readonly string[]): Promise<number> {
  const sizes = await Promise.all(paths.map((path) => stat(path).then(({ size }) => size, () => 0)))
  return sizes.reduce((sum, size) => sum + size, 0)
}
