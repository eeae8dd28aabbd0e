import { createAsker } from '../../src-main/ask/asker'
import type { Answer } from '../../src-main/contract/answer'
import { attribute, gatherEvidence } from '../../src-main/ask/citations'
import { retrieve, sentencesIn } from '../../src-main/ask/retrieval'
import { splitStatements } from '../../src-main/ask/statements'
import { printFigure } from '../support/figure'
import { forkedHost } from '../support/forked-engine'
import { inFolder, openHere } from '../support/library'
import { starterModelPath } from '../support/starter-model'
import { goldUnits, stockShelf, type Shelf } from './gold-shelf'
import { goldQuestions, type GoldQuestion } from './questions'

const budgetTokens = 2_000

/** Whether a statement that quotes the gold words is cited to the place where they stand. */
async function goldIsCited(shelf: Shelf, question: GoldQuestion): Promise<boolean> {
  const { library, books } = shelf
  const count = (texts: readonly string[]): Promise<readonly number[]> => Promise.resolve(texts.map((text) => Math.ceil(text.length / 4)))
  const { extracts } = await retrieve({ library, count }, { question: question.question, earlier: null, documents: [books[question.book].id], budgetTokens })
  const statement = `${question.gold}.`
  const { citations } = attribute(question.question, statement, splitStatements(statement), gatherEvidence(sentencesIn(extracts)))
  const units = await goldUnits(shelf, question)
  return citations.some(({ span }) => units.includes(span.start.unit) || units.includes(span.end.unit))
}

const share = (part: number, whole: number): number => (100 * part) / whole

await inFolder(async (folder) => {
  const library = await openHere(folder)
  const shelf = await stockShelf(library)
  const cited = await Promise.all(goldQuestions.map((question) => goldIsCited(shelf, question)))
  printFigure('a statement in the gold words opens the gold page', '%', [share(cited.filter(Boolean).length, cited.length)])

  const host = forkedHost()
  const path = starterModelPath()
  const asker = createAsker({ library, engine: host, evidenceHeads: () => Promise.resolve(null), publish: () => undefined, readable: () => Promise.resolve(2_400), readingPlace: (document) => ({ folder: '/nowhere', document }), readingOf: () => Promise.resolve(null), setAside: () => undefined, chosenModel: () => Promise.resolve({ path, name: 'SmolLM2-135M-Instruct' }), now: () => new Date() })
  const answers: { readonly answer: Answer; readonly gold: readonly number[] }[] = []
  for (const question of goldQuestions) {
    const { id } = await asker.start({ conversation: null, documents: [shelf.books[question.book].id], text: question.question, sampling: { tokensMax: 60 } })
    answers.push({ answer: await asker.finished(id), gold: await goldUnits(shelf, question) })
  }
  const opensGold = answers.filter(({ answer, gold }) => answer.citations.some(({ span }) => gold.includes(span.start.unit) || gold.includes(span.end.unit)))
  const statements = answers.flatMap(({ answer }) => answer.statements)
  printFigure('answers of the starter model with a citation', '%', [share(answers.filter(({ answer }) => answer.citations.length > 0).length, answers.length)])
  printFigure('answers of the starter model that cite the gold page', '%', [share(opensGold.length, answers.length)])
  printFigure('statements of the starter model that nothing supports', '%', [share(statements.filter(({ support }) => support === 'not-found').length, statements.length)])
  printFigure('first word of an answer', 'ms', answers.map(({ answer }) => answer.milliseconds.firstToken))
  host.close()
  await library.close()
})
