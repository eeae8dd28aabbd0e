import { createPieces, type Pieces, type PromptPlaces } from '../evidence/pieces'
import { placeRanges } from '../evidence/places'
import type { ChatMessage, EvidencePiece, EvidenceRequest } from '../protocol'
import type { OpenModel, ReadHooks } from './model'

/** What a request for evidence means for one answer. */
interface AnswerEvidence {
  /** What reading the prompt has to keep. */
  readonly watch: NonNullable<ReadHooks['watch']>
  /** To be called when the prompt has been read. */
  follow(tell: (piece: EvidencePiece) => void): Pieces
}

export function planEvidence(model: OpenModel, prompt: Int32Array, messages: readonly ChatMessage[], request: EvidenceRequest): AnswerEvidence {
  const { tokenizer, session } = model
  const spans = placeRanges(prompt, tokenizer, messages, [...request.sources, request.question])
  const found = spans.at(-1)
  // A question that is not found in the prompt is told of as one without tokens.
  const question = found !== undefined && found.end > found.start ? found : { start: prompt.length, end: prompt.length }
  const places: PromptPlaces = { sources: spans.slice(0, -1), question, length: prompt.length }
  return { watch: { heads: request.heads, from: question.start }, follow: (tell) => createPieces(session, places, tell) }
}
