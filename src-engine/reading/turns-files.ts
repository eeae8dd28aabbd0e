/**
 * What conversations had in view behind the text of a reading: their turns, of which each conversation has a file of its own beside the reading,
 * `<document>-<fingerprint>-<conversation>.turns`, in the same format. So a reading stays as it is, and is shared.
 */
import { readdir, rm, stat, utimes } from 'node:fs/promises'
import { join } from 'node:path'
import { fingerprintOf, isOfTurns, type FileIdentity, type TurnsIdentity } from './identity'
import { createReading, type Reading } from './reading'
import type { Occupant } from './room'
import { clean, createFile, openFile } from './stored-file'

/** Turns that are kept. */
interface StoredTurns extends Omit<Occupant, 'isInUse'> {
  /** Their file in the folder. */
  readonly name: string
  /** The file of the reading that they follow. */
  readonly reading: string
  readonly conversation: number
}

/** Turns that somebody has open. Their file may be removed meanwhile: what is written then is lost. */
export interface HeldTurns {
  readonly reading: Reading
  close(): Promise<void>
}

const pattern = /^([0-9a-f]+-[0-9a-f]+)-(\d+)\.turns$/

export const turnsName = (identity: TurnsIdentity): string => `${identity.document}-${fingerprintOf(identity)}-${identity.conversation}.turns`

export class TurnsFiles {
  readonly #folder: string
  readonly #now: () => Date

  constructor(folder: string, now: () => Date) {
    this.#folder = folder
    this.#now = now
  }

  /** All that there are. @throws the error of node:fs */
  async list(): Promise<readonly StoredTurns[]> {
    const names = (await readdir(this.#folder)).filter((name) => pattern.test(name))
    return (await Promise.all(names.map((name) => this.#stored(name)))).filter((each) => each !== null)
  }

  /** Removes what can never be used, and what follows none of these readings. */
  async clean(readings: ReadonlySet<string>): Promise<void> {
    for (const { name, reading } of await this.list()) {
      if (readings.has(reading)) await clean(join(this.#folder, name), (identity) => isItsName(identity, name))
      else await this.remove(name)
    }
  }

  /** Null where there are none, or they can be used no more. @throws StorageError; the error of node:fs */
  async find(identity: TurnsIdentity): Promise<HeldTurns | null> {
    const path = join(this.#folder, turnsName(identity))
    if (!(await this.list()).some(({ name }) => name === turnsName(identity))) return null
    const opened = await openFile(path, identity)
    if (opened.kind === 'set-aside') return null
    await utimes(path, this.#now(), this.#now())
    return this.#held(path, opened.reading)
  }

  /** As they are, or as a new file. @throws StorageError; the error of node:fs */
  async findOrCreate(identity: TurnsIdentity): Promise<HeldTurns> {
    const path = join(this.#folder, turnsName(identity))
    return (await this.find(identity)) ?? this.#held(path, await createFile(path, (storage) => createReading(storage, identity)))
  }

  remove(name: string): Promise<void> {
    return rm(join(this.#folder, name), { force: true })
  }

  #held(path: string, reading: Reading): HeldTurns {
    return {
      reading,
      async close() {
        await reading.close()
        await clean(path, () => true)
      },
    }
  }

  async #stored(name: string): Promise<StoredTurns | null> {
    const [, reading = '', conversation = ''] = pattern.exec(name) ?? []
    const found = await stat(join(this.#folder, name)).catch(() => null)
    return found && { name, reading: `${reading}.reading`, conversation: Number(conversation), bytes: found.size, lastUse: found.mtimeMs }
  }
}

const isItsName = (identity: FileIdentity, name: string): boolean => isOfTurns(identity) && turnsName(identity) === name
