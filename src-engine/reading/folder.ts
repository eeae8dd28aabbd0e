/**
 * All readings of this computer, a file each: `<document>-<fingerprint>.reading`, so that a document has one for each model that read it. The engine keeps
 * them: it alone knows the format and which are in use.
 */
import { mkdir, readdir, rm, statfs, utimes } from 'node:fs/promises'
import { join } from 'node:path'
import { differenceOf, fingerprintOf, isOfTurns, type FileIdentity, type ReadingIdentity, type TurnsIdentity } from './identity'
import { createReading } from './reading'
import { bytesOf, chooseLeastUsed, chooseRoom, missingBytes, type Occupant, type RoomLimits } from './room'
import { SharedReadings, type HeldReading } from './shared-readings'
import { clean, createFile, describe, openFile } from './stored-file'
import { summariesFileBytes, type SummariesIdentity, type SummariesReader, type SummariesWriter } from './stored-summaries'
import { SummariesFiles } from './summaries-files'
import { createTurns } from './turns'
import { TurnsFiles, turnsName, type HeldTurns } from './turns-files'

/** What is known of a stored reading without reading from it. Its bytes are those of the turns that follow it and of its summaries too. */
interface StoredReading extends Occupant {
  /** Its file in the folder. */
  readonly name: string
  readonly identity: ReadingIdentity
  readonly tokens: number
}

export type FoundReading =
  | { readonly kind: 'found'; readonly held: HeldReading; readonly lostTokens: number }
  /** `why` it has to be read again, as a sentence; null if it was never read. */
  | { readonly kind: 'none'; readonly why: string | null }

/** There is no room for a reading, or one cannot be removed. The message is a sentence for a person. */
export class ReadingsError extends Error {
  constructor(message: string) {
    super(message)
    this.name = 'ReadingsError'
  }
}

export interface ReadingsWorld {
  now(): Date
  /** Bytes free on the disk of a folder. */
  freeBytes(folder: string): Promise<number>
}

const realWorld: ReadingsWorld = {
  now: () => new Date(),
  freeBytes: async (folder) => {
    const { bavail, bsize } = await statfs(folder)
    return bavail * bsize
  },
}

const ending = '.reading'
/** So many conversations about a reading keep their turns: those that were asked in last. */
const conversationsMax = 16

/**
 * Opens the folder and cleans it: what was never finished, is damaged from the start or of another engine goes, and so does what was written and not
 * committed.
 */
export async function openReadings(folder: string, world: ReadingsWorld = realWorld): Promise<Readings> {
  await mkdir(folder, { recursive: true })
  for (const name of await namesIn(folder)) await clean(join(folder, name), (identity) => isItsName(identity, name))
  const turns = new TurnsFiles(folder, world.now)
  const summaries = new SummariesFiles(folder)
  const names = new Set(await namesIn(folder))
  await turns.clean(names)
  await summaries.clean(names)
  return new Readings(folder, world, { turns, summaries })
}

/** What is kept beside readings. */
interface Beside {
  readonly turns: TurnsFiles
  readonly summaries: SummariesFiles
}

export class Readings {
  readonly #folder: string
  readonly #world: ReadingsWorld
  readonly #turns: TurnsFiles
  readonly #summaries: SummariesFiles
  readonly #inTurn = createTurns()
  readonly #shared: SharedReadings

  /** By `openReadings`. */
  constructor(folder: string, world: ReadingsWorld, { turns, summaries }: Beside) {
    this.#folder = folder
    this.#world = world
    this.#turns = turns
    this.#summaries = summaries
    this.#shared = new SharedReadings(this.#inTurn, async (name, reading) => {
      // What was committed is on the disk, and what was not is cleaned at the next start: no answer fails for it.
      await reading.close().then(() => clean(this.#path(name), (identity) => isItsName(identity, name))).catch(() => undefined)
    })
  }

  /** Those that can be read, the last used first. @throws the error of node:fs */
  async list(): Promise<readonly StoredReading[]> {
    const beside = [...await this.#turns.list(), ...await this.#summaries.list()]
    const readings = await Promise.all((await namesIn(this.#folder)).map(async (name): Promise<StoredReading | null> => {
      const found = await describe(this.#path(name)).catch(() => null)
      const bytes = bytesOf(beside.filter(({ reading }) => reading === name)) + (found?.fileBytes ?? 0)
      return found && { name, identity: found.identity, tokens: found.tokens, bytes, lastUse: found.lastUse, isInUse: this.#shared.has(name) }
    }))
    return readings.filter((each) => each !== null).sort((a, b) => b.lastUse - a.lastUse)
  }

  /** The reading of just this, held for the caller. A file that is of no use is removed. @throws the error of node:fs */
  find(identity: ReadingIdentity): Promise<FoundReading> {
    return this.#inTurn(async () => {
      const name = fileName(identity)
      const held = this.#shared.share(name)
      if (held !== null) return { kind: 'found', held, lostTokens: 0 }
      if (!(await namesIn(this.#folder)).includes(name)) return { kind: 'none', why: await this.#whyNot(identity) }
      const opened = await openFile(this.#path(name), identity)
      if (opened.kind === 'set-aside') return { kind: 'none', why: opened.why }
      await utimes(this.#path(name), this.#world.now(), this.#world.now())
      return { kind: 'found', held: this.#shared.hold(name, opened.reading), lostTokens: opened.lostTokens }
    })
  }

  /** Starts the reading of just this, which must not be there yet. @throws the error of node:fs */
  create(identity: ReadingIdentity): Promise<HeldReading> {
    return this.#inTurn(async () => {
      const name = fileName(identity)
      return this.#shared.hold(name, await createFile(this.#path(name), (storage) => createReading(storage, identity)))
    })
  }

  /**
   * Removes summaries, and then what was used least recently, never one in use, until so many bytes more fit.
   * @throws ReadingsError, and then no reading was removed
   */
  makeRoom(bytes: number, limits: RoomLimits): Promise<void> {
    return this.#inTurn(async () => {
      await this.#summaries.give(missingBytes(await this.list(), bytes, await this.#world.freeBytes(this.#folder), limits))
      const room = chooseRoom(await this.list(), bytes, await this.#world.freeBytes(this.#folder), limits)
      if (room.kind === 'short') throw new ReadingsError(`There is no room to keep what is read of the document: it takes ${gigabytes(bytes)}, and ${gigabytes(room.missingBytes)} are missing. Free space on the disk, or allow more for readings in the settings.`)
      for (const { name } of room.remove) await this.#remove(name)
    })
  }

  /** Removes summaries, and then what was used least recently, until all take no more than so many bytes together; what is in use stays. */
  keepWithin(quotaBytes: number): Promise<void> {
    return this.#inTurn(async () => {
      await this.#summaries.give(bytesOf(await this.list()) - quotaBytes)
      const readings = await this.list()
      for (const { name } of chooseLeastUsed(readings, bytesOf(readings) - quotaBytes)) await this.#remove(name)
    })
  }

  /** @throws ReadingsError if it is in use; the error of node:fs */
  remove(name: string): Promise<void> {
    return this.#inTurn(async () => {
      if (!(await namesIn(this.#folder)).includes(name)) throw new ReadingsError('This reading is not there any more.')
      if (this.#shared.has(name)) throw new ReadingsError('This reading is being used. Stop the answer, or what is being read, and then delete it.')
      await this.#remove(name)
    })
  }

  /** Removes the readings of all other documents, but those in use. */
  keepOnly(documents: ReadonlySet<string>): Promise<void> {
    return this.#inTurn(async () => {
      const orphans = (await this.list()).filter(({ identity, isInUse }) => !isInUse && !documents.has(identity.document))
      for (const { name } of orphans) await this.#remove(name)
    })
  }

  /** The turns of a conversation, held for the caller; null where none are kept. @throws StorageError; the error of node:fs */
  turns(identity: TurnsIdentity): Promise<HeldTurns | null> {
    return this.#inTurn(() => this.#turns.find(identity))
  }

  /**
   * The same where so many bytes are to be written: what other conversations kept makes room, never a reading. Null where that is not enough.
   * @throws StorageError; the error of node:fs
   */
  turnsToWrite(identity: TurnsIdentity, bytes: number, limits: RoomLimits): Promise<HeldTurns | null> {
    return this.#inTurn(async () => {
      const own = turnsName(identity)
      const turns = (await this.#turns.list()).map((each) => ({ ...each, isInUse: each.name === own }))
      const quotaBytes = limits.quotaBytes - bytesOf(await this.list()) + bytesOf(turns)
      const room = chooseRoom(turns, bytes, await this.#world.freeBytes(this.#folder), { ...limits, quotaBytes })
      if (room.kind === 'short') return null
      const others = turns.filter(({ name, reading }) => name !== own && reading === fileName(identity)).sort((a, b) => b.lastUse - a.lastUse)
      for (const { name } of [...room.remove, ...others.slice(conversationsMax - 1)]) await this.#turns.remove(name)
      return this.#turns.findOrCreate(identity)
    })
  }

  /** Removes the turns of all other conversations. */
  keepOnlyTurns(conversations: ReadonlySet<number>): Promise<void> {
    return this.#inTurn(async () => {
      for (const { name, conversation } of await this.#turns.list()) if (!conversations.has(conversation)) await this.#turns.remove(name)
    })
  }

  /** What sums up the beginning of a reading; null where that was not kept just so. @throws StorageError; the error of node:fs */
  summaries(reading: string, identity: SummariesIdentity): Promise<SummariesReader | null> {
    return this.#inTurn(() => this.#summaries.find(reading, identity))
  }

  /**
   * The same, to be written by the only one who holds the reading; others of it are forgotten. Null where there is no room, for which nothing else is removed,
   * and where somebody else holds the reading, who may be writing to it. @throws as `summaries`
   */
  summariesToWrite(reading: string, identity: SummariesIdentity, limits: RoomLimits): Promise<SummariesWriter | null> {
    return this.#inTurn(async () => {
      if (this.#shared.holders(reading) > 1) return null
      await this.#summaries.remove(reading)
      const missing = missingBytes(await this.list(), summariesFileBytes(identity), await this.#world.freeBytes(this.#folder), limits)
      return missing > 0 ? null : this.#summaries.create(reading, identity)
    })
  }

  /** Forgets what sums up a reading. @throws the error of node:fs */
  removeSummaries(reading: string): Promise<void> {
    return this.#inTurn(() => this.#summaries.remove(reading))
  }

  /** With the turns that follow it, and its summaries. */
  async #remove(name: string): Promise<void> {
    await rm(this.#path(name))
    await this.#summaries.remove(name)
    for (const each of await this.#turns.list()) if (each.reading === name) await this.#turns.remove(each.name)
  }

  #path(name: string): string {
    return join(this.#folder, name)
  }

  /** Why what was read of the same document is of no use now. */
  async #whyNot(identity: ReadingIdentity): Promise<string | null> {
    const other = (await this.list()).find((each) => each.identity.document === identity.document)
    return other === undefined ? null : differenceOf(other.identity, identity)
  }
}

const namesIn = async (folder: string): Promise<readonly string[]> => (await readdir(folder)).filter((name) => name.endsWith(ending))

const gigabytes = (bytes: number): string => `${(bytes / 1e9).toFixed(1)} GB`

/** The identity is in the name, so that another one is another file. */
const fileName = (identity: ReadingIdentity): string => `${identity.document}-${fingerprintOf(identity)}${ending}`

const isItsName = (identity: FileIdentity, name: string): boolean => !isOfTurns(identity) && fileName(identity) === name
