import type { ParsedDocument, ParsedUnit } from '../../../src-main/contract/document'
import { FailureError } from '../../../src-main/contract/failure'
import { packRuns } from '../../../src-main/contract/runs'
import type { PdfSurroundings } from '../pdf'
import { quoteName } from '../names'
import type { ReadRequest } from '../reader'
import { compose } from './compose'
import { coverOf } from './cover'
import type { Details } from './details'
import { detailsOf, saneTitle } from './details'
import { furnitureOf } from './furniture'
import { blocksOf, draftText, levelsOf } from './headings'
import { vocabularyOf } from './hyphens'
import { printedLabels } from './labels'
import type { Line, PageLayout } from './page'
import type { PageResult } from './pages'
import { readPages } from './pages'
import type { Draft, Usual } from './paragraphs'
import { draftsOf, usualOf } from './paragraphs'
import { isGarbled, isNoise } from './quality'
import { LastingSource } from './source'

const pagesMax = 10_000
const openMsMax = 60_000
const detailsMsMax = 30_000
const coverMsMax = 5_000

export async function readDocument(request: ReadRequest, surroundings: PdfSurroundings): Promise<ParsedDocument> {
  const { details, cover, results } = await readFile(request, surroundings)
  return documentOf(results, details, cover, request.signal)
}

interface FileContent {
  readonly details: Details
  readonly cover: Uint8Array | null
  readonly results: readonly PageResult[]
}

/** Everything that needs pdf.js; its workers are ended when this is done. */
async function readFile(request: ReadRequest, surroundings: PdfSurroundings): Promise<FileContent> {
  const { signal } = request
  const fileName = quoteName(request.fileName)
  if (request.bytes.length === 0) throw new FailureError('empty-file', `${fileName} is empty: it holds no data at all.`)
  const source = new LastingSource(request, surroundings)
  try {
    const pages = await source.use(openMsMax, (document) => Promise.resolve(document.numPages))
    if (pages > pagesMax) throw new FailureError('too-many-pages', `${fileName} has ${pages} pages; at most ${pagesMax} can be read. Split it and import the parts.`)
    request.progress(0, pages)
    const results = await readPages(request, surroundings, source, pages)
    if (results.every((result) => result.problem === 'unreadable')) {
      throw new FailureError('damaged', `No page of ${fileName} can be read: the file is damaged. Try another copy of it.`)
    }
    const details = await source.use(detailsMsMax, detailsOf).catch(() => noDetails)
    // A page that hung once would hang again.
    const cover = results[0]?.problem === 'timeout' ? null : await source.use(coverMsMax, async (document) => coverOf(await document.getPage(1))).catch(() => null)
    signal.throwIfAborted()
    return { details, cover, results }
  } finally {
    source.close()
  }
}

const noDetails: Details = { title: null, author: null, language: null, labels: null, outline: [], notices: [] }

/** Lets messages in, a cancel among them. */
async function breathe(signal: AbortSignal): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve))
  signal.throwIfAborted()
}

/**
 * Pages -> document: what can only be decided with all pages in view. A garbled page keeps its text but gives no blocks, so that nothing is found in it or
 * cited from it.
 */
async function documentOf(results: readonly PageResult[], details: Details, cover: Uint8Array | null, signal: AbortSignal): Promise<ParsedDocument> {
  const layouts = results.map((result) => result.layout)
  const furniture = furnitureOf(layouts)
  await breathe(signal)
  const isFurniture = (line: Line): boolean => furniture.has(line)
  const isBad = (layout: PageLayout): boolean => isGarbled(layout.lines.filter((line) => !isFurniture(line)).map((line) => line.text))
  const problems = results.map(({ layout, problem }) => problem ?? (isBad(layout) ? 'garbled' : null))
  await breathe(signal)
  const usual = usualOf(layouts, isFurniture)
  const drafts = draftsOf(layouts, (line, page) => isFurniture(line) || problems[page] === null && isNoise(line.text), usual)
  await breathe(signal)
  const levels = levelsOf(drafts, details.outline, usual)
  const vocabulary = vocabularyOf(linesOf(drafts))
  await breathe(signal)
  const { pages, spans } = compose(layouts, drafts, vocabulary)
  await breathe(signal)
  const blocks = blocksOf(drafts, spans, levels).filter((block) => problems[block.start.unit] !== 'garbled')
  const running = layouts.map((layout) => layout.lines.filter(isFurniture).map((line) => line.text).join('\n'))
  const labels: readonly (string | null)[] = details.labels ?? printedLabels(running)
  const units = layouts.map((layout, index): ParsedUnit => {
    const problem = problems[index] ?? null
    const { text = '', runs = [] } = pages[index] ?? {}
    return {
      text: problem === null ? readable(text) : text,
      label: labels[index] || null,
      furniture: running[index] ?? '',
      width: layout.width,
      height: layout.height,
      rotation: layout.rotation,
      runs: packRuns(runs),
      problem,
    }
  })
  const title = details.title ?? titleOf(layouts, drafts, usual)
  return { format: 'pdf', title, author: details.author, language: details.language, units, blocks, outline: details.outline, notices: details.notices, cover }
}

/** Control characters in a text that can be read otherwise become blanks; its length stays. */
const readable = (text: string): string => text.replace(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/g, ' ')

function* linesOf(drafts: readonly Draft[]): Iterable<string> {
  for (const draft of drafts) for (const entry of draft.lines) yield entry.line.text
}

/** The largest text of the first page that has some, if it is larger than the running text. */
function titleOf(layouts: readonly PageLayout[], drafts: readonly Draft[], usual: Usual): string | null {
  const first = layouts.findIndex((layout) => layout.characters > 0)
  if (first < 0 || first > 2) return null
  const size = (draft: Draft): number => draft.lines[0]?.line.size ?? 0
  const candidates = drafts.filter((draft) => draft.lines[0]?.page === first && draft.lines.length <= 4 && /\p{L}{2}/u.test(draftText(draft)))
  const best = candidates.reduce<Draft | null>((top, draft) => top === null || size(draft) > size(top) + 0.1 ? draft : top, null)
  return best === null || size(best) < 1.15 * usual.size ? null : saneTitle(draftText(best))
}
