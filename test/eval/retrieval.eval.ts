import type { SentenceText } from '../../src-main/contract/library'
import { retrieve, sentencesIn } from '../../src-main/ask/retrieval'
import { estimateTokens } from '../../src-renderer/ingest/passages'
import { inFolder, openHere } from '../support/library'
import { printFigure } from '../support/figure'
import { goldUnits, stockShelf, type Shelf } from './gold-shelf'
import { goldQuestions, type GoldQuestion } from './questions'

/** Budgets at which the share of questions with the gold page in view is reported, tokens. */
const budgets = [1_000, 2_000, 4_000]

async function inView({ library, books }: Shelf, { book, question }: GoldQuestion, scope: 'book' | 'library', budgetTokens: number): Promise<readonly SentenceText[]> {
  const count = (texts: readonly string[]): Promise<readonly number[]> => Promise.resolve(texts.map(estimateTokens))
  const documents = scope === 'book' ? [books[book].id] : Object.values(books).map(({ id }) => id)
  const { extracts } = await retrieve({ library, count }, { question, earlier: null, documents, budgetTokens })
  return sentencesIn(extracts).filter((sentence) => sentence.document === books[book].id)
}

await inFolder(async (folder) => {
  const library = await openHere(folder)
  const shelf = await stockShelf(library)
  for (const scope of ['book', 'library'] as const) {
    for (const budget of budgets) {
      const missed: string[] = []
      for (const question of goldQuestions) {
        const units = await goldUnits(shelf, question)
        const seen = await inView(shelf, question, scope, budget)
        if (!seen.some(({ start, end }) => units.includes(start.unit) || units.includes(end.unit))) missed.push(question.question)
      }
      const share = (100 * (goldQuestions.length - missed.length)) / goldQuestions.length
      printFigure(`gold page in view, asked of the ${scope}, ${budget} tokens`, '%', [share])
      for (const question of missed) console.warn(`  missed: ${question}`)
    }
  }
  await library.close()
})
