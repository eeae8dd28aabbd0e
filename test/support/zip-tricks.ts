import { strToU8 } from 'fflate'

/** Changes made to a finished zip, byte by byte, to make what no honest program writes. */

interface Entry {
  readonly name: string
  /** Offset of its record in the central directory. */
  readonly at: number
  /** Offset of its local header. */
  readonly local: number
}

function entriesOf(bytes: Uint8Array): readonly Entry[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const end = bytes.length - 22
  const entries: Entry[] = []
  let at = view.getUint32(end + 16, true)
  for (let index = 0; index < view.getUint16(end + 10, true); index += 1) {
    const nameBytes = view.getUint16(at + 28, true)
    entries.push({ name: new TextDecoder().decode(bytes.subarray(at + 46, at + 46 + nameBytes)), at, local: view.getUint32(at + 42, true) })
    at += 46 + nameBytes + view.getUint16(at + 30, true) + view.getUint16(at + 32, true)
  }
  return entries
}

function change(zip: Uint8Array, name: string, edit: (view: DataView, entry: Entry, entries: readonly Entry[]) => void): Uint8Array<ArrayBuffer> {
  const copy = new Uint8Array(zip)
  const entries = entriesOf(copy)
  const entry = entries.find((each) => each.name === name)
  if (entry === undefined) throw new Error(`no ${name} in the zip`)
  edit(new DataView(copy.buffer), entry, entries)
  return copy
}

/** The entry claims to be of this size. */
export const withClaimedSize = (zip: Uint8Array, name: string, bytes: number): Uint8Array<ArrayBuffer> =>
  change(zip, name, (view, entry) => { view.setUint32(entry.at + 24, bytes, true) })

/** The entry says that it is encrypted. */
export const withEncryption = (zip: Uint8Array, name: string): Uint8Array<ArrayBuffer> =>
  change(zip, name, (view, entry) => { view.setUint16(entry.at + 8, view.getUint16(entry.at + 8, true) | 1, true) })

/** The entry uses the bytes of the first one. */
export const withOverlap = (zip: Uint8Array, name: string): Uint8Array<ArrayBuffer> =>
  change(zip, name, (view, entry, entries) => { view.setUint32(entry.at + 42, entries[0]?.local ?? 0, true) })

/** One bit of the entry's data is flipped. */
export const withFlippedBit = (zip: Uint8Array, name: string): Uint8Array<ArrayBuffer> =>
  change(zip, name, (view, entry) => {
    const data = entry.local + 30 + view.getUint16(entry.local + 26, true) + view.getUint16(entry.local + 28, true)
    const at = data + Math.floor(view.getUint32(entry.at + 20, true) / 2)
    view.setUint8(at, view.getUint8(at) ^ 4)
  })

/** An OLE container as Office writes it, as far as a look at its bytes goes: signature and the names in its directory. */
export function oleContainer(...names: readonly string[]): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(2_048)
  bytes.set([0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1])
  names.forEach((name, index) => { bytes.set(strToU8([...name].map((letter) => `${letter}\0`).join('')), 512 + 128 * index) })
  return bytes
}
