import type { PDFPageProxy, TextContent, TextItem } from 'pdfjs-dist/types/src/display/api'
import type { UnitProblemKind } from '../../../src-main/contract/document'
import type { PdfSurroundings } from '../pdf'
import type { ReadRequest } from '../reader'
import { withActualText } from './actual-text'
import { glyphsOf, hasJoined, mended, needsGlyphs } from './glyphs'
import type { Insets } from './insets'
import { insetsIn, insetsOf } from './insets'
import type { Line, PageLayout } from './page'
import { layOut } from './page'
import type { RawPage } from './pieces'
import { imageShare } from './scans'
import { DeadlineError, LastingSource } from './source'

const pageMsMax = 10_000
const insetsMsMax = 10_000
const openMsMax = 60_000
const fileMsMax = 10 * 60_000
/** A second worker is worth its own copy of the file only for long documents, and not for huge files. */
const secondWorkerPagesMin = 24
const secondWorkerBytesMax = 64 * 1024 * 1024
/** Pages without text that are looked at for images; if all of these are scans, the rest is taken to be. */
const scanSamples = 8
/** Pages with Arabic letters whose glyphs are looked at before it is taken that the document draws each letter by itself. */
const joinedSamples = 4

export interface PageResult {
  readonly layout: PageLayout
  readonly problem: UnitProblemKind | null
}

/** Pages that were looked at more closely, and those of them where something was found. */
interface Sample {
  seen: number
  found: number
}

/**
 * What the reading of all pages has in common: `scans` are pages without text, of which some are pictures; `joined` are pages with Arabic letters, of which
 * some draw two of them as one.
 */
interface Work {
  readonly signal: AbortSignal
  readonly milliseconds: number
  readonly insets: Insets
  readonly scans: Sample
  readonly joined: Sample
}

const emptyLayout: PageLayout = { width: 0, height: 0, rotation: 0, lines: [], characters: 0 }

/** Reads every page, in two workers where that pays; a page that fails or hangs is named and left out, the others are kept. */
export async function readPages(request: ReadRequest, surroundings: PdfSurroundings, first: LastingSource, total: number): Promise<readonly PageResult[]> {
  const { signal } = request
  const results = new Array<PageResult | undefined>(total)
  const insets = await first.use(insetsMsMax, insetsIn).catch((): Insets => new Map())
  signal.throwIfAborted()
  const work: Work = { signal, milliseconds: surroundings.pageMilliseconds ?? pageMsMax, insets, scans: { seen: 0, found: 0 }, joined: { seen: 0, found: 0 } }
  const deadline = performance.now() + fileMsMax
  let next = 0
  let done = 0
  const lane = async (source: LastingSource): Promise<void> => {
    while (next < total) {
      signal.throwIfAborted()
      const index = next
      next += 1
      results[index] = performance.now() > deadline ? failed('timeout') : await readPage(source, index, work)
      done += 1
      request.progress(done, total)
    }
  }
  const hasSecond = surroundings.createWorker !== null && total >= secondWorkerPagesMin && request.bytes.length <= secondWorkerBytesMax
  const second = new LastingSource(request, surroundings)
  // Where there is no second worker to be had, the first reads everything.
  const opened = hasSecond ? second.use(openMsMax, () => Promise.resolve(true)).catch(() => false) : Promise.resolve(false)
  try {
    await Promise.all([lane(first), opened.then((isOpen) => isOpen ? lane(second) : undefined)])
  } finally {
    second.close()
  }
  return results.map((result) => result ?? failed('unreadable'))
}

const failed = (problem: UnitProblemKind): PageResult => ({ layout: emptyLayout, problem })

async function readPage(source: LastingSource, index: number, { signal, milliseconds, insets, scans, joined }: Work): Promise<PageResult> {
  let layout = emptyLayout
  try {
    return await source.use(milliseconds, async (document) => {
      const page = await document.getPage(index + 1)
      const content = await page.getTextContent({ disableNormalization: true, includeMarkedContent: true })
      const raw = rawPage(page, content)
      const filled = insetsOf(insets.get(index) ?? [], page.view)
      layout = layOut(raw, filled)
      const items = await withGlyphs(page, raw.items, joined)
      if (items !== raw.items) layout = layOut({ ...raw, items }, filled)
      const problem = await isScan(page, layout, scans) ? 'no-text' : null
      page.cleanup()
      return { layout, problem }
    })
  } catch (cause) {
    signal.throwIfAborted()
    if (layout.characters > 0) return { layout, problem: null }
    return { layout, problem: cause instanceof DeadlineError ? 'timeout' : 'unreadable' }
  }
}

const rawPage = (page: PDFPageProxy, content: TextContent): RawPage => ({
  view: page.view,
  rotation: ([0, 90, 180, 270] as const).find((rotation) => rotation === ((page.rotate % 360) + 360) % 360) ?? 0,
  items: withActualText(content.items, content.styles),
  styles: content.styles,
})

/** Items mended by their glyphs where that may change something; the same list where it does not. */
async function withGlyphs(page: PDFPageProxy, items: readonly TextItem[], joined: Sample): Promise<readonly TextItem[]> {
  const need = needsGlyphs(items)
  if (need === null || need === 'arabic' && joined.seen >= joinedSamples && joined.found === 0) return items
  const glyphs = await glyphsOf(page)
  if (need === 'arabic') {
    joined.seen += 1
    if (!hasJoined(glyphs)) return items
    joined.found += 1
  }
  return mended(items, glyphs)
}

/** Few letters, or only a stamp at an edge, over an image of most of the page. A page with neither text nor image is blank, and no scan. */
async function isScan(page: PDFPageProxy, layout: PageLayout, scans: Sample): Promise<boolean> {
  const isBare = layout.characters < 20
  const isInside = (line: Line): boolean => line.baseline > 0.1 * layout.height && line.baseline < 0.92 * layout.height
  if (!isBare && (layout.characters > 200 || layout.lines.some(isInside))) return false
  if (scans.seen >= scanSamples && scans.found === scans.seen) return isBare
  const share = await imageShare(page)
  const isPicture = share > (isBare ? 0.3 : 0.6)
  if (isBare) {
    scans.seen += 1
    if (isPicture) scans.found += 1
  }
  return isPicture
}
