import { open, mkdir, rename, rm, stat } from 'node:fs/promises'
import { dirname } from 'node:path'
import { SetupFailure, messageOf } from './failure.mjs'
import { installVerified, readJson, writeJson } from './files.mjs'

/**
 * Downloads one file and checks it; a cut download goes on where it stopped, also in a later run.
 *
 * On disk, until the file is whole: `PATH.part` (the bytes so far) and `PATH.part.json` ({url, validator, sizeBytes}), written before the first byte.
 * The validator goes back as If-Range (RFC 9110, 13.1.5), so that a file that has changed at its source starts afresh instead of being mixed.
 *
 * @param {object} job
 * @param {string} job.url
 * @param {string} job.path
 * @param {string} [job.sha256] without it, the caller checks
 * @param {(doneBytes: number, allBytes: number | undefined) => void} [job.onProgress]
 * @param {number} [job.connectLimitMs] until the response's headers are there
 * @param {number} [job.stallLimitMs] between two pieces
 */
export async function download({ url, path, sha256, onProgress, connectLimitMs = 8000, stallLimitMs = 30_000 }) {
  const part = `${path}.part`
  const sidecar = `${part}.json`
  await mkdir(dirname(path), { recursive: true })
  const haveBytes = await resumableBytes(url, part, sidecar)
  const limit = new AbortController()
  let timer = setTimeout(() => limit.abort(), connectLimitMs)
  try {
    const response = await request(url, haveBytes, await readJson(sidecar), limit.signal)
    const { startBytes, sizeBytes } = await placeOf(response, haveBytes, part, sidecar)
    await writeJson(sidecar, { url, validator: validatorOf(response), sizeBytes })
    const restart = () => {
      clearTimeout(timer)
      timer = setTimeout(() => limit.abort(), stallLimitMs)
    }
    await append(response, part, startBytes, (doneBytes) => {
      restart()
      onProgress?.(doneBytes, sizeBytes)
    })
    await checkWhole(part, sizeBytes)
  } finally {
    clearTimeout(timer)
  }
  await rm(sidecar, { force: true })
  if (sha256 === undefined) await rename(part, path)
  else await installVerified(part, path, sha256)
}

/**
 * @param {string} url
 * @param {string} part
 * @param {string} sidecar
 */
async function resumableBytes(url, part, sidecar) {
  const known = await readJson(sidecar)
  const have = await stat(part).catch(() => undefined)
  if (have !== undefined && known?.url === url && typeof known.validator === 'string') return have.size
  await rm(part, { force: true })
  return 0
}

/**
 * @param {string} url
 * @param {number} haveBytes
 * @param {{ validator?: string } | undefined} known
 * @param {AbortSignal} signal
 */
async function request(url, haveBytes, known, signal) {
  const resume = haveBytes > 0 && known?.validator ? { range: `bytes=${haveBytes}-`, 'if-range': known.validator } : {}
  let response
  try {
    response = await fetch(url, { headers: { 'accept-encoding': 'identity', ...resume }, signal })
  } catch (error) {
    throw new SetupFailure(`${new URL(url).host} cannot be reached (${reasonOf(error)}).`, { unreachable: true, cause: error })
  }
  if (response.ok || response.status === 416) return response
  await response.body?.cancel()
  const transient = response.status >= 500 || response.status === 429 || response.status === 408
  throw new SetupFailure(`${new URL(url).host} answered ${response.status} instead of the file.`, { transient })
}

/**
 * Where the bytes of this response belong. 206 continues what is there; 200 to a request for a range is the whole file again.
 * @param {Response} response
 * @param {number} haveBytes
 * @param {string} part
 * @param {string} sidecar
 * @returns {Promise<{ startBytes: number, sizeBytes: number | undefined }>}
 */
async function placeOf(response, haveBytes, part, sidecar) {
  if (response.status === 200) {
    const length = response.headers.get('content-length')
    return { startBytes: 0, sizeBytes: length === null ? undefined : Number(length) }
  }
  const range = /^bytes (\d+)-\d+\/(\d+)$/.exec(response.headers.get('content-range') ?? '')
  if (response.status === 206 && range !== null && Number(range[1]) === haveBytes) return { startBytes: haveBytes, sizeBytes: Number(range[2]) }
  await response.body?.cancel()
  await rm(part, { force: true })
  await rm(sidecar, { force: true })
  throw new SetupFailure('The source could not continue the cut download; it starts afresh.', { transient: true })
}

/**
 * If-Range takes a strong validator only.
 * @param {Response} response
 */
function validatorOf(response) {
  const etag = response.headers.get('etag')
  return etag !== null && !etag.startsWith('W/') ? etag : (response.headers.get('last-modified') ?? undefined)
}

/**
 * @param {Response} response
 * @param {string} part
 * @param {number} startBytes
 * @param {(doneBytes: number) => void} onPiece
 */
async function append(response, part, startBytes, onPiece) {
  const file = await open(part, startBytes === 0 ? 'w' : 'a')
  let doneBytes = startBytes
  try {
    for await (const piece of response.body ?? []) {
      await file.write(piece)
      doneBytes += piece.length
      onPiece(doneBytes)
    }
    await file.sync()
  } catch (error) {
    throw new SetupFailure(`The download stopped after ${doneBytes} bytes (${reasonOf(error)}).`, { transient: true, cause: error })
  } finally {
    await file.close()
  }
}

/**
 * @param {string} part
 * @param {number | undefined} sizeBytes
 */
async function checkWhole(part, sizeBytes) {
  const { size } = await stat(part)
  if (sizeBytes === undefined || size === sizeBytes) return
  if (size > sizeBytes) await rm(part, { force: true })
  throw new SetupFailure(`The download ended after ${size} of ${sizeBytes} bytes.`, { transient: true })
}

/** @param {unknown} error */
function reasonOf(error) {
  if (error instanceof Error && error.name === 'AbortError') return 'no answer in time'
  const cause = error instanceof Error ? error.cause : undefined
  return cause instanceof Error ? (/** @type {NodeJS.ErrnoException} */ (cause).code ?? cause.message) : messageOf(error)
}
