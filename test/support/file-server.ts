import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

/** A file server on loopback whose faults a test chooses. */
export interface FileServer {
  readonly url: string
  /** What was asked: the Range and If-Range headers of each request, in order. */
  readonly requests: readonly { readonly range: string | undefined; readonly ifRange: string | undefined }[]
  /** What the next requests get; without an entry, the file as it should be. */
  readonly faults: Fault[]
  /** The file and its validator; a test may replace them. */
  bytes: Buffer
  etag: string | null
  close(): Promise<void>
}

export type Fault =
  | { readonly kind: 'cut'; readonly afterBytes: number }
  | { readonly kind: 'stall'; readonly afterBytes: number }
  | { readonly kind: 'silent' }
  | { readonly kind: 'status'; readonly status: number }
  | { readonly kind: 'whole-to-range' }
  | { readonly kind: 'wrong-range' }

/** Serves one file on a free port of loopback, with ranges, until closed. */
export async function startFileServer(bytes: Buffer): Promise<FileServer> {
  const requests: { range: string | undefined; ifRange: string | undefined }[] = []
  const faults: Fault[] = []
  const server = createServer((request, response) => answer(request, response))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const state: FileServer = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/model.gguf`,
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
    const { range, 'if-range': ifRange } = request.headers
    requests.push({ range, ifRange: ifRange as string | undefined })
    const fault = faults.shift()
    if (fault?.kind === 'silent') return
    if (fault?.kind === 'status') {
      response.writeHead(fault.status).end('no')
      return
    }
    const asked = range === undefined ? 0 : Number(/^bytes=(\d+)-$/.exec(range)?.[1])
    const inRange = range !== undefined && ifRange === state.etag && fault?.kind !== 'whole-to-range'
    const start = inRange ? asked + (fault?.kind === 'wrong-range' ? 1 : 0) : 0
    const body = state.bytes.subarray(start)
    response.writeHead(inRange ? 206 : 200, {
      'content-length': body.length,
      ...(state.etag === null ? {} : { etag: state.etag }),
      ...(inRange ? { 'content-range': `bytes ${start}-${state.bytes.length - 1}/${state.bytes.length}` } : {}),
    })
    if (fault?.kind !== 'cut' && fault?.kind !== 'stall') {
      response.end(body)
      return
    }
    response.write(body.subarray(0, fault.afterBytes), () => {
      if (fault.kind === 'cut') setTimeout(() => response.destroy(), 20)
    })
  }

  return state
}
