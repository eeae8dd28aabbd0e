import { openLibrary } from '../../src-main/library/open'
import { buildDocument, store } from '../support/documents'
import { startHere } from '../support/library'

/** A process that stores documents in a library for ever, and prints each id once it is promised to be there. Arguments: folder, number of the first. */
const [folder = '', first = '0'] = process.argv.slice(2)
const library = await openLibrary(folder, startHere)
console.log('open')
for (let number = Number(first); ; number += 1) {
  const pages = Array.from({ length: 30 }, (_, page) => `Document${number} page${page} tells of herons by the weir and of stones. `.repeat(20))
  const summary = await store(library, buildDocument(pages, { name: `book-${number}.pdf` }))
  console.log(summary.id)
  if (number % 3 === 2) {
    await library.delete(summary.id)
    console.log(`-${summary.id}`)
  }
}
