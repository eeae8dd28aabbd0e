/**
 * Steps of a session that compute drafted tokens along: where the next token is the drafted one, its logits are there already. Nobody who asks
 * for them can tell: they are the bits of single steps, and the first run of each size is compared with one before any is used.
 */
import { createLookup, type Match } from './lookup'
import type { Pace } from './pace'
import { createPlan, draftedMax } from './plan'

/** What drafting needs of a session. */
export interface DraftableSession {
  /** Appends tokens; the logits after each, which the next call writes over. Aborting rejects, and then none of them was read. */
  steps(tokens: readonly number[], signal: AbortSignal): Promise<readonly Float32Array[]>
  /** Forgets the tokens from `length` on. */
  rewind(length: number): void
}

interface DraftOptions {
  /** Tokens that will be said at most. */
  readonly tokensMax: number
  readonly pace: Pace
  /** Milliseconds of a clock that never goes back. */
  now(): number
}

/** The logits after one more token, which the next call writes over. @throws what the session throws */
export type Step = (token: number, signal: AbortSignal) => Promise<Float32Array>

interface Run {
  readonly drafted: readonly number[]
  readonly rows: readonly Float32Array[]
  readonly matchLength: number
  accepted: number
}

/** @param prompt what the session has read */
export function createDraftedSteps(session: DraftableSession, prompt: ArrayLike<number>, { tokensMax, pace, now }: DraftOptions): Step {
  const lookup = createLookup(prompt)
  const plan = createPlan(pace)
  let length = prompt.length
  let run: Run | null = null

  /** Ends the run: what was drafted and not said is forgotten. */
  function settle(): void {
    if (run === null) return
    if (run.drafted.length > 0) plan.ran(run.matchLength, run.rows.length, run.accepted)
    session.rewind(length)
    run = null
  }

  async function timed(tokens: readonly number[], signal: AbortSignal): Promise<readonly Float32Array[]> {
    const begun = now()
    const rows = await session.steps(tokens, signal)
    pace.measured(tokens.length, now() - begun)
    return rows
  }

  /** A run of this size for the first time: kept if it gives what a single step gives. */
  async function tried(tokens: readonly number[], signal: AbortSignal): Promise<readonly Float32Array[] | null> {
    const [single] = (await timed(tokens.slice(0, 1), signal)).map((logits) => logits.slice())
    session.rewind(length)
    // Not timed: the first run builds its graph.
    const rows = await session.steps(tokens, signal)
    const exact = single?.every((value, i) => value === rows[0]?.[i]) ?? false
    pace.tried(tokens.length, exact)
    return exact ? rows : null
  }

  async function begin(token: number, match: Match | null, signal: AbortSignal): Promise<Run> {
    // Of the tokens to come, the last one's logits lead nowhere.
    const room = tokensMax - (length - prompt.length) - 1
    const drafted = [...(match?.next.subarray(0, plan.size(match, room) - 1) ?? [])]
    const matchLength = match?.length ?? 0
    const tokens = [token, ...drafted]
    const known = drafted.length === 0 || pace.isExact(tokens.length) !== null
    const rows = await (known ? timed : tried)(tokens, signal)
    if (rows !== null) return { drafted, rows, matchLength, accepted: 0 }
    session.rewind(length)
    return { drafted: [], rows: await timed([token], signal), matchLength, accepted: 0 }
  }

  return async (token, signal) => {
    lookup.push(token)
    plan.said()
    if (run !== null && run.drafted[run.accepted] === token) run.accepted++
    else {
      settle()
      run = await begin(token, lookup.find(draftedMax), signal)
    }
    length++
    return run.rows[run.accepted] ?? new Float32Array(0)
  }
}
