import { mkdir, open, stat } from 'node:fs/promises'
import { basename, join, resolve } from 'node:path'
import type { FileFacts } from '../../src-engine/protocol'
import { FailureError } from '../contract/failure'
import type { ImportMode } from '../contract/model'
import type { EngineClient } from '../engine-host/client'
import { displayName } from '../import/file-name'
import type { Copies } from './copies'
import { partsOf, stem } from './parts'
import type { OwnFacts, Shelf } from './shelf'

export interface BringWorld {
  readonly ownFolder: string
  readonly shelf: Shelf
  readonly engine: Pick<EngineClient, 'inspect'>
  readonly copies: Copies
  /** Of the own folder's disk; null where that cannot be found out. */
  freeBytes(): Promise<number | null>
  /** Whether the name is that of a model already; of one whose file is this path, where one is given, it is not taken. */
  isTaken(name: string, path: string | null): Promise<boolean>
}

/** A model file that was looked at and found good. */
export interface LookedAt {
  /** Of its first part. */
  readonly path: string
  readonly name: string
  readonly bytes: number
  readonly parts: readonly string[]
  readonly facts: FileFacts
}

/** Looks at a file, or at all parts of a split one, without loading it. Rejects with `not-found`, `model-invalid` or `model-unsupported`. */
export async function lookAt(given: string, engine: Pick<EngineClient, 'inspect'>): Promise<LookedAt> {
  const parts = partsOf(resolve(given))
  const [path = resolve(given)] = parts
  await checkMagic(resolve(given))
  let bytes = 0
  for (const [index, part] of parts.entries()) {
    const found = await stat(part).catch(() => null)
    if (found === null) {
      throw new FailureError('model-invalid', `“${displayName(basename(given))}” is one of ${parts.length} parts, and part ${index + 1}, “${displayName(basename(part))}”, is not beside it. Put all parts into one folder.`)
    }
    bytes += found.size
  }
  return { path, name: stem(displayName(basename(path))), bytes, parts, facts: await engine.inspect(path) }
}

export const ownFactsOf = ({ architecture, contextMax, parameters, quantisation, kvBytesPerToken }: FileFacts): OwnFacts =>
  ({ architecture, context: contextMax, parameters, quantisation, kvBytesPerToken })

/** Takes a model in, after a look at it: copied to the person's own models, or used where it is. Gives its name. */
export async function bring(given: string, mode: ImportMode, world: BringWorld): Promise<string> {
  const { path, name, bytes, parts, facts } = await lookAt(given, world.engine)
  if (await world.isTaken(name, mode === 'in-place' ? path : null)) throw new FailureError('invalid-request', `There is a model named “${name}” already. Rename the file to keep both.`)
  if (mode === 'copy') await copyAll(parts, bytes, name, world)
  await world.shelf.put(name, ownFactsOf(facts), mode === 'copy' ? null : path)
  return name
}

/** An error page that was saved in a model's place never reaches the engine. */
async function checkMagic(path: string): Promise<void> {
  const name = displayName(basename(path))
  const unreadable = (cause: unknown): never => {
    throw new FailureError('not-found', `“${name}” cannot be read. Check its name and that you may open it.`, { document: name, cause })
  }
  // Opening a named pipe would wait for its other end, for ever.
  const found = await stat(path).catch(unreadable)
  if (!found.isFile()) throw new FailureError('model-invalid', `“${name}” is ${found.isDirectory() ? 'a folder' : 'a device'}, not a GGUF model.`, { document: name })
  const handle = await open(path, 'r').catch(unreadable)
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(4), 0, 4, 0)
    if (bytesRead === 4 && buffer.toString('latin1') === 'GGUF') return
    throw new FailureError('model-invalid', `“${name}” is not a GGUF model: its first bytes are not those of one. Download the file again; a web page may have been saved in its place.`, { document: name })
  } finally {
    await handle.close()
  }
}

async function copyAll(parts: readonly string[], bytes: number, name: string, { ownFolder, copies, freeBytes }: BringWorld): Promise<void> {
  await mkdir(ownFolder, { recursive: true })
  const free = await freeBytes()
  if (free !== null && free < bytes) throw new FailureError('disk-full', `“${name}” has ${(bytes / 1e9).toFixed(1)} GB, and ${(free / 1e9).toFixed(1)} GB are free on the disk of Longleaf's models. Make room, or use the file where it is.`)
  await copies.run(name, parts.map((from) => ({ from, to: join(ownFolder, displayName(basename(from))) })), bytes)
}
