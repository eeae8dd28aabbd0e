/** What sums up readings: of each one file at most beside it, `<document>-<fingerprint>.summaries`. */
import { readdir, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { openFileStorage } from './file-storage'
import type { KeptBytes } from './room'
import { createFile } from './stored-file'
import { createSummaries, hasSummaries, openSummaries, type SummariesIdentity, type SummariesReader, type SummariesWriter } from './stored-summaries'

/** Summaries that are kept. */
interface StoredSummaries extends KeptBytes {
  /** Their file in the folder. */
  readonly name: string
  /** The file of the reading that they sum up. */
  readonly reading: string
  /** Milliseconds since 1970. */
  readonly madeAt: number
}

const pattern = /^([0-9a-f]+-[0-9a-f]+)\.summaries$/
const nameFor = (reading: string): string => reading.replace(/\.reading$/, '.summaries')

export class SummariesFiles {
  readonly #folder: string

  constructor(folder: string) {
    this.#folder = folder
  }

  /** All that there are. @throws the error of node:fs */
  async list(): Promise<readonly StoredSummaries[]> {
    const names = (await readdir(this.#folder)).filter((name) => pattern.test(name))
    return (await Promise.all(names.map((name) => this.#stored(name)))).filter((each) => each !== null)
  }

  /** Removes what was never finished, and what sums up none of these readings. A file that the disk does not give is left alone. */
  async clean(readings: ReadonlySet<string>): Promise<void> {
    for (const { name, reading } of await this.list()) {
      if (!readings.has(reading) || !(await this.#isWhole(name).catch(() => true))) await rm(join(this.#folder, name), { force: true })
    }
  }

  /** Null where they are not kept just so. @throws StorageError */
  async find(reading: string, identity: SummariesIdentity): Promise<SummariesReader | null> {
    if (!(await this.list()).some((each) => each.reading === reading)) return null
    const storage = await openFileStorage(join(this.#folder, nameFor(reading)), 'there')
    const found = await openSummaries(storage, identity).catch(async (error: unknown) => {
      await storage.close()
      throw error
    })
    if (found === null) await storage.close()
    return found
  }

  /** Others of the reading must have been removed. @throws StorageError; the error of node:fs */
  create(reading: string, identity: SummariesIdentity): Promise<SummariesWriter> {
    return createFile(join(this.#folder, nameFor(reading)), async (storage) => createSummaries(storage, identity))
  }

  /** Those of a reading, where there are any. @throws the error of node:fs */
  remove(reading: string): Promise<void> {
    return rm(join(this.#folder, nameFor(reading)), { force: true })
  }

  /** Removes those that were made first, until they had so many bytes: making them again takes less than reading anything again. @throws as `list` */
  async give(bytes: number): Promise<void> {
    let given = 0
    for (const each of (await this.list()).toSorted((a, b) => a.madeAt - b.madeAt)) {
      if (given >= bytes) return
      await this.remove(each.reading)
      given += each.bytes
    }
  }

  async #isWhole(name: string): Promise<boolean> {
    const storage = await openFileStorage(join(this.#folder, name), 'there')
    return hasSummaries(storage).finally(() => storage.close())
  }

  async #stored(name: string): Promise<StoredSummaries | null> {
    const [, reading = ''] = pattern.exec(name) ?? []
    const found = await stat(join(this.#folder, name)).catch(() => null)
    return found && { name, reading: `${reading}.reading`, bytes: found.size, madeAt: found.mtimeMs }
  }
}
