import { FailureError } from '../contract/failure'
import { isDiskFull } from '../failures'
import { announcedInList, type Announced } from './announced'
import { placeOf, rangeOf, recordOf, type WantedFile } from './answer-of-server'
import { openFile, TransientError, type Network, type OpenedFile } from './open-file'
import { openPart, type PartFile, type PartRecord } from './part-file'

export interface DownloadWorld {
  readonly network: Network
  /** Bytes free on the disk that the file goes to; null where that cannot be found out. */
  freeBytes(): Promise<number | null>
  /** Milliseconds that pass, or less where `signal` ends them; a test passes them faster. */
  wait(milliseconds: number, signal: AbortSignal): Promise<void>
  /** Rejects for a file that must not be installed, whatever its hash says. */
  check(path: string): Promise<void>
  /** Tries in a row that bring no byte before the download gives up; each waits twice as long as the one before. */
  readonly triesMax?: number
}

export interface DownloadHooks {
  /** The size was learnt, or bytes came. */
  onBytes(doneBytes: number, totalBytes: number): void
  /** The server is not reached, or the connection is lost; it is asked again after a while. */
  onWait(why: string): void
  onCheck(doneBytes: number, totalBytes: number): void
  readonly signal: AbortSignal
}

/** Room that stays on the disk beside the file. */
const reserveBytes = 64_000_000
const stallMillisecondsUsual = 30_000
const triesMaxUsual = 6
const waitMillisecondsFirst = 1_000
const listBytesMax = 8_000_000

/**
 * Brings a file to `path`: goes on where an earlier try, pause or death of the process left off, asks again where the connection is lost, and
 * gives the file its name only when size, SHA-256 and `check` say that it is the one. What came stays for the next time.
 *
 * Rejects with `download-failed`, `offline`, `disk-full`, what `check` rejects with, errors of the disk, or what `signal` was aborted with.
 */
export async function download(wanted: WantedFile, path: string, world: DownloadWorld, hooks: DownloadHooks): Promise<void> {
  const part = openPart(path)
  const expected = await fetchAll(wanted, part, world, hooks)
  const found = await part.hash((done) => hooks.onCheck(done, expected.bytes), hooks.signal)
  if (found !== expected.sha256) {
    await part.discard()
    throw new FailureError('download-failed', `What came for ${wanted.title} is not that file: its SHA-256 is another. It was thrown away. Try again later, or another mirror.`)
  }
  try {
    await world.check(part.path)
  } catch (error) {
    // A whole file that this version cannot run is kept: a newer one may.
    if (error instanceof FailureError && error.failure.kind === 'model-invalid') await part.discard()
    throw error
  }
  hooks.signal.throwIfAborted()
  await part.install()
}

/** Tries until all bytes are there. Gives what they have to be. */
async function fetchAll(wanted: WantedFile, part: PartFile, world: DownloadWorld, hooks: DownloadHooks): Promise<PartRecord> {
  let tries = 0
  let before = (await part.state())?.doneBytes ?? 0
  for (;;) {
    hooks.signal.throwIfAborted()
    try {
      return await fetchRest(wanted, part, world, hooks)
    } catch (error) {
      hooks.signal.throwIfAborted()
      if (isDiskFull(error)) throw new FailureError('disk-full', `The disk is full, and ${wanted.title} is not there wholly. Make room and go on; what came so far is kept.`, { cause: error })
      if (!(error instanceof TransientError)) throw error
      const doneBytes = (await part.state())?.doneBytes ?? 0
      tries = doneBytes > before ? 0 : tries + 1
      before = doneBytes
      if (tries >= (world.triesMax ?? triesMaxUsual)) throw new FailureError('offline', `${wanted.title} could not be downloaded: ${error.message}. What came so far is kept, and it goes on from there.`, { cause: error })
      hooks.onWait(error.message)
      await world.wait(Math.max(error.waitMilliseconds, waitMillisecondsFirst * 2 ** tries), hooks.signal)
    }
  }
}

/** One request for what is missing. Resolves when nothing is. */
async function fetchRest(wanted: WantedFile, part: PartFile, world: DownloadWorld, hooks: DownloadHooks): Promise<PartRecord> {
  const kept = await part.state()
  const isKnown = kept !== null && wanted.sha256 === kept.record.sha256
  if (isKnown && kept.doneBytes === kept.record.bytes) return kept.record

  const { response, body, announced } = await openFile(wanted.url, rangeOf(kept, wanted.url), world.network, hooks.signal)
  try {
    const record = recordOf(wanted, announced.sha256 === null && wanted.sha256 === null ? await askList(wanted, world, hooks.signal) : announced, response)
    const startBytes = placeOf(response, kept !== null && kept.record.sha256 === record.sha256 ? kept.doneBytes : 0, record)
    if (startBytes === null) {
      await part.discard()
      throw new TransientError(`${wanted.url.host} sends another part of the file than it was asked for`)
    }
    await checkRoom(wanted.title, record.bytes - startBytes, world)
    await part.begin(record)
    hooks.onBytes(startBytes, record.bytes)
    if (startBytes < record.bytes) await receive(part, { startBytes, record, response, body }, wanted, world, hooks)
    return record
  } finally {
    response.destroy()
  }
}

async function askList(wanted: WantedFile, world: DownloadWorld, signal: AbortSignal): Promise<Announced> {
  if (wanted.listUrl === null) return { bytes: null, sha256: null }
  const { response, body } = await openFile(wanted.listUrl, {}, { ...world.network, hosts: [] }, signal)
  const chunks: Uint8Array[] = []
  let bytes = 0
  try {
    for await (const chunk of body) {
      bytes += chunk.byteLength
      if (bytes > listBytesMax) break
      chunks.push(chunk)
    }
  } catch (cause) {
    signal.throwIfAborted()
    throw new TransientError(`the connection to ${wanted.url.host} was lost`, { cause })
  } finally {
    response.destroy()
  }
  return announcedInList(parseJson(Buffer.concat(chunks).toString('utf8')), wanted.file)
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}

async function checkRoom(title: string, missingBytes: number, world: DownloadWorld): Promise<void> {
  const free = await world.freeBytes()
  if (free === null || missingBytes === 0 || free >= missingBytes + reserveBytes) return
  const gigabytes = (bytes: number): string => `${(bytes / 1e9).toFixed(1)} GB`
  throw new FailureError('disk-full', `${title} needs ${gigabytes(missingBytes)} more on the disk, and ${gigabytes(free)} are free. Make room and try again; what came so far is kept.`)
}

interface Rest extends Pick<OpenedFile, 'response' | 'body'> {
  readonly startBytes: number
  readonly record: PartRecord
}

/** Receives the rest; a server that says nothing for too long counts as lost. */
async function receive(part: PartFile, rest: Rest, wanted: WantedFile, world: DownloadWorld, hooks: DownloadHooks): Promise<void> {
  const { startBytes, record, response, body } = rest
  const stop = (): void => void response.destroy()
  let timer: NodeJS.Timeout | undefined
  const alive = (): void => {
    clearTimeout(timer)
    timer = setTimeout(stop, world.network.stallMilliseconds ?? stallMillisecondsUsual)
  }
  hooks.signal.addEventListener('abort', stop, { once: true })
  alive()
  let end = startBytes
  try {
    end = await part.append(startBytes, atMost(body, record.bytes - startBytes, alive, wanted), (done) => {
      end = done
      hooks.onBytes(done, record.bytes)
    })
  } catch (error) {
    hooks.signal.throwIfAborted()
    if (error instanceof FailureError || isOfDisk(error)) throw error
    throw new TransientError(`the connection to ${wanted.url.host} was lost`, { cause: error })
  } finally {
    clearTimeout(timer)
    hooks.signal.removeEventListener('abort', stop)
  }
  if (end < record.bytes) throw new TransientError(`the connection to ${wanted.url.host} was cut`)
}

/** The body, refused as soon as it is longer than the file. */
async function* atMost(body: AsyncIterable<Uint8Array>, bytesMax: number, alive: () => void, { title, url }: WantedFile): AsyncGenerator<Uint8Array> {
  let bytes = 0
  for await (const chunk of body) {
    alive()
    bytes += chunk.byteLength
    if (bytes > bytesMax) throw new FailureError('download-failed', `${url.host} sends more bytes than ${title} has. Try again later, or another mirror.`)
    yield chunk
  }
}

const diskCodes: ReadonlySet<string> = new Set(['ENOSPC', 'EDQUOT', 'EFBIG', 'EROFS', 'EIO', 'EACCES', 'EPERM', 'ENOENT', 'EMFILE'])
const isOfDisk = (error: unknown): boolean => error instanceof Error && 'code' in error && diskCodes.has(String(error.code))
