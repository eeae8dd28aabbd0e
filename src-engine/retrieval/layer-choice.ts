/** What the heads of one layer look at for a token: blocks of its own for each KV head, and twice as many where too much would be passed over. */
import { joined } from '../joined'
import { mean } from '../mean'
import { planChoice, type Budget } from './budget'
import { chooseBlocks, massesOfGroups, mostOfHeads, unselectedMasses } from './choice'

export interface ChoiceLimits extends Budget {
  /** Mass that the heads may pass over, on average, before the budget doubles; Infinity: never. */
  readonly unselectedMax: number
}

/** What a layer's masses do not tell. */
interface ChoicePlace {
  readonly kvHeads: number
  /** Of each KV head; none of those that are not there. */
  readonly pinned: readonly (readonly number[])[]
  /** What the token before looked at, of each KV head; of none where there was none. */
  readonly held: readonly (readonly number[])[]
  /** Tokens between the text's end and the token that is computed. */
  readonly behind: number
}

export interface LayerChoice {
  /** For each KV head, ascending. */
  readonly blocks: readonly (readonly number[])[]
  /** How many of each KV head. */
  readonly active: number
  /** Whether these are all of the text, so that nothing is passed over. */
  readonly isWhole: boolean
  /** The mass that each query head passes over. */
  readonly passed: Float32Array
  readonly isDoubled: boolean
}

/** @param masses f32 [heads][blocks] */
export function chooseForLayer(masses: Float32Array, place: ChoicePlace, limits: ChoiceLimits): LayerChoice {
  const once = chooseOf(masses, place, limits, 1)
  return mean(once.passed) > limits.unselectedMax && !once.isWhole ? chooseOf(masses, place, limits, 2) : once
}

/** With so many times the budget. */
function chooseOf(masses: Float32Array, { kvHeads, pinned, held, behind }: ChoicePlace, limits: ChoiceLimits, times: 1 | 2): LayerChoice {
  const plan = planChoice(limits, behind, times)
  const chosen = massesOfGroups(masses, kvHeads).map((own, kvHead) => {
    const blocks = chooseBlocks(mostOfHeads(own, plan.blocks), plan, { pinned: pinned[kvHead] ?? [], held: held[kvHead] ?? [] })
    return { blocks, passed: unselectedMasses(own, plan.blocks, blocks) }
  })
  return {
    blocks: chosen.map(({ blocks }) => blocks),
    active: plan.budget,
    isWhole: plan.budget === plan.blocks,
    passed: joined(chosen.map(({ passed }) => passed), Float32Array),
    isDoubled: times === 2,
  }
}
