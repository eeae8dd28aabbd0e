import type { ModelAdvice } from '../contract/model'
import { memoryFor, memoryForModels, statedTokens, tokensThatFit, type MemoryFacts } from './memory'

/** What of a computer decides which models run on it. */
export interface ComputerFacts {
  readonly memoryBytes: number
  /** On the disk of the models; null where it is not known. */
  readonly freeBytes: number | null
}

export interface Candidate extends MemoryFacts {
  readonly name: string
  /** Order of preference, smallest first; null for what is never recommended. */
  readonly rank: number | null
  /** Bytes of it that are on the disk already. */
  readonly presentBytes: number
}

/** Room that a download leaves on the disk. */
export const diskReserveBytes = 1_000_000_000

/** How one model goes with a computer. */
export function adviceFor(model: Omit<Candidate, 'name' | 'rank'>, computer: ComputerFacts): ModelAdvice {
  const neededBytes = memoryFor(model, statedTokens(model.context))
  const haveBytes = memoryForModels(computer.memoryBytes)
  if (neededBytes > haveBytes) return { kind: 'too-little-memory', neededBytes, haveBytes }
  const missingBytes = model.bytes - model.presentBytes
  if (missingBytes > 0 && computer.freeBytes !== null && missingBytes + diskReserveBytes > computer.freeBytes) {
    return { kind: 'too-little-disk', neededBytes: missingBytes + diskReserveBytes, freeBytes: computer.freeBytes }
  }
  return { kind: 'fits', tokens: tokensThatFit(model, computer.memoryBytes), why: null }
}

/** The first by rank that fits is the one to take, and `why` says how it came to that. */
export function adviseAll(models: readonly Candidate[], computer: ComputerFacts): ReadonlyMap<string, ModelAdvice> {
  const advice = new Map(models.map((model) => [model.name, adviceFor(model, computer)]))
  const ranked = models.filter(({ rank }) => rank !== null).sort((a, b) => (a.rank ?? 0) - (b.rank ?? 0))
  const best = ranked.find(({ name }) => advice.get(name)?.kind === 'fits')
  const found = best === undefined ? undefined : advice.get(best.name)
  if (best !== undefined && found?.kind === 'fits') {
    const why = best === ranked[0] ? 'first-choice' : best === ranked.at(-1) ? 'nothing-else-fits' : 'smaller-fits'
    advice.set(best.name, { ...found, why })
  }
  return advice
}
