/**
 * Weights of which those alone are in memory that something is computed with: the parts that are held, the layer that comes after them, which is read
 * meanwhile, and the rows of the embedding that were looked up.
 */
import type { Backend } from '../ggml/backend'
import type { Part } from '../ggml/placement'
import { rowBytes } from '../ggml/tensor'
import type { ByteSource } from '../gguf/file'
import { fillTargets, type Filled, type Target } from './filling'
import type { ModelWeights } from './residency'
import { SparseTable } from './sparse-table'

/** A part of the model that is in memory, or will be. */
interface Kept {
  readonly filled: Promise<Filled>
  users: number
}

/** What is read ahead leaves the cores to what is computed. */
const lanesAhead = 1

export class LayerByLayer implements ModelWeights {
  readonly residency = 'layer by layer'
  readonly #backend: Backend
  readonly #source: ByteSource
  readonly #targets: readonly Target[]
  readonly #embedding: SparseTable
  readonly #layers: number
  readonly #kept = new Map<Part, Kept>()
  readonly #bytesMax: number
  #bytes = 0

  /**
   * @param bytesMax that may be held at once
   * @throws RangeError if there is not enough memory.
   */
  constructor(backend: Backend, targets: readonly Target[], source: ByteSource, bytesMax: number) {
    const table = targets.find(({ part }) => part === 'embedding')
    if (table === undefined) throw new Error('A model has no embedding.')
    this.#backend = backend
    this.#source = source
    this.#targets = targets
    this.#bytesMax = bytesMax
    this.#layers = targets.reduce((layers, { part }) => (typeof part === 'number' ? Math.max(layers, part + 1) : layers), 0)
    this.#embedding = new SparseTable(backend, table, source)
  }

  get bytes(): number {
    return this.#bytes + this.#embedding.bytes
  }

  async hold(parts: readonly Part[]): Promise<() => void> {
    const bytes = this.#targets.reduce((sum, { part, plan: { type, shape } }) => (parts.includes(part) ? sum + rowBytes(type, shape[0]) * shape[1] : sum), 0)
    if (bytes > this.#bytesMax) throw new RangeError(`Weights of ${Math.ceil(bytes / 2 ** 20)} MB are more than the memory of this computer.`)
    const ahead = this.#after(parts)
    this.#drop((part, { users }) => users === 0 && !parts.includes(part) && part !== ahead)
    const held: Kept[] = []
    const release = (): void => held.forEach((each) => each.users--)
    try {
      for (const part of parts) {
        const kept = this.#keep(part)
        kept.users++
        held.push(kept)
        await kept.filled
      }
    } catch (error) {
      release()
      throw error
    }
    if (ahead !== undefined) this.#keep(ahead, lanesAhead)
    return release
  }

  lookUp(tokens: Iterable<number>): Promise<void> {
    return this.#embedding.read(tokens)
  }

  giveBack(): void {
    this.#drop((_part, { users }) => users === 0)
  }

  free(): void {
    this.#drop(() => true)
    this.#embedding.free()
  }

  /** The layer that is computed after these parts: after the last comes the first, of what is read next. */
  #after(parts: readonly Part[]): Part | undefined {
    const last = parts.findLast((part) => typeof part === 'number')
    return last === undefined ? undefined : (last + 1) % this.#layers
  }

  #keep(part: Part, lanes?: number): Kept {
    const found = this.#kept.get(part)
    if (found !== undefined) return found
    const kept = { filled: this.#fill(part, lanes), users: 0 }
    this.#kept.set(part, kept)
    // Whoever needs it hears of it; the next one tries again.
    kept.filled.catch(() => this.#kept.get(part) === kept && this.#kept.delete(part))
    return kept
  }

  async #fill(part: Part, lanes?: number): Promise<Filled> {
    const filled = await fillTargets(this.#backend, this.#targets.filter((target) => target.part === part), this.#source, lanes === undefined ? {} : { lanes })
    this.#bytes += filled.bytes
    return filled
  }

  #drop(isOver: (part: Part, kept: Kept) => boolean): void {
    for (const [part, kept] of this.#kept) {
      if (!isOver(part, kept)) continue
      this.#kept.delete(part)
      void this.#free(kept)
    }
  }

  async #free({ filled }: Kept): Promise<void> {
    const store = await filled.catch(() => undefined)
    if (store === undefined) return
    store.free()
    this.#bytes -= store.bytes
  }
}
