/** What a file's bytes say that it is; its name is never asked. */
export type Sniffed =
  | { readonly kind: 'pdf' }
  | { readonly kind: 'zip' }
  | { readonly kind: 'empty' }
  /** An OLE container: Word before 2007, or a modern file that Office has encrypted. */
  | { readonly kind: 'ole'; readonly encrypted: boolean; readonly word: boolean }
  | { readonly kind: 'other'; readonly what: string | null }

const ascii = (text: string): readonly number[] => [...text].map((character) => character.charCodeAt(0))

/** Magic numbers at the beginning of a file, with the words a person knows the format by. */
const beginnings: readonly (readonly [readonly number[], string])[] = [
  [[0x89, 0x50, 0x4e, 0x47], 'a PNG picture'],
  [[0xff, 0xd8, 0xff], 'a JPEG picture'],
  [ascii('GIF8'), 'a GIF picture'],
  [ascii('II*\0'), 'a TIFF picture'],
  [ascii('MM\0*'), 'a TIFF picture'],
  [ascii('AT&TFORM'), 'a DjVu book'],
  [ascii('{\\rtf'), 'an RTF document'],
  [ascii('%!PS'), 'a PostScript file'],
  [[0x1f, 0x8b], 'a gzip archive'],
  [ascii('7z\xbc\xaf'), 'a 7-Zip archive'],
  [ascii('Rar!'), 'a RAR archive'],
  [ascii('\x7fELF'), 'a program'],
  [ascii('MZ'), 'a Windows program'],
  [ascii('GGUF'), 'a language model (GGUF): add it under Models instead'],
  [ascii('SQLite format 3'), 'a database'],
  [ascii('ID3'), 'a sound file'],
  [ascii('OggS'), 'a sound file'],
]

/** Looks at the beginning and, for PDF, at the first 1,024 bytes (readers allow other bytes before `%PDF-`). */
export function sniff(bytes: Uint8Array): Sniffed {
  if (bytes.length === 0) return { kind: 'empty' }
  if (startsWith(bytes, ascii('PK\x03\x04')) || startsWith(bytes, ascii('PK\x05\x06'))) return { kind: 'zip' }
  if (startsWith(bytes, [0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1])) {
    return { kind: 'ole', encrypted: mentions(bytes, 'EncryptedPackage'), word: mentions(bytes, 'WordDocument') }
  }
  const head = new TextDecoder('latin1').decode(bytes.subarray(0, 1_024))
  const named = beginnings.find(([magic]) => startsWith(bytes, magic))
  if (/^[^]{0,1019}%PDF-/.test(head) && named === undefined) return { kind: 'pdf' }
  return { kind: 'other', what: named?.[1] ?? describeText(bytes, head) }
}

function describeText(bytes: Uint8Array, head: string): string | null {
  const text = head.replace(/^\u00ef\u00bb\u00bf/, '').trimStart().toLowerCase()
  if (bytes.subarray(4, 8).every((byte, index) => byte === 'ftyp'.charCodeAt(index)) && bytes.length > 8) return 'a video or HEIC picture'
  if (/^riff[^]{4}webp/.test(text)) return 'a WebP picture'
  // Bytes 6 to 9 of a bitmap are reserved and zero; two letters alone may begin any text.
  if (text.startsWith('bm') && bytes.subarray(6, 10).every((byte) => byte === 0)) return 'a BMP picture'
  if (text.startsWith('<!doctype html') || text.startsWith('<html')) return 'a web page (HTML)'
  if (text.startsWith('<?xml') || text.startsWith('<svg')) return text.includes('<svg') ? 'an SVG picture' : text.includes('<html') ? 'a web page (HTML)' : 'an XML file'
  if (bytes.subarray(0, 4_096).every((byte) => byte === 0)) return 'a file of zeros, as an interrupted download leaves'
  const controls = bytes.subarray(0, 4_096).filter((byte) => byte < 9 || (byte > 13 && byte < 32)).length
  return controls === 0 ? 'a plain text file' : null
}

const startsWith = (bytes: Uint8Array, magic: readonly number[]): boolean => magic.every((byte, index) => bytes[index] === byte)

/** True where a name stands in an OLE directory, which writes UTF-16LE. */
function mentions(bytes: Uint8Array, name: string): boolean {
  const wanted = ascii(name).flatMap((code) => [code, 0])
  const first = wanted[0] ?? 0
  for (let at = bytes.indexOf(first); at !== -1; at = bytes.indexOf(first, at + 1)) {
    if (startsWith(bytes.subarray(at, at + wanted.length), wanted)) return true
  }
  return false
}
