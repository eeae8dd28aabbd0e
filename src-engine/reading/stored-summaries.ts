/**
 * What sums up the beginning of a reading, in a file of its own beside it (FORMAT.md): made of the reading alone, so it may be lost at any time, and is made
 * again. It is written once, layer by layer, and exists when all of it is on the disk.
 */
import { checksum } from './checksum'
import { expectIndex, expectLength } from './expect'
import { pageBytes, toPages } from './layout'
import { filled, type Storage } from './storage'

/** What summaries were made of and how. They are of use only where all of that is the same again. */
export interface SummariesIdentity {
  /** `fingerprintOf` the reading. */
  readonly reading: string
  /** That are summed up, the first of the reading, and the SHA-256 of their ids (i32), lower-case hex. */
  readonly tokens: number
  readonly textHash: string
  /** How they are made, in the words of who makes them. */
  readonly form: string
  readonly layers: number
  readonly layerBytes: number
}

export interface SummariesReader {
  /** Fills `into` with a layer; false where something else stands there than was written. @throws StorageError */
  readLayer(layer: number, into: Uint8Array): Promise<boolean>
  close(): Promise<void>
}

/** Takes each layer once, in any order, then `commit`; closed without it, nothing was written. */
export interface SummariesWriter {
  /** @throws StorageError */
  writeLayer(layer: number, bytes: Uint8Array): Promise<void>
  /** They exist when it has ended. @throws StorageError */
  commit(): Promise<void>
  close(): Promise<void>
}

const magic = new TextEncoder().encode('LONGSUMS')
const version = 1
const checksumAt = pageBytes - 4

interface Places {
  readonly table: number
  readonly layers: number
  readonly stride: number
}

function placesOf({ layers, layerBytes }: SummariesIdentity, headerBytes: number): Places {
  const table = pageBytes + toPages(headerBytes)
  return { table, layers: table + toPages(4 * layers), stride: toPages(layerBytes) }
}

const encode = ({ reading, tokens, textHash, form, layers, layerBytes }: SummariesIdentity): Uint8Array =>
  new TextEncoder().encode(JSON.stringify({ reading, tokens, textHash, form, layers, layerBytes }))

/** Of the file. */
export function summariesFileBytes(identity: SummariesIdentity): number {
  const { layers, stride } = placesOf(identity, encode(identity).length)
  return layers + identity.layers * stride
}

/** On a storage that has nothing on it yet. */
export function createSummaries(storage: Storage, identity: SummariesIdentity): SummariesWriter {
  const header = encode(identity)
  const places = placesOf(identity, header.length)
  const checksums = new Uint32Array(identity.layers)
  return {
    async writeLayer(layer, bytes) {
      expectIndex(layer, identity.layers, 'layer')
      expectLength(bytes, identity.layerBytes, `What sums up layer ${layer}`)
      checksums[layer] = checksum(bytes)
      await storage.write(places.layers + layer * places.stride, bytes)
    },
    async commit() {
      const table = tableOf(checksums)
      await storage.write(pageBytes, header)
      await storage.write(places.table, table)
      await storage.sync()
      await storage.write(0, firstPage(header, table))
      await storage.sync()
    },
    close: () => storage.close(),
  }
}

/** Null where a storage has not just these. @throws StorageError */
export async function openSummaries(storage: Storage, identity: SummariesIdentity): Promise<SummariesReader | null> {
  const header = encode(identity)
  const places = placesOf(identity, header.length)
  const table = new Uint8Array(4 * identity.layers)
  const found = [new Uint8Array(pageBytes), new Uint8Array(header.length)] as const
  if (!(await filled(storage, 0, [found[0]])) || !(await filled(storage, pageBytes, [found[1]])) || !(await filled(storage, places.table, [table]))) return null
  if (!areEqual(found[0], firstPage(header, table)) || !areEqual(found[1], header)) return null
  const view = new DataView(table.buffer)
  return {
    async readLayer(layer, into) {
      expectIndex(layer, identity.layers, 'layer')
      expectLength(into, identity.layerBytes, 'What is read into')
      return (await filled(storage, places.layers + layer * places.stride, [into])) && checksum(into) === view.getUint32(4 * layer, true)
    },
    close: () => storage.close(),
  }
}

/** Whether a storage may have summaries that were written wholly, whatever of. @throws StorageError */
export async function hasSummaries(storage: Storage): Promise<boolean> {
  const page = new Uint8Array(pageBytes)
  if (!(await filled(storage, 0, [page]))) return false
  const view = new DataView(page.buffer)
  const isOurs = magic.every((byte, i) => page[i] === byte) && view.getUint32(8, true) === version
  return isOurs && view.getUint32(checksumAt, true) === checksum(page.subarray(0, checksumAt))
}

/** What says that all else is there. */
function firstPage(header: Uint8Array, table: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(pageBytes)
  const view = new DataView(bytes.buffer)
  bytes.set(magic)
  view.setUint32(8, version, true)
  view.setUint32(12, header.length, true)
  view.setUint32(16, checksum(header), true)
  view.setUint32(20, checksum(table), true)
  view.setUint32(checksumAt, checksum(bytes.subarray(0, checksumAt)), true)
  return bytes
}

function tableOf(checksums: Uint32Array): Uint8Array {
  const bytes = new Uint8Array(4 * checksums.length)
  const view = new DataView(bytes.buffer)
  checksums.forEach((each, layer) => view.setUint32(4 * layer, each, true))
  return bytes
}

const areEqual = (a: Uint8Array, b: Uint8Array): boolean => a.length === b.length && a.every((byte, i) => byte === b[i])
