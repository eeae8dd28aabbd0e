import { StorageEndError, type Storage } from '../../src-engine/reading/storage'

interface Write {
  readonly offset: number
  readonly bytes: Uint8Array
}

export type Operation = ({ readonly kind: 'write' } & Write) | { readonly kind: 'sync' }

/** The n-th call of a kind, counted from 1, fails, and all of that kind that follow, or it alone. */
export interface Fault {
  readonly kind: 'write' | 'read' | 'sync'
  readonly nth: number
  readonly code: 'EIO' | 'ENOSPC'
  readonly lasts: 'for good' | 'once'
}

/** What a power cut leaves of writes that no sync has ended: of each, all or nothing; its first sectors; any sectors; zeros; anything. */
export const losses = ['none kept', 'all kept', 'last torn', 'some kept', 'sectors kept', 'zeroed', 'garbage'] as const
export type Loss = (typeof losses)[number]

const sectorBytes = 512

/** A storage in memory that remembers what was written and synced, in order, so that the disk can be had as a power cut at any moment may leave it. */
export class MemoryStorage implements Storage {
  readonly operations: Operation[] = []
  readonly #fault: Fault | null
  readonly #calls = { write: 0, read: 0, sync: 0 }
  #bytes: Uint8Array
  #isClosed = false

  constructor(bytes: Uint8Array = new Uint8Array(0), fault: Fault | null = null) {
    this.#bytes = bytes.slice()
    this.#fault = fault
  }

  get bytes(): Uint8Array {
    return this.#bytes
  }

  async length(): Promise<number> {
    return this.#bytes.length
  }

  async read(offset: number, ...into: readonly Uint8Array[]): Promise<void> {
    this.#count('read')
    await Promise.resolve()
    let at = offset
    for (const part of into) {
      if (at + part.length > this.#bytes.length) throw new StorageEndError(this.#bytes.length)
      part.set(this.#bytes.subarray(at, at + part.length))
      at += part.length
    }
  }

  async write(offset: number, bytes: Uint8Array): Promise<void> {
    this.#count('write')
    const operation = { kind: 'write', offset, bytes: bytes.slice() } as const
    this.operations.push(operation)
    await Promise.resolve()
    this.#bytes = written(this.#bytes, operation)
  }

  async sync(): Promise<void> {
    this.#count('sync')
    await Promise.resolve()
    this.operations.push({ kind: 'sync' })
  }

  async close(): Promise<void> {
    this.#isClosed = true
  }

  #count(kind: Fault['kind']): void {
    if (this.#isClosed) throw new Error('The storage is closed.')
    this.#calls[kind]++
    if (this.#fault?.kind !== kind) return
    const { nth, lasts } = this.#fault
    if (lasts === 'once' ? this.#calls[kind] === nth : this.#calls[kind] >= nth) throw Object.assign(new Error(this.#fault.code), { code: this.#fault.code })
  }
}

/** The disk after a power cut: `start` with the first `count` operations, of which the last sync has saved all before it. */
export function afterPowerCut(start: Uint8Array, operations: readonly Operation[], count: number, loss: Loss, random: () => number): Uint8Array {
  const done = operations.slice(0, count)
  const synced = done.findLastIndex(({ kind }) => kind === 'sync') + 1
  const writes = (part: readonly Operation[]) => part.filter((each) => each.kind === 'write')
  const durable = writes(done.slice(0, synced)).reduce(written, start.slice())
  const pending = writes(done.slice(synced))
  return pending.reduce((bytes, write, i) => lossy(bytes, write, i === pending.length - 1, loss, random), durable)
}

function lossy(bytes: Uint8Array, write: Write, isLast: boolean, loss: Loss, random: () => number): Uint8Array {
  switch (loss) {
    case 'none kept': return bytes
    case 'all kept': return written(bytes, write)
    case 'last torn': return isLast ? sectors(write).slice(0, Math.floor(random() * sectors(write).length)).reduce(written, bytes) : written(bytes, write)
    case 'some kept': return random() < 0.5 ? written(bytes, write) : bytes
    case 'sectors kept': return sectors(write).reduce((kept, sector) => (random() < 0.5 ? written(kept, sector) : kept), bytes)
    case 'zeroed': return written(bytes, { offset: write.offset, bytes: new Uint8Array(write.bytes.length) })
    case 'garbage': return written(bytes, { offset: write.offset, bytes: write.bytes.map(() => Math.floor(random() * 256)) })
  }
}

function sectors({ offset, bytes }: Write): readonly Write[] {
  const count = Math.ceil(bytes.length / sectorBytes)
  return Array.from({ length: count }, (_, i) => ({ offset: offset + i * sectorBytes, bytes: bytes.subarray(i * sectorBytes, (i + 1) * sectorBytes) }))
}

function written(bytes: Uint8Array, write: Write): Uint8Array {
  const end = write.offset + write.bytes.length
  const longer = end > bytes.length ? new Uint8Array(end) : bytes
  if (longer !== bytes) longer.set(bytes)
  longer.set(write.bytes, write.offset)
  return longer
}
