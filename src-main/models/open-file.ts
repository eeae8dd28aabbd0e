import type { IncomingMessage } from 'node:http'
import { FailureError } from '../contract/failure'
import { announcedBy, type Announced } from './announced'
import { get, ProxyError } from './http'
import { received } from './received'
import { deliveryHosts, isSafe, mayFollow } from './source'

/** How a file is reached; all of it but the signal has a default that is right outside tests. */
export interface Network {
  proxyFor(url: URL): Promise<URL | null>
  /** Hosts that may hand out what another host has named; with all below them. */
  readonly hosts?: readonly string[]
  readonly ca?: string
  readonly connectMilliseconds?: number
  readonly stallMilliseconds?: number
}

export interface OpenedFile {
  /** To be destroyed in the end, whether its body was wanted or not. */
  readonly response: IncomingMessage
  readonly body: AsyncIterable<Uint8Array>
  /** By the server that was asked, never by one that it led to. */
  readonly announced: Announced
}

/** Something that time may mend: the connection, or a server that has too much to do. */
export class TransientError extends Error {
  /** What the server asks for, where it does. */
  readonly waitMilliseconds: number
  /** Whether there was no answer at all. */
  readonly unreachable: boolean
  constructor(message: string, options: { cause?: unknown; waitMilliseconds?: number; unreachable?: boolean } = {}) {
    super(message, { cause: options.cause })
    this.name = 'TransientError'
    this.waitMilliseconds = options.waitMilliseconds ?? 0
    this.unreachable = options.unreachable ?? false
  }
}

const redirectsMax = 8
const connectMillisecondsUsual = 30_000
const waitMillisecondsMax = 60_000
const redirects: ReadonlySet<number> = new Set([301, 302, 303, 307, 308])
const overloaded: ReadonlySet<number> = new Set([408, 429])

/**
 * Asks for a file and follows where its server leads, as far as that is safe.
 * @throws TransientError; FailureError `download-failed` for what asking again will not mend; what `signal` was aborted with
 */
export async function openFile(url: URL, headers: Readonly<Record<string, string>>, network: Network, signal: AbortSignal): Promise<OpenedFile> {
  if (!isSafe(url)) throw new FailureError('download-failed', `${url.host} is not asked for the model: its address does not begin with https://.`)
  let at = url
  let announced: Announced = { bytes: null, sha256: null }
  for (let step = 0; step <= redirectsMax; step++) {
    const response = await ask(at, headers, network, signal)
    // Only the server that was asked is believed; what it leads to merely hands out bytes.
    if (at.host === url.host) announced = together(announced, announcedBy(response.headers))
    const { statusCode = 0, headers: { location } } = response
    if (!redirects.has(statusCode) || location === undefined) return { response: checked(response, at), body: received(response), announced }
    response.destroy()
    at = follow(at, location, network)
  }
  throw new FailureError('download-failed', `${url.host} leads from one address to the next without end. Try again later, or another mirror.`)
}

const together = (before: Announced, now: Announced): Announced => ({ bytes: before.bytes ?? now.bytes, sha256: before.sha256 ?? now.sha256 })

async function ask(url: URL, headers: Readonly<Record<string, string>>, network: Network, signal: AbortSignal): Promise<IncomingMessage> {
  const proxy = await network.proxyFor(url)
  const late = new AbortController()
  const timer = setTimeout(() => late.abort(), network.connectMilliseconds ?? connectMillisecondsUsual)
  try {
    return await get(url, { headers: { 'accept-encoding': 'identity', ...headers }, signal: AbortSignal.any([signal, late.signal]), proxy, ...(network.ca === undefined ? {} : { ca: network.ca }) })
  } catch (cause) {
    signal.throwIfAborted()
    throw new TransientError(late.signal.aborted ? `${url.host} does not answer` : lostWords(url, cause), { cause, unreachable: true })
  } finally {
    clearTimeout(timer)
  }
}

function lostWords({ host }: URL, cause: unknown): string {
  if (cause instanceof ProxyError) return cause.message
  const code = cause instanceof Error && 'code' in cause && typeof cause.code === 'string' ? ` (${cause.code})` : ''
  return `${host} cannot be reached${code}`
}

function follow(from: URL, location: string, network: Network): URL {
  const to = URL.canParse(location, from.href) ? new URL(location, from) : null
  if (to !== null && mayFollow(from, to, network.hosts ?? deliveryHosts)) return to
  throw new FailureError('download-failed', `${from.host} leads to ${to === null ? 'an address that is none' : `${to.protocol}//${to.host}`}, where Longleaf does not follow. Try again later, or another mirror.`)
}

/** @throws for every status but those that carry bytes, or say that there are none left (416). */
function checked(response: IncomingMessage, url: URL): IncomingMessage {
  const { statusCode = 0, headers } = response
  if (statusCode === 200 || statusCode === 206 || statusCode === 416) return response
  response.destroy()
  if (statusCode >= 500 || overloaded.has(statusCode)) {
    throw new TransientError(`${url.host} answers with status ${statusCode}`, { waitMilliseconds: Math.min(waitMillisecondsMax, Number(headers['retry-after']) * 1_000 || 0) })
  }
  throw new FailureError('download-failed', statusWords(url.host, statusCode))
}

function statusWords(host: string, status: number): string {
  if (status === 404 || status === 410) return `${host} does not have this file (any more). Take another file of the model, or import one from the disk.`
  if (status === 401 || status === 403 || status === 451) return `${host} does not hand out this file (status ${status}). Take another file of the model, or another mirror.`
  return `${host} answered with status ${status} instead of the file. Try again later.`
}
