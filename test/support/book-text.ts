import { execFileSync } from 'node:child_process'
import { bookPath, type BookName } from './books'

/** All text of a real book as pdftotext gives it. */
export async function bookText(name: BookName): Promise<Buffer> {
  return execFileSync('pdftotext', ['-enc', 'UTF-8', await bookPath(name), '-'], { maxBuffer: 1 << 28 })
}
