import type { Citation } from '../contract/answer'

/** Where a citation stands, for a person: `p. iv (PDF p. 6)`, or `2 Methods › 2.1 Sample, ¶ 4` where there are no pages. */
export function placeOf(citation: Pick<Citation, 'page' | 'pageLabel' | 'section' | 'paragraph'>): string {
  if (citation.page !== null) {
    const label = citation.pageLabel
    return label === null || label === String(citation.page) ? `p. ${citation.page}` : `p. ${label} (PDF p. ${citation.page})`
  }
  const paragraph = citation.paragraph === null ? [] : [`¶ ${citation.paragraph}`]
  return [...(citation.section.length > 0 ? [citation.section.join(' › ')] : []), ...paragraph].join(', ')
}

/** Units in view as ranges of 1-based numbers: `3-5, 88`. */
export function rangesOf(units: readonly number[]): string {
  const ranges: [number, number][] = []
  for (const unit of [...units].sort((a, b) => a - b)) {
    const last = ranges.at(-1)
    if (last && unit <= last[1] + 1) last[1] = unit
    else ranges.push([unit, unit])
  }
  return ranges.map(([from, to]) => (from === to ? String(from + 1) : `${from + 1}-${to + 1}`)).join(', ')
}
