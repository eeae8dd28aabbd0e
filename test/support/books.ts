import { books, getBook, getTranslations, translations } from '../../scripts/setup/books.mjs'
import { thisContext } from '../../scripts/setup/context.mjs'

/** The real books that tests use. */
export type BookName = keyof typeof books

/** The path of a real book; fetched from its Debian package into the cache the first time. */
export function bookPath(name: BookName): Promise<string> {
  const [packageName, file] = books[name]
  return getBook(packageName, file, thisContext())
}

/** Paths of a book's translations, by language. */
export function translationPaths(name: keyof typeof translations): Promise<Readonly<Record<string, string>>> {
  return getTranslations(translations[name], thisContext())
}
