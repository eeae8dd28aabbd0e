/**
 * All readings of this computer, a file each: `<document>-<fingerprint>.reading`, so that a document has one for each model that read it. The engine keeps
 * them: it alone knows the format and which are in use.
 */
import { createHash } from 'node:crypto'
import { mkdir, open, readdir, rm, stat, statfs, truncate, utimes } from 'node:fs/promises'
import { join } from 'node:path'
import { openFileStorage } from './file-storage'
import { decodeIdentity, differenceOf, encodeIdentity, engineFormat, type ReadingIdentity } from './identity'
import { findSuperblock, readHeader } from './opening'
import { createReading, openReading, type Reading } from './reading'
import { chooseRoom, type Occupant, type RoomLimits } from './room'
import { createTurns } from './turns'

/** What is known of a stored reading without reading from it. */
export interface StoredReading extends Occupant {
  /** Its file in the folder. */
  readonly name: string
  readonly identity: ReadingIdentity
  readonly tokens: number
}

/** A reading that is in use as long as it is not closed. */
export interface HeldReading {
  /** Its file in the folder. */
  readonly name: string
  readonly reading: Reading
  close(): Promise<void>
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

/**
 * Opens the folder and cleans it: what was never finished, is damaged from the start or of another engine goes, and so does what was written and not
 * committed.
 */
export async function openReadings(folder: string, world: ReadingsWorld = realWorld): Promise<Readings> {
  await mkdir(folder, { recursive: true })
  for (const name of await namesIn(folder)) await clean(folder, name)
  return new Readings(folder, world)
}

export class Readings {
  readonly #folder: string
  readonly #world: ReadingsWorld
  readonly #held = new Map<string, { readonly reading: Reading; holders: number }>()
  readonly #inTurn = createTurns()

  /** By `openReadings`. */
  constructor(folder: string, world: ReadingsWorld) {
    this.#folder = folder
    this.#world = world
  }

  /** Those that can be read, the last used first. @throws the error of node:fs */
  async list(): Promise<readonly StoredReading[]> {
    const readings = await Promise.all((await namesIn(this.#folder)).map(async (name): Promise<StoredReading | null> => {
      const found = await describe(this.#path(name)).catch(() => null)
      return found && { name, identity: found.identity, tokens: found.tokens, bytes: found.fileBytes, lastUse: found.lastUse, isInUse: this.#held.has(name) }
    }))
    return readings.filter((each) => each !== null).sort((a, b) => b.lastUse - a.lastUse)
  }

  /** The reading of just this, held for the caller. A file that is of no use is removed. @throws the error of node:fs */
  find(identity: ReadingIdentity): Promise<FoundReading> {
    return this.#inTurn(async () => {
      const name = fileName(identity)
      const shared = this.#held.get(name)
      if (shared !== undefined) return { kind: 'found', held: this.#hold(name, shared.reading), lostTokens: 0 }
      if (!(await namesIn(this.#folder)).includes(name)) return { kind: 'none', why: await this.#whyNot(identity) }
      const storage = await openFileStorage(this.#path(name), 'there')
      const opened = await openReading(storage, identity).catch(async (error: unknown) => {
        await storage.close()
        throw error
      })
      if (opened.kind === 'set-aside') {
        await storage.close()
        await rm(this.#path(name))
        return { kind: 'none', why: opened.why }
      }
      await utimes(this.#path(name), this.#world.now(), this.#world.now())
      return { kind: 'found', held: this.#hold(name, opened.reading), lostTokens: opened.lostTokens }
    })
  }

  /** Starts the reading of just this, which must not be there yet. @throws the error of node:fs */
  create(identity: ReadingIdentity): Promise<HeldReading> {
    return this.#inTurn(async () => {
      const name = fileName(identity)
      const storage = await openFileStorage(this.#path(name), 'new')
      try {
        const reading = await createReading(storage, identity)
        await syncFolder(this.#folder)
        return this.#hold(name, reading)
      } catch (error) {
        await storage.close()
        await rm(this.#path(name), { force: true })
        throw error
      }
    })
  }

  /** Removes what was used least recently, never one in use, until so many bytes more fit. @throws ReadingsError, and then nothing was removed */
  makeRoom(bytes: number, limits: RoomLimits): Promise<void> {
    return this.#inTurn(async () => {
      const room = chooseRoom(await this.list(), bytes, await this.#world.freeBytes(this.#folder), limits)
      if (room.kind === 'short') throw new ReadingsError(`There is no room to keep what is read of the document: it takes ${gigabytes(bytes)}, and ${gigabytes(room.missingBytes)} are missing. Free space on the disk, or allow more for readings in the settings.`)
      for (const { name } of room.remove) await rm(this.#path(name))
    })
  }

  /** @throws ReadingsError if it is in use; the error of node:fs */
  remove(name: string): Promise<void> {
    return this.#inTurn(async () => {
      if (!(await namesIn(this.#folder)).includes(name)) throw new ReadingsError('This reading is not there any more.')
      if (this.#held.has(name)) throw new ReadingsError('This reading is being used. Stop the answer, or what is being read, and then delete it.')
      await rm(this.#path(name))
    })
  }

  /** Removes the readings of all other documents, but those in use. */
  keepOnly(documents: ReadonlySet<string>): Promise<void> {
    return this.#inTurn(async () => {
      const orphans = (await this.list()).filter(({ identity, isInUse }) => !isInUse && !documents.has(identity.document))
      for (const { name } of orphans) await rm(this.#path(name))
    })
  }

  #path(name: string): string {
    return join(this.#folder, name)
  }

  /** Why what was read of the same document is of no use now. */
  async #whyNot(identity: ReadingIdentity): Promise<string | null> {
    const other = (await this.list()).find((each) => each.identity.document === identity.document)
    return other === undefined ? null : differenceOf(other.identity, identity)
  }

  #hold(name: string, reading: Reading): HeldReading {
    const shared = this.#held.get(name) ?? { reading, holders: 0 }
    shared.holders++
    this.#held.set(name, shared)
    let isClosed = false
    return {
      name,
      reading,
      close: () => this.#inTurn(async () => {
        if (isClosed) return
        isClosed = true
        shared.holders--
        if (shared.holders > 0) return
        this.#held.delete(name)
        await reading.close()
        await clean(this.#folder, name)
      }),
    }
  }
}

const namesIn = async (folder: string): Promise<readonly string[]> => (await readdir(folder)).filter((name) => name.endsWith(ending))

/** Removes a file that can never be used, and what stands behind the last segment of one that can. One that the disk does not give is left alone. */
async function clean(folder: string, name: string): Promise<void> {
  const path = join(folder, name)
  const found = await describe(path).catch(() => undefined)
  if (found === undefined) return
  if (found === null || found.identity.engine !== engineFormat || fileName(found.identity) !== name) await rm(path)
  else if (found.fileBytes > found.committedBytes) await truncate(path, found.committedBytes)
}

/** The identity is in the name, so that another one is another file. */
function fileName(identity: ReadingIdentity): string {
  return `${identity.document}-${createHash('sha256').update(encodeIdentity(identity)).digest('hex').slice(0, 16)}${ending}`
}

interface Described {
  readonly identity: ReadingIdentity
  readonly tokens: number
  readonly committedBytes: number
  readonly fileBytes: number
  readonly lastUse: number
}

/** What a file says of the reading in it; null if there is none. @throws the error of node:fs */
async function describe(path: string): Promise<Described | null> {
  const storage = await openFileStorage(path, 'there')
  try {
    const found = await findSuperblock(storage)
    if (found.kind !== 'whole') return null
    const header = await readHeader(storage, found.superblock)
    const identity = header && decodeIdentity(header)
    if (identity === null) return null
    const { size, mtimeMs } = await stat(path)
    return { identity, tokens: found.superblock.tokens, committedBytes: found.superblock.end, fileBytes: size, lastUse: mtimeMs }
  } finally {
    await storage.close()
  }
}

const gigabytes = (bytes: number): string => `${(bytes / 1e9).toFixed(1)} GB`

/** Makes sure that a new file is found after a power cut. A folder cannot be opened like this on Windows, where that is so by itself. */
async function syncFolder(folder: string): Promise<void> {
  if (process.platform === 'win32') return
  const handle = await open(folder, 'r')
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}
