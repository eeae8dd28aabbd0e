import type { IncomingMessage } from 'node:http'
import { FailureError } from '../contract/failure'
import { announcedInList, type Announced } from './announced'
import { openFile, TransientError, type Network, type OpenedFile } from './open-file'
import { openPart, type PartFile, type PartRecord } from './part-file'

/** What is known of a file before anybody is asked. */
export interface WantedFile {
  /** For sentences to the person. */
  readonly title: string
  readonly url: URL
  /** Where a server that announces nothing with the file lists its files; null where there is no such list. */
  readonly listUrl: URL | null
  /** Name of the file in that list. */
  readonly file: string
  /** Null where it is not known exactly. */
  readonly bytes: number | null
  /** Null where it is not known: then what the server announces decides. */
  readonly sha256: string | null
}

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
  /** The connection is lost and will be made again. */
  onWait(): void
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
      if (!(error instanceof TransientError)) throw error
      const doneBytes = (await part.state())?.doneBytes ?? 0
      tries = doneBytes > before ? 0 : tries + 1
      before = doneBytes
      if (tries >= (world.triesMax ?? triesMaxUsual)) throw new FailureError('offline', `${wanted.title} could not be downloaded: ${error.message}. What came so far is kept, and it goes on from there.`, { cause: error })
      hooks.onWait()
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

/** `If-Range` (RFC 9110, 13.1.5) makes a server that has another file by now send that one whole, instead of mixing the two. */
function rangeOf(kept: Awaited<ReturnType<PartFile['state']>>, url: URL): Readonly<Record<string, string>> {
  if (kept === null || kept.doneBytes === 0) return {}
  const { validator, source, bytes } = kept.record
  // Of a file that is whole already its last byte is asked for, so that the server says what it has now.
  const from = Math.min(kept.doneBytes, bytes - 1)
  return { range: `bytes=${from}-`, ...(validator !== null && source === url.href ? { 'if-range': validator } : {}) }
}

/** What the bytes have to be: what was known before, else what the server announces; refused where the two differ or nobody says. */
function recordOf(wanted: WantedFile, announced: Announced, response: IncomingMessage): PartRecord {
  const { host } = wanted.url
  if (wanted.sha256 !== null && announced.sha256 !== null && wanted.sha256 !== announced.sha256) {
    throw new FailureError('download-failed', `${host} has another file by the name of ${wanted.title} than the one that Longleaf knows, so it was not downloaded.`)
  }
  const sha256 = wanted.sha256 ?? announced.sha256
  if (sha256 === null) throw new FailureError('download-failed', `${host} does not say what the right bytes of ${wanted.title} are (no SHA-256), so it was not downloaded. Use Hugging Face or another mirror.`)
  const bytes = wanted.bytes ?? announced.bytes ?? sizeOf(response)
  if (bytes === null) throw new FailureError('download-failed', `${host} does not say how large ${wanted.title} is, so it was not downloaded. Use Hugging Face or another mirror.`)
  return { version: 2, source: wanted.url.href, validator: validatorOf(response), bytes, sha256 }
}

function sizeOf({ statusCode, headers }: IncomingMessage): number | null {
  const text = statusCode === 200 ? headers['content-length'] : /\/(\d+)$/.exec(headers['content-range'] ?? '')?.[1]
  const size = Number(text)
  return Number.isSafeInteger(size) && size > 0 ? size : null
}

/** Only a strong validator may stand in If-Range. */
function validatorOf({ headers }: IncomingMessage): string | null {
  const { etag } = headers
  return etag !== undefined && !etag.startsWith('W/') ? etag : (headers['last-modified'] ?? null)
}

/**
 * Where the bytes of an answer belong; null where the server gives others than it was asked for.
 * @throws TransientError for a length that is not that of the file: nothing of it is worth receiving
 */
function placeOf(response: IncomingMessage, keptBytes: number, { bytes }: PartRecord): number | null {
  const { statusCode, headers } = response
  if (statusCode === 416) return null
  const range = /^bytes (\d+)-(\d+)\/(\d+|\*)$/.exec(headers['content-range'] ?? '')
  const start = statusCode === 206 ? Number(range?.[1] ?? Number.NaN) : 0
  if (statusCode === 206 && start !== Math.min(keptBytes, bytes - 1)) return null
  const announcedSize = sizeOf(response)
  if (announcedSize !== null && announcedSize !== bytes) throw new TransientError(`the server says that the file has ${announcedSize} bytes instead of ${bytes}`)
  return statusCode === 206 && keptBytes === bytes ? bytes : start
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
