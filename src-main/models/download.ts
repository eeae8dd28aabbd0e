import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { mkdir, open, readFile, rename, rm, stat, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import { z } from 'zod'
import { FailureError } from '../contract/failure'

export interface DownloadRequest {
  readonly url: string
  /** Where the finished file goes; until then it is `<path>.part`. */
  readonly path: string
  readonly bytes: number
  readonly sha256: string
  /** For sentences to the person. */
  readonly title: string
  readonly onProgress: (done: number, total: number) => void
  readonly signal: AbortSignal
  /** Only tests reach for a server that is not https. */
  readonly fetch?: typeof fetch
}

/** Written before the first byte, so that what is there after a cut can be trusted or thrown away. */
const sidecarSchema = z.object({ url: z.string(), etag: z.string().nullable(), bytes: z.number() })

const stallMilliseconds = 30_000

/**
 * Fetches a file of known length and hash. A cut download goes on where it was, if the server still has the same file; only what
 * has the right hash gets the file's name. Rejects with `download-failed`, `offline`, `disk-full` (by code) or `cancelled`.
 */
export async function download(request: DownloadRequest): Promise<void> {
  const part = `${request.path}.part`
  await mkdir(dirname(request.path), { recursive: true })
  const start = await resumeOffset(request, part)
  if (start < request.bytes) await fetchInto(request, part, start)
  if ((await hashOf(part)) !== request.sha256) {
    await discard(part)
    throw new FailureError('download-failed', `What was downloaded for ${request.title} is not that model, so it was thrown away. Try again later.`)
  }
  const handle = await open(part, 'r+')
  await handle.sync().finally(() => handle.close())
  await rename(part, request.path)
  await rm(`${part}.json`, { force: true })
}

const discard = async (part: string): Promise<void> => {
  await Promise.all([rm(part, { force: true }), rm(`${part}.json`, { force: true })])
}

async function readSidecar(part: string): Promise<z.infer<typeof sidecarSchema> | null> {
  const parsed = sidecarSchema.safeParse(await readFile(`${part}.json`, 'utf8').then(JSON.parse).catch(() => null))
  return parsed.success ? parsed.data : null
}

async function resumeOffset(request: DownloadRequest, part: string): Promise<number> {
  const [found, sidecar] = [await stat(part).catch(() => null), await readSidecar(part)]
  if (found !== null && sidecar?.url === request.url && sidecar.bytes === request.bytes && found.size <= request.bytes) return found.size
  await discard(part)
  return 0
}

async function fetchInto(request: DownloadRequest, part: string, offset: number): Promise<void> {
  const sidecar = await readSidecar(part)
  const stalled = new AbortController()
  let timer: NodeJS.Timeout | undefined
  const alive = (): void => {
    clearTimeout(timer)
    timer = setTimeout(() => stalled.abort(), stallMilliseconds)
  }
  alive()
  try {
    const range = offset > 0 ? { range: `bytes=${offset}-`, ...(sidecar?.etag ? { 'if-range': sidecar.etag } : {}) } : {}
    const response = await (request.fetch ?? fetch)(request.url, { headers: { ...range, 'accept-encoding': 'identity' }, signal: AbortSignal.any([request.signal, stalled.signal]) })
    if (!response.ok || response.body === null) throw new FailureError('download-failed', `${request.title} could not be downloaded: its server answered with status ${response.status}. Try again later.`)
    if (request.fetch === undefined && !response.url.startsWith('https://')) throw new FailureError('download-failed', `${request.title} could not be downloaded: its server led to an address that is not safe.`)
    const first = response.status === 206 ? offset : 0
    await writeFile(`${part}.json`, JSON.stringify({ url: request.url, etag: response.headers.get('etag'), bytes: request.bytes }))
    await writeBody(request, part, first, response.body, alive)
  } catch (error) {
    if (request.signal.aborted) throw new FailureError('cancelled', `The download of ${request.title} was stopped; it goes on from there next time.`, { cause: error })
    if (error instanceof FailureError || (error instanceof Error && 'code' in error)) throw error
    throw new FailureError('offline', `${request.title} could not be downloaded: there is no connection to its server. What came so far is kept; try again when you are online.`, { cause: error })
  } finally {
    clearTimeout(timer)
  }
}

async function writeBody(request: DownloadRequest, part: string, first: number, body: ReadableStream<Uint8Array>, alive: () => void): Promise<void> {
  const handle = await open(part, first > 0 ? 'r+' : 'w')
  let at = first
  try {
    await handle.truncate(first)
    for await (const chunk of body) {
      alive()
      if (at + chunk.byteLength > request.bytes) throw new FailureError('download-failed', `The server sent more than ${request.title} has. Try again later.`)
      await handle.write(chunk, 0, chunk.byteLength, at)
      at += chunk.byteLength
      request.onProgress(at, request.bytes)
    }
  } finally {
    await handle.close()
  }
  if (at < request.bytes) throw new FailureError('offline', `The download of ${request.title} was cut off. What came so far is kept; try again and it goes on from there.`)
}

async function hashOf(path: string): Promise<string> {
  const hash = createHash('sha256')
  for await (const chunk of createReadStream(path, { highWaterMark: 1 << 20 }) as AsyncIterable<Buffer>) hash.update(chunk)
  return hash.digest('hex')
}
