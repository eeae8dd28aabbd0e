import type { Piece } from './pieces'

interface Script {
  readonly letters: RegExp
  /** A word that begins with a letter that only ends words. */
  readonly wrong: RegExp
  readonly right: RegExp
}

const scripts: readonly Script[] = [
  { letters: /[\u0590-\u05ff]/, wrong: /(?<!\p{L})[ךםןףץ]\p{L}/gu, right: /\p{L}[ךםןףץ](?!\p{L})/gu },
  { letters: /[\u0600-\u06ff]/, wrong: /(?<!\p{L})[ةى]\p{L}/gu, right: /\p{L}[ةى](?!\p{L})/gu },
]

const count = (pieces: readonly Piece[], pattern: RegExp): number => pieces.reduce((sum, piece) => sum + (piece.text.match(pattern) ?? []).length, 0)

/**
 * Pieces of a page whose right-to-left text the file stores in reading order (as some text recognition does) and pdf.js, which expects the order of the
 * screen, has turned round: turned back. Words that begin with letters that only end words give it away.
 */
export function inLogicalOrder(pieces: readonly Piece[]): readonly Piece[] {
  const isOf = (piece: Piece, { letters }: Script): boolean => piece.rtl && letters.test(piece.text)
  const stored = scripts.filter((script) => {
    const own = pieces.filter((piece) => isOf(piece, script))
    const wrong = count(own, script.wrong)
    return wrong > 0 && wrong > 2 * count(own, script.right)
  })
  if (stored.length === 0) return pieces
  return pieces.map((piece) => stored.some((script) => isOf(piece, script)) ? { ...piece, text: turned(piece.text) } : piece)
}

/** The text from its end, with numbers and Latin words in their own order. */
const turned = (text: string): string =>
  [...text].reverse().join('').replace(/[\p{Script=Latin}\p{N}][\p{Script=Latin}\p{N}.,:/-]*[\p{Script=Latin}\p{N}]/gu, (run) => [...run].reverse().join(''))
