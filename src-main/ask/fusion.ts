import type { PassageHit } from '../contract/library'

/** Damping of reciprocal rank fusion (Cormack, Clarke, Büttcher 2009). */
const damping = 60

/**
 * One list from several, by reciprocal rank: a passage scores 1 / (60 + rank) in each list that holds it, times the
 * list's weight. Best first; equal scores keep the order of the first list.
 */
export function fuse(lists: readonly { readonly weight: number; readonly hits: readonly PassageHit[] }[]): readonly PassageHit[] {
  const fused = new Map<string, { readonly hit: PassageHit; readonly score: number }>()
  for (const { weight, hits } of lists) {
    hits.forEach((hit, rank) => {
      const key = `${hit.document}:${hit.passage}`
      const score = (fused.get(key)?.score ?? 0) + weight / (damping + rank + 1)
      fused.set(key, { hit, score })
    })
  }
  return [...fused.values()].sort((a, b) => b.score - a.score).map(({ hit, score }) => ({ ...hit, score }))
}
