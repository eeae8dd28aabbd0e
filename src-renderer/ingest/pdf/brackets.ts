import { unpaired } from './characters'

/** A line of which `mirror` is the text with the brackets of its right-to-left parts turned round; null where it has none. */
export interface Bracketed {
  readonly text: string
  readonly mirror: string | null
}

/**
 * Brackets of right-to-left text as they are read. Files hold the shapes that are drawn, of which most but not all are the mirror images of the letters;
 * lines in which only one way pairs them vote for their page. Without a clear vote each line goes by its own pairs, and a lone bracket is turned.
 */
export function settleBrackets<T extends Bracketed>(lines: readonly T[]): readonly T[] {
  if (!lines.some((line) => line.mirror !== null)) return lines
  const votes = lines.map((line) => line.mirror === null ? 0 : Math.sign(unpaired(line.text) - unpaired(line.mirror)))
  const turned = votes.filter((vote) => vote > 0).length
  const kept = votes.filter((vote) => vote < 0).length
  return lines.map((line, index) => {
    const vote = votes[index] ?? 0
    const isTurned = turned > 3 * kept ? true : kept > 3 * turned ? false : vote === 0 ? unpaired(line.text) > 0 : vote > 0
    return line.mirror === null || !isTurned ? line : { ...line, text: line.mirror }
  })
}
