import type { DocumentId } from '../contract/document'
import type { PassageHit, SentenceText } from '../contract/library'
import type { Library } from '../library/library'
import { subjectOf } from '../text/function-words'
import { fuse } from './fusion'
import { questionParts } from './parts'
import { extractText, type Extract } from './prompt'
import { chooseStretches, type Stretch } from './view'

/** Passages asked of the index for each list; more than ever fit into view. */
const hitsMax = 60
/** Weight of the list for the question before, which a follow-up question leans on. */
const earlierWeight = 0.4

/** What the model gets to see for a question. */
export interface View {
  readonly extracts: readonly Extract[]
  /** Words of the question that no document holds. */
  readonly missingWords: readonly string[]
}

/** What retrieval needs of the world: the library, and the model's own count of tokens. */
export interface RetrievalWorld {
  readonly library: Library
  readonly count: (texts: readonly string[]) => Promise<readonly number[]>
}

/** What is asked, of which documents, after which question before it; at most about `budgetTokens` tokens may be shown. */
export interface Request {
  readonly question: string
  readonly earlier: string | null
  readonly documents: readonly DocumentId[]
  readonly budgetTokens: number
}

/** Estimates of tokens may be off by so much before the view is chosen again. */
const slack = 1.1
const triesMax = 3

/**
 * Finds what to show the model: the question and each of its parts are searched apart, a follow-up also together with
 * the question before it, and the lists are merged. `extracts` is empty where nothing matches. Tokens are
 * counted by the model itself.
 */
export async function retrieve({ library, count }: RetrievalWorld, request: Request): Promise<View> {
  const { question, documents, budgetTokens } = request
  const hits = await rankPassages(library, request)
  let extracts: readonly Extract[] = []
  let estimateTokens = budgetTokens
  for (let tries = 0; tries < triesMax && hits.length > 0; tries += 1) {
    extracts = await readStretches(library, chooseStretches(hits, estimateTokens))
    const tokens = (await count(extracts.map(extractText))).reduce((sum, n) => sum + n, 0)
    if (tokens <= budgetTokens * slack) break
    estimateTokens = Math.floor((estimateTokens * budgetTokens) / tokens)
  }
  return { extracts, missingWords: await library.missingWords(subjectOf(question), documents) }
}

async function readStretches(library: Library, stretches: readonly Stretch[]): Promise<readonly Extract[]> {
  const read = async ({ document, first, last }: Stretch): Promise<Extract> => ({ sentences: await library.sentences(document, first, last) })
  const extracts = await Promise.all(stretches.map(read))
  return extracts.filter((extract) => extract.sentences.length > 0)
}

async function rankPassages(library: Library, { question, earlier, documents }: Request): Promise<readonly PassageHit[]> {
  const parts = questionParts(question)
  const searches = [
    { weight: 1, text: question },
    ...(parts.length > 1 ? parts.map((text) => ({ weight: 1, text })) : []),
    ...(earlier === null ? [] : [{ weight: earlierWeight, text: `${earlier} ${question}` }]),
  ]
  const lists = await Promise.all(searches.map(async ({ weight, text }) => ({ weight, hits: await library.passagesFor(subjectOf(text), documents, hitsMax) })))
  return fuse(lists)
}

export const sentencesIn = (extracts: readonly Extract[]): readonly SentenceText[] => extracts.flatMap((extract) => extract.sentences)
