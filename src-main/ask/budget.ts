import type { ModelFacts } from '../../src-engine/protocol'

/** A person waits about so long for the first word, seconds. */
const patienceSeconds = 8
const budgetMin = 600
/** More than this adds little (documents found: 78 % at 2,000 tokens, 84 % at 3,000 to 4,000). */
const budgetMax = 4_000
/** Models below a thousand million parameters lose their thread in more than this, and any computer reads it quickly. */
const smallModelParameters = 1e9
const smallModelBudget = 1_500
/** Share of the model's context that extracts may fill; the rest is for rules, history and answer. */
const contextShare = 0.5

/**
 * Tokens of source text to show the model: what this computer reads in reasonable time, the model has room for and can follow.
 * @param readable how many tokens this computer reads in so many seconds; asked only where that decides, as it may have to be measured first
 */
export async function extractBudget({ contextMax, parameters }: Pick<ModelFacts, 'contextMax' | 'parameters'>, readable: (seconds: number) => Promise<number>): Promise<number> {
  const wanted = parameters < smallModelParameters ? smallModelBudget : Math.max(budgetMin, Math.min(budgetMax, Math.round(await readable(patienceSeconds))))
  return Math.floor(Math.min(contextMax * contextShare, wanted))
}
