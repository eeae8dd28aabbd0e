import { createReadStream } from 'node:fs'
import { stat } from 'node:fs/promises'
import { extname, join, sep } from 'node:path'
import { Readable } from 'node:stream'
import type { Protocol } from 'electron'
import { parseRange } from './byte-range'
import { contentPolicy } from './content-policy'
import type { Log } from './log'

/** To be registered before the app is ready. */
export const appScheme = { scheme: 'app', privileges: { standard: true, secure: true, supportFetchAPI: true, stream: true, codeCache: true } } as const

export type AppResource = { readonly kind: 'file'; readonly path: string; readonly type: string } | { readonly kind: 'bytes'; readonly bytes: Uint8Array; readonly type: string }

/** What a first path segment leads to; null is "not found". The rest is decoded, has no empty, `.` or `..` segment, no backslash and no NUL. */
export type AppRoute = (rest: readonly string[]) => Promise<AppResource | null>

const types: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8', '.js': 'text/javascript; charset=utf-8', '.mjs': 'text/javascript; charset=utf-8', '.css': 'text/css; charset=utf-8',
  '.json': 'application/json', '.svg': 'image/svg+xml', '.png': 'image/png', '.webp': 'image/webp', '.jpg': 'image/jpeg', '.gif': 'image/gif', '.wasm': 'application/wasm', '.woff2': 'font/woff2',
  '.woff': 'font/woff', '.ttf': 'font/ttf', '.pdf': 'application/pdf', '.docx': 'application/vnd.openxmlformats-officedocument.wordprocessingml.document',
}
export const typeOf = (path: string): string => types[extname(path).toLowerCase()] ?? 'application/octet-stream'

/** Segments of an `app://longleaf/...` address, decoded; null where anything in it could lead elsewhere. */
export function pathSegments(url: string): readonly string[] | null {
  if (!URL.canParse(url)) return null
  const parsed = new URL(url)
  if (parsed.protocol !== 'app:' || parsed.host !== 'longleaf') return null
  try {
    const segments = parsed.pathname.slice(1).split('/').map(decodeURIComponent)
    return segments.every((segment) => segment !== '' && segment !== '.' && segment !== '..' && !/[/\\\0]/.test(segment)) ? segments : null
  } catch {
    return null
  }
}

/** Files below a folder, by the segments of their path. */
export const folderRoute = (root: string): AppRoute => async (rest) => {
  const path = join(root, ...rest)
  return path.startsWith(root + sep) ? { kind: 'file', path, type: typeOf(path) } : null
}

const headersFor = (type: string): Record<string, string> => ({
  'content-type': type,
  'content-security-policy': contentPolicy,
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cross-origin-resource-policy': 'same-origin',
  'cross-origin-opener-policy': 'same-origin',
})

const refusal = (status: number): Response => new Response(null, { status, headers: headersFor('text/plain') })

async function respond(resource: AppResource, request: Request): Promise<Response> {
  const headers = headersFor(resource.type)
  if (resource.kind === 'bytes') return new Response(request.method === 'HEAD' ? null : new Uint8Array(resource.bytes), { headers: { ...headers, 'content-length': String(resource.bytes.byteLength) } })
  const found = await stat(resource.path).catch(() => null)
  if (found === null || !found.isFile()) return refusal(404)
  const range = parseRange(request.headers.get('range'), found.size)
  if (range.kind === 'unsatisfiable') return new Response(null, { status: 416, headers: { ...headers, 'content-range': `bytes */${found.size}` } })
  const [first, last] = range.kind === 'part' ? [range.first, range.last] : [0, found.size - 1]
  const partial = range.kind === 'part' ? { 'content-range': `bytes ${first}-${last}/${found.size}` } : {}
  const init = { status: range.kind === 'part' ? 206 : 200, headers: { ...headers, ...partial, 'accept-ranges': 'bytes', 'content-length': String(Math.max(0, last - first + 1)) } }
  if (request.method === 'HEAD' || found.size === 0) return new Response(null, init)
  return new Response(Readable.toWeb(createReadStream(resource.path, { start: first, end: last })) as ReadableStream<Uint8Array>, init)
}

/** Answers `app://longleaf/<route>/...` by the route's name; everything else by `fallback`. */
export function handleRequests(routes: Readonly<Record<string, AppRoute>>, fallback: AppRoute, log: Log | null): (request: Request) => Promise<Response> {
  return async (request) => {
    const segments = pathSegments(request.url)
    if (segments === null) return refusal(400)
    if (request.method !== 'GET' && request.method !== 'HEAD') return refusal(405)
    const [name = '', ...rest] = segments
    try {
      const resource = await (Object.hasOwn(routes, name) ? routes[name]?.(rest) : fallback(segments))
      return resource === null || resource === undefined ? refusal(404) : await respond(resource, request)
    } catch (error) {
      log?.write('error', `no answer to a request for ${name}`, error)
      return refusal(500)
    }
  }
}

export function serveApp(protocol: Protocol, routes: Readonly<Record<string, AppRoute>>, fallback: AppRoute, log: Log): void {
  protocol.handle(appScheme.scheme, handleRequests(routes, fallback, log))
}
