/** BM25's constants as Lucene and SQLite have them. */
const k1 = 1.2
const b = 0.75

/** Bags of words of the sentences in view, with what BM25 needs of them. */
export interface EvidenceIndex {
  readonly sentences: readonly ReadonlyMap<string, number>[]
  readonly lengths: readonly number[]
  readonly lengthMean: number
  readonly documentFrequency: ReadonlyMap<string, number>
}

export function indexSentences(sentences: readonly (readonly string[])[]): EvidenceIndex {
  const bags = sentences.map(countWords)
  const documentFrequency = new Map<string, number>()
  for (const bag of bags) for (const word of bag.keys()) documentFrequency.set(word, (documentFrequency.get(word) ?? 0) + 1)
  const lengths = sentences.map((words) => words.length)
  const lengthMean = lengths.reduce((sum, length) => sum + length, 0) / Math.max(1, lengths.length)
  return { sentences: bags, lengths, lengthMean, documentFrequency }
}

function countWords(words: readonly string[]): ReadonlyMap<string, number> {
  const bag = new Map<string, number>()
  for (const word of words) bag.set(word, (bag.get(word) ?? 0) + 1)
  return bag
}

/** How telling a word is among the sentences in view; a word that none of them holds is the most telling. */
export function weightOf(word: string, index: EvidenceIndex): number {
  const frequency = index.documentFrequency.get(word) ?? 0
  return Math.log(1 + (index.sentences.length - frequency + 0.5) / (frequency + 0.5))
}

/** BM25 of the query over each sentence, in their order (Robertson, Zaragoza 2009). */
export function scoreSentences(query: readonly string[], index: EvidenceIndex): readonly number[] {
  const terms = [...new Set(query)].map((word) => ({ word, weight: weightOf(word, index) }))
  return index.sentences.map((bag, sentence) => {
    const norm = k1 * (1 - b + (b * (index.lengths[sentence] ?? 0)) / Math.max(1, index.lengthMean))
    return terms.reduce((score, { word, weight }) => {
      const frequency = bag.get(word) ?? 0
      return score + (weight * frequency * (k1 + 1)) / (frequency + norm)
    }, 0)
  })
}

/** Share of the statement's words, by weight, that the given sentences hold together: 0 to 1. */
export function shareHeld(statement: readonly string[], sentences: readonly number[], index: EvidenceIndex): number {
  const words = [...new Set(statement)]
  const total = words.reduce((sum, word) => sum + weightOf(word, index), 0)
  if (total === 0) return 0
  const held = words.filter((word) => sentences.some((sentence) => index.sentences[sentence]?.has(word)))
  return held.reduce((sum, word) => sum + weightOf(word, index), 0) / total
}
