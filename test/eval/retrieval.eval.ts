import type { DocumentSummary, SentenceText } from '../../src-main/contract/library'
import { retrieve, sentencesIn } from '../../src-main/ask/retrieval'
import { estimateTokens } from '../../src-renderer/ingest/passages'
import type { Library } from '../../src-main/library/library'
import { inFolder, openHere } from '../support/library'
import { shelveBook, shelveSample } from '../support/shelf'
import { goldQuestions, type GoldQuestion } from './questions'

/** Budgets at which the share of questions with the gold page in view is reported, tokens. */
const budgets = [1_000, 2_000, 4_000]

interface Shelf {
  readonly library: Library
  readonly books: Readonly<Record<GoldQuestion['book'], DocumentSummary>>
}

async function inView({ library, books }: Shelf, { book, question }: GoldQuestion, scope: 'book' | 'library', budgetTokens: number): Promise<readonly SentenceText[]> {
  const count = (texts: readonly string[]): Promise<readonly number[]> => Promise.resolve(texts.map(estimateTokens))
  const documents = scope === 'book' ? [books[book].id] : Object.values(books).map(({ id }) => id)
  const { extracts } = await retrieve({ library, count }, question, null, documents, budgetTokens)
  return sentencesIn(extracts).filter((sentence) => sentence.document === books[book].id)
}

/** Where the gold words stand: the given pages, or (in the book without pages) the unit that the text itself names. */
async function goldUnits({ library, books }: Shelf, { book, gold, pages }: GoldQuestion): Promise<readonly number[]> {
  if (pages.length > 0) return pages.map((page) => page - 1)
  const spans = await library.findText(books[book].id, gold)
  if (spans.length === 0) throw new Error(`the words “${gold}” are not in the text of ${book}`)
  return spans.map((span) => span.start.unit)
}

await inFolder(async (folder) => {
  const library = await openHere(folder)
  const shelf = { library, books: { bashref: await shelveBook(library, 'bash'), policy: await shelveBook(library, 'policy'), sample: await shelveSample(library) } }
  for (const scope of ['book', 'library'] as const) {
    for (const budget of budgets) {
      const missed: string[] = []
      for (const question of goldQuestions) {
        const units = await goldUnits(shelf, question)
        const seen = await inView(shelf, question, scope, budget)
        if (!seen.some(({ start, end }) => units.includes(start.unit) || units.includes(end.unit))) missed.push(question.question)
      }
      const share = (100 * (goldQuestions.length - missed.length)) / goldQuestions.length
      console.log(JSON.stringify({ name: `gold page in view, asked of the ${scope}, ${budget} tokens`, unit: '%', median: share, min: share, max: share, runs: goldQuestions.length, missed }))
    }
  }
  await library.close()
})
