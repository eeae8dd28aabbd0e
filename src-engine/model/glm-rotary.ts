import { ModelUnsupportedError, type ModelShape } from './shape'

/** Numbers of a head that turn in every GLM-4. */
const rotaryWidth = 64

/** Some converted files say the whole head, and programs that believe them write nonsense. @throws ModelUnsupportedError */
export function refuseOtherWidth({ rotary }: ModelShape): void {
  if (rotary.dimensions === rotaryWidth) return
  throw new ModelUnsupportedError(`turns ${rotary.dimensions} numbers of each head by position, where GLM-4 turns ${rotaryWidth}; it was converted wrongly. Get another copy`)
}

/** What a converter writes that found neither the context nor the rotary base of the model, and what the 8K base model rightly has. */
const defaults = { context: 4096, base: 10_000, contextOfDefaultBase: 8192 } as const

/** Answers of such a file break off into nonsense in longer texts. @throws ModelUnsupportedError */
export function refuseLostRotary({ contextMax, rotary }: ModelShape): void {
  const reason = contextMax === defaults.context ? `a context of ${contextMax} tokens`
    : rotary.base === defaults.base && contextMax > defaults.contextOfDefaultBase ? `a rotary base of ${rotary.base} for a context of ${contextMax} tokens` : undefined
  if (reason === undefined) return
  throw new ModelUnsupportedError(`says ${reason}, which no GLM-4 has: its converter did not find the model's own numbers. Get another copy`)
}
