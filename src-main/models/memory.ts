/** What of a model decides how much memory it takes. */
export interface MemoryFacts {
  readonly bytes: number
  readonly context: number
  /** 0 where it is not known. */
  readonly kvBytesPerToken: number
}

/** The engine keeps keys and values as F16. */
const kvNumberBytes = 2
/** Graphs, buffers and the process itself, beside weights and keys and values. */
const engineBytes = 400_000_000
/** Tokens in view that memory is stated for: a question with its passages and the answer. */
const usualTokens = 8_192

/** The system and other programs keep a fifth of the memory, and 2.5 GB at least. */
const keptShare = 0.2
const keptBytesMin = 2_500_000_000

/** Bytes of keys and values of one token, all layers together. */
export const kvBytesPerToken = ({ layers, kvHeads, headSize }: { readonly layers: number; readonly kvHeads: number; readonly headSize: number }): number =>
  layers * kvHeads * headSize * 2 * kvNumberBytes

/** Tokens that a model's memory is stated for. */
export const statedTokens = (context: number): number => (context > 0 ? Math.min(usualTokens, context) : usualTokens)

/** Memory for a model with so many tokens in view. */
export const memoryFor = (model: MemoryFacts, tokens: number): number => model.bytes + engineBytes + tokens * model.kvBytesPerToken

/** Of the whole memory of a computer, what a model may take. */
export const memoryForModels = (memoryBytes: number): number => Math.max(0, Math.floor(memoryBytes - Math.max(keptBytesMin, memoryBytes * keptShare)))

/** Tokens of the model's context that fit beside its weights; 0 where not even the weights do. */
export function tokensThatFit(model: MemoryFacts, memoryBytes: number): number {
  const left = memoryForModels(memoryBytes) - memoryFor(model, 0)
  if (left < 0) return 0
  return model.kvBytesPerToken === 0 ? model.context : Math.min(model.context, Math.floor(left / model.kvBytesPerToken))
}
