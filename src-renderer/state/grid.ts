/** The row that a key leads to from row `at`; null for a key that does not move. */
export function gridStep(key: string, at: number, rows: number, rowsInView: number): number | null {
  const clamp = (index: number): number => Math.min(Math.max(index, 0), rows - 1)
  switch (key) {
    case 'ArrowDown':
      return clamp(at + 1)
    case 'ArrowUp':
      return clamp(at - 1)
    case 'PageDown':
      return clamp(at + rowsInView)
    case 'PageUp':
      return clamp(at - rowsInView)
    case 'Home':
      return 0
    case 'End':
      return rows - 1
    default:
      return null
  }
}

/** The next row whose text begins with what was typed, from the current one on and round; one letter goes on to the next such row. */
export function typedRow(texts: readonly string[], typed: string, at: number): number | null {
  const wanted = typed.toLocaleLowerCase()
  const first = typed.length === 1 ? at + 1 : at
  for (let step = 0; step < texts.length; step += 1) {
    const index = (first + step) % texts.length
    if (texts[index]?.toLocaleLowerCase().startsWith(wanted) === true) return index
  }
  return null
}
