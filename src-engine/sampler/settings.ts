import type { Sampling } from '../protocol'

/** What of a request decides between tokens. */
export type Choice = Required<Pick<Sampling, 'temperature' | 'topK' | 'topP' | 'minP' | 'repetitionPenalty' | 'presencePenalty' | 'seed'>>

/** A request for an answer that cannot be met as it stands. */
export class SettingsError extends Error {
  constructor(what: string) {
    super(`The answer was not begun: ${what}.`)
    this.name = 'SettingsError'
  }
}

const numbers = {
  temperature: { from: 0, to: 5, whole: false },
  topK: { from: 0, to: 0x7fff_ffff, whole: true },
  topP: { from: Number.MIN_VALUE, to: 1, whole: false },
  minP: { from: 0, to: 1, whole: false },
  repetitionPenalty: { from: 0.5, to: 2, whole: false },
  presencePenalty: { from: -10, to: 10, whole: false },
  seed: { from: -0x8000_0000, to: 0xffff_ffff, whole: true },
  tokensMax: { from: 1, to: 0x7fff_ffff, whole: true },
} as const

const stopsMax = 16
const stopLettersMax = 200

/** The request with every default filled in. @throws SettingsError for what is outside the ranges that `Sampling` gives. */
export function readSampling(sampling: Sampling): Required<Sampling> {
  const full = { topK: 0, repetitionPenalty: 1, presencePenalty: 0, stop: [], schema: null, draft: true, ...sampling }
  for (const [name, { from, to, whole }] of Object.entries(numbers)) {
    const value = full[name as keyof typeof numbers]
    if (!(value >= from && value <= to) || (whole && !Number.isInteger(value))) throw new SettingsError(`${name} is ${value}, which is not ${whole ? 'a whole number ' : ''}from ${from} to ${to}`)
  }
  if (full.stop.length > stopsMax) throw new SettingsError(`it has ${full.stop.length} texts to stop at, and ${stopsMax} are the most`)
  const odd = full.stop.find((text) => text === '' || text.length > stopLettersMax)
  if (odd !== undefined) throw new SettingsError(`a text to stop at has ${odd.length} characters, which is not from 1 to ${stopLettersMax}`)
  return full
}
