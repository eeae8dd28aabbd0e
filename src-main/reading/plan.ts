import type { DocumentId } from '../contract/document'
import type { Failure } from '../contract/failure'
import type { ReadExtent, ReadingProgress, ReadingScope, ReadingState, Strain, UnitRange } from '../contract/reading'

/** What a model is to read of a document, and how that stands. */
export interface ReadingPlan {
  readonly document: DocumentId
  /** Path of the model's file. */
  readonly model: string
  /** Of the model, for a person. */
  readonly modelName: string
  /** What has the smallest is read first. */
  readonly rank: number
  readonly wish: 'read' | 'paused' | 'stopped'
  readonly scope: ReadingScope
  /** Of the document. */
  readonly unitsTotal: number
  /** What the engine calls what is kept; null until it was begun. */
  readonly reading: string | null
  readonly tokensTotal: number | null
  /** Units of the scope that are read to their end after each so many tokens: see `unitsAfter`. */
  readonly unitsAt: readonly number[]
  /** Why what was read before was of no use, as a sentence. */
  readonly setAside: string | null
  readonly failure: Failure | null
}

/** A plan that is carried out now. */
export interface Running {
  readonly progress: Omit<ReadingProgress, 'units' | 'unitsTotal'> | null
  readonly slowed: Strain | null
}

/** What decides how a plan stands, besides itself. */
export interface PlanSituation {
  /** Tokens of it on the disk. */
  readonly keptTokens: number
  readonly running: Running | null
  /** From 1, of those that wait or run; 0 for one that does neither. */
  readonly place: number
  /** What keeps all of them from being read; null where nothing does. */
  readonly strain: Strain | null
}

/** Tokens from one entry of `unitsAt` to the next. */
const stepTokens = 512

/** Units of the scope that are read to their end, by the tokens read. */
export const unitsAfter = ({ unitsAt }: Pick<ReadingPlan, 'unitsAt'>, tokens: number): number => unitsAt[Math.floor(tokens / stepTokens) - 1] ?? 0

/** The units that are to be read. */
export const unitsOf = ({ scope, unitsTotal }: ReadingPlan): readonly UnitRange[] => (scope.kind === 'units' ? scope.units : unitsTotal === 0 ? [] : [[0, unitsTotal - 1]])

export const countUnits = (ranges: readonly UnitRange[]): number => ranges.reduce((sum, [first, last]) => sum + last - first + 1, 0)

/** The first so many units of these. */
export function firstUnits(ranges: readonly UnitRange[], count: number): readonly UnitRange[] {
  let left = count
  return ranges.flatMap(([first, last]): UnitRange[] => {
    const taken = Math.min(left, last - first + 1)
    left -= taken
    return taken > 0 ? [[first, first + taken - 1]] : []
  })
}

export const isComplete = ({ tokensTotal }: ReadingPlan, tokens: number): boolean => tokensTotal !== null && tokens >= tokensTotal

export function keptOf(plan: ReadingPlan, keptTokens: number): ReadExtent {
  const wanted = unitsOf(plan)
  const units = isComplete(plan, keptTokens) ? wanted : firstUnits(wanted, unitsAfter(plan, keptTokens))
  return { tokens: keptTokens, tokensTotal: plan.tokensTotal, units }
}

export function stateOf(plan: ReadingPlan, situation: PlanSituation): ReadingState {
  const { keptTokens, running, place, strain } = situation
  if (running !== null) return { kind: 'reading', progress: progressOf(plan, running), slowed: running.slowed }
  if (plan.wish === 'read' && strain !== null && place === 1) return { kind: 'paused', why: strain }
  if (plan.wish === 'read') return { kind: 'waiting', place }
  if (plan.wish === 'paused') return { kind: 'paused', why: 'person' }
  if (plan.failure !== null) return { kind: 'failed', failure: plan.failure }
  if (isComplete(plan, keptTokens)) return { kind: 'read' }
  if (plan.setAside !== null) return { kind: 'set-aside', why: plan.setAside }
  return keptTokens > 0 ? { kind: 'partial' } : { kind: 'none' }
}

function progressOf(plan: ReadingPlan, { progress }: Running): ReadingProgress | null {
  if (progress === null) return null
  const unitsTotal = countUnits(unitsOf(plan))
  return { ...progress, units: isComplete(plan, progress.tokens) ? unitsTotal : unitsAfter(plan, progress.tokens), unitsTotal }
}

/** Those that are to be read, in their order: what is open in the window comes first. */
export const inOrder = (plans: readonly ReadingPlan[], front: DocumentId | null): readonly ReadingPlan[] =>
  plans.filter(({ wish }) => wish === 'read').sort((a, b) => Number(b.document === front) - Number(a.document === front) || a.rank - b.rank)
