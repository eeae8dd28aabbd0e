import type { IncomingMessage } from 'node:http'
import { FailureError } from '../contract/failure'
import type { Announced } from './announced'
import { TransientError } from './open-file'
import type { PartRecord, PartState } from './part-file'

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

type Answer = Pick<IncomingMessage, 'statusCode' | 'headers'>

/** `If-Range` (RFC 9110, 13.1.5) makes a server that has another file by now send that one whole, instead of mixing the two. */
export function rangeOf(kept: PartState | null, url: URL): Readonly<Record<string, string>> {
  if (kept === null || kept.doneBytes === 0) return {}
  const { validator, source, bytes } = kept.record
  // Of a file that is whole already its last byte is asked for, so that the server says what it has now.
  const from = Math.min(kept.doneBytes, bytes - 1)
  return { range: `bytes=${from}-`, ...(validator !== null && source === url.href ? { 'if-range': validator } : {}) }
}

/** What the bytes have to be: what was known before, else what the server announces; refused where the two differ or nobody says. */
export function recordOf(wanted: WantedFile, announced: Announced, response: Answer): PartRecord {
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

function sizeOf({ statusCode, headers }: Answer): number | null {
  const text = statusCode === 200 ? headers['content-length'] : /\/(\d+)$/.exec(headers['content-range'] ?? '')?.[1]
  const size = Number(text)
  return Number.isSafeInteger(size) && size > 0 ? size : null
}

/** Only a strong validator may stand in If-Range. */
function validatorOf({ headers }: Answer): string | null {
  const { etag } = headers
  return etag !== undefined && !etag.startsWith('W/') ? etag : (headers['last-modified'] ?? null)
}

/**
 * Where the bytes of an answer belong; null where the server gives others than it was asked for.
 * @throws TransientError for a length that is not that of the file: nothing of it is worth receiving
 */
export function placeOf(response: Answer, keptBytes: number, { bytes }: PartRecord): number | null {
  const { statusCode, headers } = response
  if (statusCode === 416) return null
  const range = /^bytes (\d+)-(\d+)\/(\d+|\*)$/.exec(headers['content-range'] ?? '')
  const start = statusCode === 206 ? Number(range?.[1] ?? Number.NaN) : 0
  if (statusCode === 206 && start !== Math.min(keptBytes, bytes - 1)) return null
  const announcedSize = sizeOf(response)
  if (announcedSize !== null && announcedSize !== bytes) throw new TransientError(`the server says that the file has ${announcedSize} bytes instead of ${bytes}`)
  return statusCode === 206 && keptBytes === bytes ? bytes : start
}
