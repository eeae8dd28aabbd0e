import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

/** A file server on loopback whose faults a test chooses. */
export interface FileServer {
  readonly url: string
  /** What was asked: the Range and If-Range headers of each request, in order. */
  readonly requests: readonly { readonly range: string | undefined; readonly ifRange: string | undefined }[]
  /** Of the body, by all answers together. */
  readonly sentBytes: number
  /** What the next requests get; without an entry, the file as it should be. */
  readonly faults: Fault[]
  /** The file and its validator; a test may replace them. */
  bytes: Buffer
  etag: string | null
  /** Sent with every answer, such as what the server announces of the file. */
  headers: Readonly<Record<string, string>>
  /** What is answered at other paths than the file's; without an entry 404. */
  readonly others: Map<string, string>
  close(): Promise<void>
}

export type Fault =
  | { readonly kind: 'cut'; readonly afterBytes: number }
  | { readonly kind: 'stall'; readonly afterBytes: number }
  | { readonly kind: 'silent' }
  | { readonly kind: 'status'; readonly status: number }
  | { readonly kind: 'whole-to-range' }
  | { readonly kind: 'wrong-range' }
  /** Ends the connection in a way that may lose what was sent. */
  | { readonly kind: 'reset'; readonly afterBytes: number }
  | { readonly kind: 'redirect'; readonly to: string }
  /** Says that the file has another length than it has. */
  | { readonly kind: 'length'; readonly bytes: number }
  /** Says nothing of its length. */
  | { readonly kind: 'no-length' }

/** Serves one file on a free port of loopback, with ranges, until closed. */
export async function startFileServer(bytes: Buffer, path = '/model.gguf'): Promise<FileServer> {
  const requests: { range: string | undefined; ifRange: string | undefined }[] = []
  const faults: Fault[] = []
  const server = createServer((request, response) => answer(request, response))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  let sentBytes = 0
  const state: FileServer = {
    get sentBytes() {
      return sentBytes
    },
    headers: {},
    others: new Map(),
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}${path}`,
    requests,
    faults,
    bytes,
    etag: '"first"',
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }

  function answer(request: IncomingMessage, response: ServerResponse): void {
    const asked = request.url ?? ''
    const other = state.others.get(asked)
    if (other !== undefined) return void response.end(other)
    if (asked.split('?')[0] !== path) return void response.writeHead(404).end('no')
    const { range, 'if-range': ifRange } = request.headers
    requests.push({ range, ifRange: ifRange as string | undefined })
    const fault = faults.shift()
    if (fault?.kind === 'silent') return
    if (fault?.kind === 'status') return void response.writeHead(fault.status).end('no')
    if (fault?.kind === 'redirect') return void response.writeHead(302, { location: fault.to, ...state.headers }).end()
    const from = range === undefined ? 0 : Number(/^bytes=(\d+)-$/.exec(range)?.[1])
    const isSame = ifRange === state.etag || (ifRange === undefined && state.etag === null)
    const inRange = range !== undefined && isSame && fault?.kind !== 'whole-to-range'
    const start = inRange ? from + (fault?.kind === 'wrong-range' ? 1 : 0) : 0
    const body = state.bytes.subarray(start)
    response.writeHead(inRange ? 206 : 200, {
      ...(fault?.kind === 'no-length' ? {} : { 'content-length': fault?.kind === 'length' ? fault.bytes : body.length }),
      ...state.headers,
      ...(state.etag === null ? {} : { etag: state.etag }),
      ...(inRange ? { 'content-range': `bytes ${start}-${state.bytes.length - 1}/${state.bytes.length}` } : {}),
    })
    const part = fault !== undefined && 'afterBytes' in fault ? body.subarray(0, fault.afterBytes) : body
    sentBytes += part.length
    if (part === body && fault?.kind !== 'length') return void response.end(body)
    response.write(part, () => {
      // What was written has to leave before the connection ends; a reset does not wait for it.
      if (fault?.kind === 'reset') response.socket?.resetAndDestroy()
      else if (fault?.kind !== 'stall') setTimeout(() => response.destroy(), 20)
    })
  }

  return state
}
