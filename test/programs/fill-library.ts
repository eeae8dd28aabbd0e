import { FailureError } from '../../src-main/contract/failure'
import { openLibrary } from '../../src-main/library/open'
import { buildDocument, store } from '../support/documents'
import { startHere } from '../support/library'

/** A process that stores documents until one fails (or enough are stored), and prints what it saw then as JSON. Argument: folder. */
const library = await openLibrary(process.argv[2] ?? '', startHere)
const storedMax = 40
let stored = 0
let failure: unknown = null
while (failure === null && stored < storedMax) {
  const pages = Array.from({ length: 60 }, (_, page) => `Document${stored} page${page} tells of herons by the weir and of stones. `.repeat(40))
  try {
    await store(library, buildDocument(pages, { name: `book-${stored}.pdf` }))
    stored += 1
  } catch (error) {
    if (!(error instanceof FailureError)) throw error
    failure = error.failure
  }
}
const titles = (await library.list()).map(({ title }) => title)
const found = (await library.search({ text: 'herons weir' })).length
console.log(JSON.stringify({ stored, failure, titles, found }))
await library.close()
