import type { Answer, Citation } from '../contract/answer'
import { isPaginated, type OutlineEntry } from '../contract/document'
import type { ImportItem } from '../contract/imports'
import type { BlockText, DocumentSummary, Place, SearchResult, UnitText } from '../contract/library'
import type { ReadingResult, ReadingSummary, UnitRange } from '../contract/reading'
import type { ModelSummary } from '../contract/model'

// The shapes of `--json`: a contract with scripts. Fields may be added, never renamed.

/** Pages count from 1; null in documents without pages. */
const pageOf = (document: DocumentSummary, unit: number): number | null => (isPaginated(document.format) ? unit + 1 : null)

export const documentJson = (document: DocumentSummary) => ({
  id: document.id,
  path: document.path,
  fileName: document.fileName,
  title: document.title,
  author: document.author,
  format: document.format,
  pages: isPaginated(document.format) ? document.units : null,
  characters: document.characters,
  state: document.state,
  pageProblems: document.problems.map(({ unit, kind }) => ({ page: pageOf(document, unit), kind })),
  notices: document.notices,
  failure: document.failure,
})

export const listedJson = (document: DocumentSummary, readings: readonly ReadingSummary[]) =>
  ({ ...documentJson(document), imported: document.imported, reading: fullestReading(document, readings) })

const fullestReading = ({ id }: DocumentSummary, readings: readonly ReadingSummary[]) => {
  const [fullest] = readings.filter(({ document }) => document === id).sort((a, b) => b.tokens - a.tokens)
  return fullest === undefined ? { state: 'none', tokens: 0, model: null } : { state: fullest.state, tokens: fullest.tokens, model: fullest.model }
}

/** An import: the document that it became, or the file that became none. */
export function importJson(item: ImportItem, document: DocumentSummary | null) {
  if (document === null) {
    return {
      id: null,
      path: item.path,
      fileName: item.fileName,
      title: item.fileName,
      author: null,
      format: null,
      pages: null,
      characters: 0,
      state: item.state === 'cancelled' ? 'cancelled' : 'failed',
      known: false,
      pageProblems: [],
      notices: [],
      failure: item.failure,
    }
  }
  return { ...documentJson(document), path: item.path === '' ? document.path : item.path, known: item.known, failure: item.failure ?? document.failure }
}

/** From the first page to the last, from 1; null for none. */
function pagesJson(units: readonly UnitRange[]): UnitRange | null {
  const [first, last] = [units[0]?.[0], units.at(-1)?.[1]]
  return first === undefined || last === undefined ? null : [first + 1, last + 1]
}

/** `pages` are those that were read, from 1; null in documents without pages. */
export const readJson = (document: DocumentSummary, result: ReadingResult) => ({
  reading: result.reading,
  document: document.id,
  model: result.model,
  tokens: result.tokens,
  tokensTotal: result.tokensTotal,
  state: result.tokens === result.tokensTotal ? 'read' : 'partial',
  reused: result.reused,
  prefilled: result.prefilled,
  pages: isPaginated(document.format) ? pagesJson(result.units) : null,
  bytes: result.bytes,
  setAside: result.setAside,
  weights: result.weights,
  milliseconds: Math.round(result.milliseconds),
})

/** `units` are pages or sections, from 1, the first and the last of each stretch. */
export const readingJson = ({ id, document, title, model, tokens, state, units, bytes, lastUsed }: ReadingSummary) =>
  ({ id, document, title, model, tokens, state, units: units.map(([first, last]) => [first + 1, last + 1]), bytes, lastUsed })

export const pageJson = ({ unit, label, text }: UnitText) => ({ index: unit + 1, label, text })

export const blockJson = ({ path, paragraph, kind, text }: BlockText) => ({ path, paragraph, kind, text })

export const outlineJson = (document: DocumentSummary, outline: readonly OutlineEntry[]) =>
  outline.map(({ title, level, unit }) => ({ title, level, page: pageOf(document, unit) }))

const placeJson = ({ page, pageLabel, section, paragraph }: Place) => ({ page, pageLabel, section, paragraph })

export const searchJson = (result: SearchResult) => ({
  document: result.document,
  title: result.title,
  ...placeJson(result),
  snippet: result.snippet,
  matches: result.matches,
})

export const modelJson = (model: ModelSummary) => ({
  name: model.name,
  title: model.title,
  family: model.family,
  architecture: model.architecture,
  quantisation: model.quantisation,
  bytes: model.bytes,
  bytesExact: model.bytesExact,
  context: model.context,
  licence: model.licence,
  installed: model.installed,
  recommended: model.recommended,
  starter: model.starter,
  kvBytesPerToken: model.kvBytesPerToken,
  memoryBytes: model.memoryBytes,
  memoryTokens: model.memoryTokens,
  madeBy: model.madeBy,
  packagedBy: model.packagedBy,
  licenceToAccept: model.licenceToAccept,
  origin: model.origin,
  advice: model.advice,
  download: model.download,
})

const citationJson = (citation: Citation) => ({
  marker: citation.marker,
  statement: citation.statement,
  document: citation.document,
  title: citation.title,
  ...placeJson(citation),
  quote: citation.quote,
  verified: citation.verified,
  confidence: citation.confidence ?? null,
})

const coverageJson = ({ document, title, unitsInView, unitsTotal, paginated }: Answer['coverage']['documents'][number]) => ({
  document,
  title,
  paginated,
  pagesInView: unitsInView.map((unit) => unit + 1),
  pagesTotal: unitsTotal,
})

/** `pagesInView` and `pagesTotal` at the top are those of the first document; `documents` has them all. */
export function answerJson(answer: Answer, importMilliseconds: number, notices: readonly string[]) {
  const documents = answer.coverage.documents.map(coverageJson)
  const [first] = documents
  const { prefill, firstToken, total } = answer.milliseconds
  return {
    question: answer.question,
    answer: answer.text,
    state: answer.state,
    model: answer.model,
    mode: answer.mode,
    statements: answer.statements,
    citations: answer.citations.map(citationJson),
    missingWords: answer.missingWords,
    coverage: { pagesInView: first?.pagesInView ?? [], pagesTotal: first?.pagesTotal ?? 0, complete: answer.coverage.complete, documents },
    tokens: answer.tokens,
    attention: answer.attention ?? null,
    retrieval: answer.retrieval ?? null,
    setAside: answer.setAside ?? null,
    milliseconds: { import: importMilliseconds, prefill: Math.round(prefill), firstToken: Math.round(firstToken), total: Math.round(total) },
    notices,
  }
}
