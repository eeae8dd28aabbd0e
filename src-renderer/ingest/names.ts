/** A file's name inside a sentence: quoted, without control characters and direction marks, at most 80 characters. */
export function quoteName(fileName: string): string {
  const plain = fileName.replace(/[\p{Cc}\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu, '').trim()
  const characters = [...plain]
  const short = characters.length > 80 ? `${characters.slice(0, 50).join('')}…${characters.slice(-25).join('')}` : plain
  return short === '' ? 'The file' : `“${short}”`
}
