import type { DocumentId } from '../contract/document'
import type { PassageHit } from '../contract/library'

/** Sentences [first, last] of one document that the model is to have in view. */
export interface Stretch {
  readonly document: DocumentId
  readonly first: number
  readonly last: number
}

/** Share of the budget for the passages themselves; the rest goes to the sentences around the best ones. */
const passageShare = 0.8
/** Sentences on either side of a passage that make it readable. */
const neighbours = 2
/** Estimated tokens of a sentence beside a passage, for the budget. */
const sentenceTokens = 24

/**
 * Which sentences go into view: the best passages until the budget is nearly spent, then the neighbours of the best of
 * them. Stretches of one document that touch become one. In reading order, documents in order of their best passage.
 */
export function chooseStretches(hits: readonly PassageHit[], budgetTokens: number): readonly Stretch[] {
  const chosen: PassageHit[] = []
  let spent = 0
  for (const hit of hits) {
    if (chosen.length > 0 && spent + hit.tokens > budgetTokens * passageShare) break
    chosen.push(hit)
    spent += hit.tokens
  }
  const widened = chosen.map((hit) => {
    const cost = 2 * neighbours * sentenceTokens
    if (spent + cost > budgetTokens) return hit
    spent += cost
    return { ...hit, first: Math.max(0, hit.first - neighbours), last: hit.last + neighbours }
  })
  const order = [...new Set(widened.map((hit) => hit.document))]
  return order.flatMap((document) => mergeTouching(widened.filter((hit) => hit.document === document)))
}

function mergeTouching(stretches: readonly Stretch[]): readonly Stretch[] {
  const sorted = [...stretches].sort((a, b) => a.first - b.first)
  const merged: Stretch[] = []
  for (const { document, first, last } of sorted) {
    const previous = merged.at(-1)
    if (previous && first <= previous.last + 1) merged[merged.length - 1] = { ...previous, last: Math.max(previous.last, last) }
    else merged.push({ document, first, last })
  }
  return merged
}
