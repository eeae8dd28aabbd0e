import { request as httpRequest, type IncomingMessage, type RequestOptions } from 'node:http'
import { request as httpsRequest } from 'node:https'
import type { Duplex } from 'node:stream'
import { connect as tlsConnect } from 'node:tls'

/** The proxy would not carry the connection. */
export class ProxyError extends Error {}

export interface HttpOptions {
  readonly headers?: Readonly<Record<string, string>>
  readonly signal: AbortSignal
  /** Null for none. */
  readonly proxy: URL | null
  /** Certificate authorities to trust instead of those that come with Node. */
  readonly ca?: string
}

/** One GET, answered as far as its headers; redirects are the caller's business. Rejects with the error of the socket, or of `signal`. */
export async function get(url: URL, options: HttpOptions): Promise<IncomingMessage> {
  const { headers = {}, signal, proxy, ca } = options
  // The host is named here, because a request over a ready connection does not know the port that goes without saying.
  const plain: RequestOptions = { headers: { host: url.host, 'user-agent': 'Longleaf', ...headers }, signal }
  const common: RequestOptions = { ...plain, agent: false }
  if (url.protocol === 'http:') return answerOf(proxy === null ? httpRequest(url, common) : throughProxy(url, proxy, common))
  const trust = ca === undefined ? {} : { ca }
  if (proxy === null) return answerOf(httpsRequest(url, { ...common, ...trust }))
  const tunnel = await openTunnel(url, proxy, signal)
  const socket = tlsConnect({ socket: tunnel, servername: url.hostname, ...trust })
  // Each ends with the other.
  tunnel.on('error', (error) => socket.destroy(error))
  socket.once('close', () => tunnel.destroy())
  // An agent would make a connection of its own.
  return answerOf(httpsRequest(url, { ...plain, createConnection: () => socket }))
}

function answerOf(request: ReturnType<typeof httpRequest>): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    request.once('response', resolve)
    request.on('error', reject)
    request.end()
  })
}

const authorization = ({ username, password }: URL): Readonly<Record<string, string>> =>
  username === '' ? {} : { 'proxy-authorization': `Basic ${Buffer.from(`${decodeURIComponent(username)}:${decodeURIComponent(password)}`).toString('base64')}` }

const requestTo = (proxy: URL, options: RequestOptions): ReturnType<typeof httpRequest> =>
  (proxy.protocol === 'https:' ? httpsRequest : httpRequest)({ host: proxy.hostname, port: proxy.port || (proxy.protocol === 'https:' ? 443 : 80), ...options })

/** Plain HTTP names the whole address to the proxy (RFC 9112, 3.2.2). */
const throughProxy = (url: URL, proxy: URL, options: RequestOptions): ReturnType<typeof httpRequest> =>
  requestTo(proxy, { ...options, path: url.href, headers: { ...(options.headers as Record<string, string>), ...authorization(proxy) } })

/** A connection to the server of `url` through CONNECT (RFC 9110, 9.3.6): the proxy carries what it cannot read. */
function openTunnel(url: URL, proxy: URL, signal: AbortSignal): Promise<Duplex> {
  const target = `${url.hostname}:${url.port || 443}`
  return new Promise((resolve, reject) => {
    const request = requestTo(proxy, { method: 'CONNECT', path: target, headers: { host: target, ...authorization(proxy) }, signal, agent: false })
    request.once('connect', (response, socket) => {
      if (response.statusCode === 200) return resolve(socket)
      socket.destroy()
      reject(new ProxyError(`the proxy ${proxy.host} answers with status ${response.statusCode}`))
    })
    request.once('error', reject)
    request.end()
  })
}
