import type { DocumentSummary } from '../../src-main/contract/library'
import type { Library } from '../../src-main/library/library'
import { shelveBook, shelveSample } from '../support/shelf'
import type { GoldQuestion } from './questions'

/** A library that holds the three books of the questions. */
export interface Shelf {
  readonly library: Library
  readonly books: Readonly<Record<GoldQuestion['book'], DocumentSummary>>
}

export async function stockShelf(library: Library): Promise<Shelf> {
  return { library, books: { bashref: await shelveBook(library, 'bash'), policy: await shelveBook(library, 'policy'), sample: await shelveSample(library) } }
}

/** Where the gold words stand: the given pages, or (in the book without pages) the units that the text itself names. */
export async function goldUnits({ library, books }: Shelf, { book, gold, pages }: GoldQuestion): Promise<readonly number[]> {
  if (pages.length > 0) return pages.map((page) => page - 1)
  const spans = await library.findText(books[book].id, gold)
  if (spans.length === 0) throw new Error(`the words “${gold}” are not in the text of ${book}`)
  return spans.map((span) => span.start.unit)
}
