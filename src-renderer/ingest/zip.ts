import { Inflate } from 'fflate'
import { FailureError } from '../../src-main/contract/failure'
import { quoteName } from './names'

/** What a zip may ask of this computer; beyond it, it is refused. */
export interface ZipCaps {
  readonly entriesMax: number
  /** Sum of the sizes that the entries claim to have. */
  readonly totalBytesMax: number
  /** Real bytes of one entry, counted while it is inflated. */
  readonly entryBytesMax: number
  /** Inflated to packed, beyond `ratioFreeBytes`. */
  readonly ratioMax: number
  readonly ratioFreeBytes: number
}

export const documentZipCaps: ZipCaps = {
  entriesMax: 10_000,
  totalBytesMax: 512 * 2 ** 20,
  entryBytesMax: 64 * 2 ** 20,
  ratioMax: 200,
  ratioFreeBytes: 10 * 2 ** 20,
}

interface ZipEntry {
  readonly name: string
  readonly method: number
  readonly encrypted: boolean
  readonly crc: number
  readonly packedBytes: number
  readonly bytes: number
  /** Offsets into the file: of the local header, and of the packed data behind it. */
  readonly start: number
  readonly dataStart: number
}

export interface ZipArchive {
  /** As they stand in the directory, '/' between folders, no leading '/'. */
  readonly names: readonly string[]
  readonly has: (name: string) => boolean
  /** Real, checked bytes of an entry; null where there is none. Throws `FailureError` beyond the caps or on damage. */
  readonly read: (name: string) => Uint8Array | null
}

const signatures = { local: 0x04034b50, central: 0x02014b50, end: 0x06054b50, end64: 0x06064b50, locator64: 0x07064b50 }
const endBytes = 22
const packedSliceBytes = 16_384

/**
 * Opens a zip by its central directory, the only list of entries that counts, and inflates entries one by one with a
 * limit on real bytes: what an entry claims is never believed. Format: PKWARE APPNOTE.TXT 6.3, sections 4.3 and 4.5.3.
 */
export function openZip(bytes: Uint8Array, fileName: string, caps: ZipCaps = documentZipCaps): ZipArchive {
  const who = quoteName(fileName)
  const entries = readDirectory(bytes, who, caps)
  refuseOverlaps(entries, who)
  if (entries.reduce((sum, entry) => sum + entry.bytes, 0) > caps.totalBytesMax) throw tooLarge(who)
  // Names in Open Packaging are compared without case; of two equal names the first counts.
  const byName = new Map<string, ZipEntry>()
  for (const entry of entries) if (!byName.has(entry.name.toLowerCase())) byName.set(entry.name.toLowerCase(), entry)
  return {
    names: entries.map((entry) => entry.name),
    has: (name) => byName.has(name.toLowerCase()),
    read: (name) => {
      const entry = byName.get(name.toLowerCase())
      return entry === undefined ? null : inflate(bytes, entry, who, caps)
    },
  }
}

function readDirectory(bytes: Uint8Array, who: string, caps: ZipCaps): readonly ZipEntry[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const end = findEnd(view)
  if (end === null) {
    throw new FailureError('truncated', `${who} ends before its table of contents: it was probably cut off while it was copied or downloaded. Get the file again and add it once more.`)
  }
  const { count, offset } = end
  if (count > caps.entriesMax) throw new FailureError('too-complex', `${who} holds ${count} parts; a document has at most ${caps.entriesMax}. It was not opened.`)
  const entries: ZipEntry[] = []
  let at = offset
  for (let index = 0; index < count; index += 1) {
    const entry = readEntry(view, bytes, at)
    if (entry === null) throw damaged(who)
    entries.push(entry.entry)
    at = entry.next
  }
  return entries
}

function findEnd(view: DataView): { readonly count: number; readonly offset: number } | null {
  const lowest = Math.max(0, view.byteLength - endBytes - 0xffff)
  for (let at = view.byteLength - endBytes; at >= lowest; at -= 1) {
    if (view.getUint32(at, true) !== signatures.end) continue
    const count = view.getUint16(at + 10, true)
    const offset = view.getUint32(at + 16, true)
    if (count !== 0xffff && offset !== 0xffffffff) return { count, offset }
    return findEnd64(view, at - 20)
  }
  return null
}

function findEnd64(view: DataView, locator: number): { readonly count: number; readonly offset: number } | null {
  if (locator < 0 || view.getUint32(locator, true) !== signatures.locator64) return null
  const at = Number(view.getBigUint64(locator + 8, true))
  if (at + 56 > view.byteLength || view.getUint32(at, true) !== signatures.end64) return null
  return { count: Number(view.getBigUint64(at + 32, true)), offset: Number(view.getBigUint64(at + 48, true)) }
}

function readEntry(view: DataView, bytes: Uint8Array, at: number): { readonly entry: ZipEntry; readonly next: number } | null {
  if (at + 46 > view.byteLength || view.getUint32(at, true) !== signatures.central) return null
  const nameBytes = view.getUint16(at + 28, true)
  const extraBytes = view.getUint16(at + 30, true)
  const next = at + 46 + nameBytes + extraBytes + view.getUint16(at + 32, true)
  if (next > view.byteLength) return null
  const sizes = readSizes(view, at, at + 46 + nameBytes, extraBytes)
  const dataStart = sizes === null ? null : findData(view, sizes.start)
  if (sizes === null || dataStart === null || dataStart + sizes.packedBytes > view.byteLength) return null
  const name = new TextDecoder().decode(bytes.subarray(at + 46, at + 46 + nameBytes))
  return {
    next,
    entry: {
      ...sizes,
      name: name.replaceAll('\\', '/').replace(/^\/+/, ''),
      encrypted: (view.getUint16(at + 8, true) & 1) === 1,
      method: view.getUint16(at + 10, true),
      crc: view.getUint32(at + 16, true),
      dataStart,
    },
  }
}

/** Sizes and place of an entry; fields of 0xffffffff stand in the zip64 extra field (id 1), in this order. */
function readSizes(view: DataView, at: number, extra: number, extraBytes: number): Pick<ZipEntry, 'bytes' | 'packedBytes' | 'start'> | null {
  const short = [view.getUint32(at + 24, true), view.getUint32(at + 20, true), view.getUint32(at + 42, true)]
  let field = extra
  while (field + 4 <= extra + extraBytes && view.getUint16(field, true) !== 1) field += 4 + view.getUint16(field + 2, true)
  let wide = field + 4
  const [bytes, packedBytes, start] = short.map((value) => {
    if (value !== 0xffffffff) return value
    if (wide + 8 > extra + extraBytes) return Number.NaN
    wide += 8
    return Number(view.getBigUint64(wide - 8, true))
  })
  if (bytes === undefined || packedBytes === undefined || start === undefined) return null
  return [bytes, packedBytes, start].some(Number.isNaN) ? null : { bytes, packedBytes, start }
}

function findData(view: DataView, start: number): number | null {
  if (start + 30 > view.byteLength || view.getUint32(start, true) !== signatures.local) return null
  return start + 30 + view.getUint16(start + 26, true) + view.getUint16(start + 28, true)
}

function refuseOverlaps(entries: readonly ZipEntry[], who: string): void {
  let end = 0
  for (const entry of [...entries].sort((one, other) => one.start - other.start)) {
    if (entry.start < end) throw new FailureError('too-complex', `${who} uses the same bytes for several of its parts, as files do that are made to choke programs. It was not opened.`)
    end = entry.dataStart + entry.packedBytes
  }
}

function inflate(bytes: Uint8Array, entry: ZipEntry, who: string, caps: ZipCaps): Uint8Array {
  if (entry.encrypted) {
    throw new FailureError('unsupported-format', `${who} is a zip protected by a password, which Longleaf cannot open. Unpack it and add the document that is inside.`)
  }
  const packed = bytes.subarray(entry.dataStart, entry.dataStart + entry.packedBytes)
  const allowed = Math.min(caps.entryBytesMax, Math.max(caps.ratioFreeBytes, packed.length * caps.ratioMax))
  if (entry.bytes > allowed) throw tooLarge(who)
  const whole = entry.method === 0 ? packed : entry.method === 8 ? inflateWithin(packed, allowed, who) : null
  if (whole === null || whole.length > allowed || crc32(whole) !== entry.crc) throw damaged(who)
  return whole
}

function inflateWithin(packed: Uint8Array, allowed: number, who: string): Uint8Array {
  const chunks: Uint8Array[] = []
  let total = 0
  const stream = new Inflate((chunk) => {
    total += chunk.length
    if (total > allowed) throw tooLarge(who)
    chunks.push(chunk)
  })
  // Small slices: one push inflates all of its input before the callback can count it.
  try {
    for (let at = 0; at < packed.length; at += packedSliceBytes) stream.push(packed.subarray(at, at + packedSliceBytes), at + packedSliceBytes >= packed.length)
  } catch (error) {
    throw error instanceof FailureError ? error : damaged(who, error)
  }
  const whole = new Uint8Array(total)
  let at = 0
  for (const chunk of chunks) {
    whole.set(chunk, at)
    at += chunk.length
  }
  return whole
}

const crcTable = Uint32Array.from({ length: 256 }, (_, byte) => {
  let value = byte
  for (let bit = 0; bit < 8; bit += 1) value = (value & 1) === 1 ? (value >>> 1) ^ 0xedb88320 : value >>> 1
  return value
})

function crc32(bytes: Uint8Array): number {
  let crc = 0xffffffff
  // An indexed loop: an iterator takes three times as long over the megabytes of a book.
  for (let at = 0; at < bytes.length; at += 1) crc = (crc >>> 8) ^ (crcTable[(crc ^ (bytes[at] ?? 0)) & 0xff] ?? 0)
  return (crc ^ 0xffffffff) >>> 0
}

const tooLarge = (who: string): FailureError =>
  new FailureError('too-large', `${who} unpacks to far more than a document holds, as files do that are made to choke programs. It was not opened.`)

const damaged = (who: string, cause?: unknown): FailureError =>
  new FailureError('damaged', `${who} is damaged: parts of the file are missing or changed. Get the file again and add it once more.`, { cause })
