/** Conjunctions before a question word: where one sentence asks two things. */
const joins = [
  /[,;]?\s+and\s+(?=(?:what|who|whom|whose|which|when|where|why|how|does|do|is|are|can)\b)/iu,
  /[,;]?\s+und\s+(?=(?:was|wer|wen|wem|wessen|welche[rsmn]?|wann|wo|warum|wie|wozu|wodurch)\b)/iu,
  /[,;]?\s+et\s+(?=(?:que|qui|quoi|quels?|quelles?|quand|où|pourquoi|comment|combien)\b)/iu,
  /[,;]?\s+y\s+(?=(?:qué|quién|cuál|cuándo|dónde|por qué|cómo|cuánto)\b)/iu,
  /[,，、]\s*(?=(?:什么|谁|哪|何时|为什么|怎么|怎样|如何|多少|几))/u,
  /[、,]\s*(?=(?:何|誰|いつ|どこ|なぜ|どの|どう|いくつ))/u,
]

const questionEnd = /(?<=[?？؟])\s*/u

/**
 * The separate questions that one question asks, in order ("How far did it come, and why?" asks two). A question that
 * asks one thing comes back alone. Searching each part apart and merging the lists finds evidence that stands in
 * several places.
 */
export function questionParts(question: string): readonly string[] {
  const parts = question
    .split(questionEnd)
    .flatMap((sentence) => joins.reduce<readonly string[]>((pieces, join) => pieces.flatMap((piece) => piece.split(join)), [sentence]))
    .map((part) => part.trim())
    .filter(canBeSearched)
  return parts.length > 1 ? parts : [question.trim()]
}

/** A bare "why?" asks something but finds nothing of its own. */
function canBeSearched(part: string): boolean {
  const words = part.match(/[\p{L}\p{N}]+/gu) ?? []
  return words.length > 1 || /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}]{4}/u.test(part)
}
