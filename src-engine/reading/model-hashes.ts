/** SHA-256 of what models compute with: each is computed once and remembered in a small file, until the model's own file changes. */
import { createHash } from 'node:crypto'
import { readFile, rename, stat, writeFile } from 'node:fs/promises'
import type { ByteSource, GgufFile } from '../gguf/file'

export interface ModelHash {
  /** Lower-case hex. */
  readonly sha256: string
  /** Of all tensors. */
  readonly bytes: number
}

/** A model file as it was when it was loaded. */
export interface HashedModel {
  /** For a person. */
  readonly name: string
  readonly path: string
  /** Of `stampOf`, taken before the weights were read. */
  readonly stamp: string
}

/** What tells a model that was changed: how long each of its files is, and when it was written. @throws the error of node:fs */
export async function stampOf(paths: readonly string[]): Promise<string> {
  const files = await Promise.all(paths.map((path) => stat(path)))
  return files.map(({ size, mtimeMs }) => `${size} ${mtimeMs}`).join(' ')
}

interface Entry extends ModelHash, HashedModel {}

/** Read at once. */
const pieceBytes = 1 << 22

export class ModelHashes {
  readonly #path: string

  /** @param path of the small file */
  constructor(path: string) {
    this.#path = path
  }

  /** @param compute reads the whole model, and is called where the hash is not known yet. @throws what it throws; the error of node:fs */
  async of(model: HashedModel, compute: () => Promise<ModelHash>): Promise<ModelHash> {
    const known = (await this.#read()).find(({ path, stamp }) => path === model.path && stamp === model.stamp)
    if (known !== undefined) return known
    const hash = await compute()
    const others = (await this.#read()).filter(({ path }) => path !== model.path)
    await writeFile(`${this.#path}.tmp`, JSON.stringify([...others, { ...model, ...hash }]))
    await rename(`${this.#path}.tmp`, this.#path)
    return hash
  }

  /** What the model with this hash was called; null where nobody remembers. */
  async nameOf(sha256: string): Promise<string | null> {
    return (await this.#read()).find((entry) => entry.sha256 === sha256)?.name ?? null
  }

  /** What cannot be read is computed again. */
  async #read(): Promise<readonly Entry[]> {
    const found: unknown = await readFile(this.#path, 'utf8').then(JSON.parse).catch(() => null)
    return Array.isArray(found) ? found.filter(isEntry) : []
  }
}

function isEntry(value: unknown): value is Entry {
  if (typeof value !== 'object' || value === null) return false
  const entries = new Map<string, unknown>(Object.entries(value))
  return ['name', 'path', 'stamp', 'sha256'].every((name) => typeof entries.get(name) === 'string') && Number.isSafeInteger(entries.get('bytes'))
}

export interface HashHooks {
  /** After each piece of the file: the whole may take minutes. */
  readonly onProgress?: () => void
  readonly signal: AbortSignal
}

/**
 * Of the epsilon of its norms, which no tensor says, and of names, types, sizes and bytes of all tensors, in the order of their names.
 * @throws the error of node:fs; the reason of `signal`
 */
export async function hashWeights({ tensors }: Pick<GgufFile, 'tensors'>, normEpsilon: number, source: ByteSource, { onProgress, signal }: HashHooks): Promise<ModelHash> {
  const hash = createHash('sha256').update(JSON.stringify({ normEpsilon }))
  const piece = new Uint8Array(pieceBytes)
  let total = 0
  for (const { name, type, dimensions, offset, bytes } of [...tensors].sort((a, b) => (a.name < b.name ? -1 : 1))) {
    hash.update(JSON.stringify([name, type, dimensions]))
    for (let done = 0; done < bytes;) {
      signal.throwIfAborted()
      const into = piece.subarray(0, Math.min(pieceBytes, bytes - done))
      await source.fill(offset + done, into)
      hash.update(into)
      done += into.length
      onProgress?.()
    }
    total += bytes
  }
  return { sha256: hash.digest('hex'), bytes: total }
}
