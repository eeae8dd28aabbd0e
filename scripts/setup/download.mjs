import { basename, dirname } from 'node:path'
import { mkdir } from 'node:fs/promises'
import { tsImport } from 'tsx/esm/api'
import { SetupFailure } from './failure.mjs'

/** Where the sources of set-up hand out what they have named; with all hosts below them. */
const hosts = ['hf.co', 'huggingface.co', 'githubusercontent.com']

const ignore = () => undefined

/**
 * Downloads one file with the app's own engine (src-main/models/download.ts), which is TypeScript and not built yet when set-up runs. A cut download goes on
 * where it stopped, also in a later run; only what has the right hash gets the file's name.
 *
 * @param {object} job
 * @param {string} job.url
 * @param {string} job.path
 * @param {string} job.sha256
 * @param {(doneBytes: number, allBytes: number) => void} [job.onProgress]
 * @param {number} [job.connectLimitMs] until the response's headers are there
 * @param {number} [job.stallLimitMs] between two pieces
 */
export async function download({ url, path, sha256, onProgress, connectLimitMs = 8000, stallLimitMs = 30_000 }) {
  const { download: fetchFile, chooseProxy } = await engine()
  await mkdir(dirname(path), { recursive: true })
  try {
    await fetchFile(
      { title: basename(path), url: new URL(url), listUrl: null, file: basename(path), bytes: null, sha256 },
      path,
      {
        network: { proxyFor: (at) => chooseProxy(at, process.env, async () => ''), hosts, connectMilliseconds: connectLimitMs, stallMilliseconds: stallLimitMs },
        freeBytes: async () => null,
        wait: (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds)),
        check: async () => undefined,
        // The steps of set-up have more than one source, and try each again by themselves.
        triesMax: 1,
      },
      { onBytes: (doneBytes, allBytes) => onProgress?.(doneBytes, allBytes), onWait: ignore, onCheck: ignore, signal: new AbortController().signal },
    )
  } catch (error) {
    if (!(error instanceof Error) || !('failure' in error)) throw error
    // A lost connection is told as the cause, and whether there was one at all.
    const lost = error.cause instanceof Error && 'unreachable' in error.cause ? error.cause : undefined
    throw new SetupFailure(error.message, { unreachable: lost?.unreachable === true, transient: lost?.unreachable === false, cause: error })
  }
}

/**
 * @typedef {typeof import('../../src-main/models/download')} Engine
 * @typedef {typeof import('../../src-main/models/proxy')} Proxies
 * @returns {Promise<Engine & Proxies>}
 */
async function engine() {
  const load = (/** @type {string} */ file) => tsImport(`../../src-main/models/${file}`, import.meta.url)
  const [main, proxy] = await Promise.all([load('download.ts'), load('proxy.ts')])
  return { ...main, ...proxy }
}
