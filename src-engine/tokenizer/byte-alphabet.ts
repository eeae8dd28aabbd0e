/**
 * Byte-level vocabularies write each byte as one printable character: bytes that print stand for themselves, the others for U+0100 onwards
 * in order (Radford et al. 2019, the GPT-2 encoder). A token's text in the file is a row of such characters.
 */
const prints = (byte: number): boolean => (byte >= 0x21 && byte <= 0x7e) || (byte >= 0xa1 && byte <= 0xac) || byte >= 0xae

/** The character of each byte. */
export const byteCharacters: readonly string[] = (() => {
  let others = 0
  return Array.from({ length: 256 }, (_, byte) => String.fromCharCode(prints(byte) ? byte : 0x100 + others++))
})()

/** The byte of each character, -1 for one that is not of the alphabet. */
const bytesOfCharacters: Int16Array = (() => {
  const bytes = new Int16Array(0x200).fill(-1)
  byteCharacters.forEach((character, byte) => (bytes[character.charCodeAt(0)] = byte))
  return bytes
})()

/** The bytes that a token's text stands for; null if a character is not of the alphabet. */
export function bytesOfText(text: string): Uint8Array | null {
  const bytes = new Uint8Array(text.length)
  for (let i = 0; i < text.length; i++) {
    const byte = bytesOfCharacters[text.charCodeAt(i)] ?? -1
    if (byte < 0) return null
    bytes[i] = byte
  }
  return bytes
}
