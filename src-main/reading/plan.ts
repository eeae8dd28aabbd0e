import type { DocumentId } from '../contract/document'
import type { ReadExtent, ReadingProgress, ReadingState, Strain } from '../contract/reading'
import { countUnits, firstUnits, unitsOfScope } from '../contract/unit-ranges'
import type { ReadingPlan } from '../library/library'

/** A plan that is carried out now. */
export interface Running {
  readonly progress: Omit<ReadingProgress, 'units' | 'unitsTotal'> | null
  readonly slowed: Strain | null
}

/** What decides how a plan stands, besides itself. */
export interface PlanSituation {
  /** Tokens of it on the disk; null where nothing of it is there. */
  readonly keptTokens: number | null
  readonly running: Running | null
  /** From 1, of those that wait or run; 0 for one that does neither. */
  readonly place: number
  /** What keeps all of them from being read; null where nothing does. */
  readonly strain: Strain | null
}

/** Units of the scope that are read to their end, by the tokens read. */
export const unitsAfter = ({ unitsAt, chunkTokens }: ReadingPlan, tokens: number): number => unitsAt[Math.floor(tokens / chunkTokens) - 1] ?? 0

export const isComplete = ({ tokensTotal }: ReadingPlan, tokens: number | null): boolean => tokensTotal !== null && tokens !== null && tokens >= tokensTotal

export function keptOf(plan: ReadingPlan, { keptTokens }: Pick<PlanSituation, 'keptTokens'>): ReadExtent {
  const tokens = keptTokens ?? 0
  const wanted = unitsOfScope(plan.scope, plan.unitsTotal)
  const units = isComplete(plan, tokens) ? wanted : firstUnits(wanted, unitsAfter(plan, tokens))
  return { tokens, tokensTotal: plan.tokensTotal, units }
}

const gone = 'What was read of it is not on this disk any more: it made room for other readings, or was removed. Read it again to ask about the whole.'

export function stateOf(plan: ReadingPlan, situation: PlanSituation): ReadingState {
  const { keptTokens, running, place, strain } = situation
  if (plan.wish === 'read') {
    if (strain !== null && place === 1) return { kind: 'paused', why: strain }
    return running === null ? { kind: 'waiting', place } : { kind: 'reading', progress: progressOf(plan, running), slowed: running.slowed }
  }
  if (plan.wish === 'paused') return { kind: 'paused', why: 'person' }
  if (plan.failure !== null) return { kind: 'failed', failure: plan.failure }
  if (isComplete(plan, keptTokens)) return { kind: 'read' }
  if (plan.setAside !== null) return { kind: 'set-aside', why: plan.setAside }
  if (keptTokens === null && plan.reading !== null) return { kind: 'set-aside', why: gone }
  return keptTokens === null || keptTokens === 0 ? { kind: 'none' } : { kind: 'partial' }
}

function progressOf(plan: ReadingPlan, { progress }: Running): ReadingProgress | null {
  if (progress === null) return null
  const unitsTotal = countUnits(unitsOfScope(plan.scope, plan.unitsTotal))
  return { ...progress, units: isComplete(plan, progress.tokens) ? unitsTotal : unitsAfter(plan, progress.tokens), unitsTotal }
}

/** A plan of which nothing was read yet. */
export const unbegun: Pick<ReadingPlan, 'reading' | 'tokensTotal' | 'chunkTokens' | 'unitsAt' | 'setAside' | 'failure'> =
  { reading: null, tokensTotal: null, chunkTokens: 1, unitsAt: [], setAside: null, failure: null }

/** Those that are to be read, in their order: what is open in the window comes first. */
export const inOrder = (plans: readonly ReadingPlan[], front: DocumentId | null): readonly ReadingPlan[] =>
  plans.filter(({ wish }) => wish === 'read').sort((a, b) => Number(b.document === front) - Number(a.document === front) || a.rank - b.rank)
