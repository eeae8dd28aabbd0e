import { AnnotationEditorType, AnnotationMode, getDocument, type PDFDocumentProxy } from 'pdfjs-dist/legacy/build/pdf.mjs'
import { EventBus, LinkTarget, PDFLinkService, PDFViewer, RenderingStates } from 'pdfjs-dist/legacy/web/pdf_viewer.mjs'
import { PDFWorker } from 'pdfjs-dist/legacy/build/pdf.mjs'
import type { Span } from '../../src-main/contract/document'
import type { UnitMarks } from '../../src-main/contract/library'
import { createPdfWorker } from '../ingest/pdf-worker'
import { placeBox, type Quarter } from '../state/box'
import type { MarkStrength } from '../state/block-marks'
import type { Zoom } from '../state/reader'

export interface PageMarks extends UnitMarks {
  readonly strength: MarkStrength
  /** The span that a strong mark stands for: it is brought into view when that span is asked for. */
  readonly span: Span | null
}

interface PdfEvents {
  readonly onReady: () => void
  readonly onUnit: (unit: number) => void
  readonly onScale: (scale: number) => void
  readonly onPassword: () => void
}

/** A PDF in its viewer. Its lifetime is that of the document on the pane: `close` ends worker and viewer. */
export interface PdfView {
  readonly zoom: (zoom: Zoom) => void
  readonly goTo: (unit: number) => void
  /** Draws marks over the pages, instead of those before. */
  readonly mark: (marks: readonly PageMarks[]) => void
  /** Brings the mark of a span into view, at once or when it is drawn; until then its page. */
  readonly showMark: (unit: number, span: Span) => void
  readonly close: () => void
}

interface PageView {
  readonly renderingState: number
  readonly div: HTMLDivElement
  readonly pdfPage?: { readonly view: readonly number[]; readonly rotate: number }
}

const assets = '/pdfjs/'
const markClasses: Readonly<Record<PageMarks['strength'], string>> = { pale: 'page-mark', strong: 'page-mark page-mark-strong' }
/** How far below the pane's top a mark is brought, as a share of its height. */
const restingPlace = 0.28
const pageMarginPixels = 12

/** Opens the PDF behind `url` in `container`, which must be positioned and scroll; `inside` holds the pages. Rejects where it cannot be read. */
export async function openPdf(container: HTMLDivElement, inside: HTMLDivElement, url: string, events: PdfEvents, signal: AbortSignal): Promise<PdfView> {
  const port = createPdfWorker()
  const worker = PDFWorker.create({ port })
  const loading = getDocument({
    url, worker, cMapUrl: `${assets}cmaps/`, standardFontDataUrl: `${assets}standard_fonts/`, wasmUrl: `${assets}wasm/`, iccUrl: `${assets}iccs/`,
    enableXfa: false,
  })
  loading.onPassword = () => events.onPassword()
  const stop = async (): Promise<void> => {
    await loading.destroy()
    worker.destroy()
    port.terminate()
  }
  try {
    const document = await loading.promise
    signal.throwIfAborted()
    return show(container, inside, document, events, () => void stop())
  } catch (error) {
    await stop()
    throw error
  }
}

function show(container: HTMLDivElement, inside: HTMLDivElement, document: PDFDocumentProxy, events: PdfEvents, stop: () => void): PdfView {
  const eventBus = new EventBus()
  const links = new PDFLinkService({ eventBus, externalLinkTarget: LinkTarget.NONE })
  // Links out of a document open nothing: a document must not reach the network.
  links.externalLinkEnabled = false
  const viewer = new PDFViewer({
    container, viewer: inside, eventBus, linkService: links, annotationMode: AnnotationMode.ENABLE,
    // Its editors would take what is dropped on the window for theirs, and throw.
    annotationEditorMode: AnnotationEditorType.DISABLE,
    imageResourcesPath: '', enableSelectionRendering: false, maxCanvasPixels: 16_777_216,
  })
  links.setViewer(viewer)
  let zoom: Zoom = 'width'
  let marks: readonly PageMarks[] = []
  let wanted: { readonly unit: number; readonly span: Span | null } | null = null
  let ready = false
  // Behind another tab nothing has a size, and nothing can be brought into view until it has.
  const isHidden = (): boolean => container.clientWidth === 0
  const applyZoom = (): void => {
    if (ready && !isHidden()) viewer.currentScaleValue = typeof zoom === 'number' ? String(zoom) : zoom === 'width' ? 'page-width' : 'page-fit'
  }
  const pageView = (unit: number): PageView | undefined => viewer.getPageView(unit) as PageView | undefined
  const draw = (unit: number): void => {
    const view = pageView(unit)
    if (view !== undefined) drawMarks(view, marks.filter((mark) => mark.unit === unit))
  }
  // What was asked for stays wanted until its page is drawn and its mark is there: sizes of pages above may change till then.
  const go = (): void => {
    if (!ready || wanted === null || isHidden()) return
    const { unit, span } = wanted
    const view = pageView(unit)
    const mark = span === null ? undefined : marks.find((candidate) => candidate.unit === unit && candidate.span === span)
    const shown = mark !== undefined && view !== undefined && scrollToMark(container, view, mark)
    if (!shown) {
      viewer.scrollPageIntoView({ pageNumber: unit + 1 })
      container.scrollTop -= pageMarginPixels
    }
    if ((shown || span === null) && view?.renderingState === RenderingStates.FINISHED) wanted = null
  }
  eventBus.on('pagesinit', () => {
    ready = true
    applyZoom()
    go()
    events.onReady()
  })
  eventBus.on('pagerendered', ({ pageNumber }: { pageNumber: number }) => {
    draw(pageNumber - 1)
    if (wanted?.unit === pageNumber - 1) go()
  })
  eventBus.on('pagechanging', ({ pageNumber }: { pageNumber: number }) => events.onUnit(pageNumber - 1))
  eventBus.on('scalechanging', ({ scale }: { scale: number }) => events.onScale(scale))
  const forget = (): void => {
    wanted = null
  }
  container.addEventListener('wheel', forget, { passive: true })
  container.addEventListener('pointerdown', forget)
  container.addEventListener('keydown', forget)
  const resized = new ResizeObserver(() => {
    if (typeof zoom !== 'number') applyZoom()
    go()
  })
  resized.observe(container)
  viewer.setDocument(document)
  links.setDocument(document)
  return {
    zoom: (next) => {
      zoom = next
      applyZoom()
    },
    goTo: (unit) => {
      wanted = { unit, span: null }
      go()
    },
    mark: (next) => {
      const touched = new Set([...marks, ...next].map(({ unit }) => unit))
      marks = next
      touched.forEach(draw)
      if (wanted?.span !== null) go()
    },
    showMark: (unit, span) => {
      wanted = { unit, span }
      go()
    },
    close: () => {
      resized.disconnect()
      container.removeEventListener('wheel', forget)
      container.removeEventListener('pointerdown', forget)
      container.removeEventListener('keydown', forget)
      viewer.setDocument(null)
      links.setDocument(null)
      stop()
    },
  }
}

function sizeOf(view: PageView): { readonly width: number; readonly height: number; readonly rotation: Quarter } | null {
  const [left = 0, bottom = 0, right = 0, top = 0] = view.pdfPage?.view ?? []
  if (view.pdfPage === undefined || right <= left || top <= bottom) return null
  const rotation = (((view.pdfPage.rotate % 360) + 360) % 360) as Quarter
  return { width: right - left, height: top - bottom, rotation }
}

function drawMarks(view: PageView, marks: readonly PageMarks[]): void {
  view.div.querySelector('.page-marks')?.remove()
  const size = sizeOf(view)
  if (size === null || marks.length === 0) return
  const layer = document.createElement('div')
  layer.className = 'page-marks'
  for (const { boxes, strength } of marks) {
    for (const box of boxes) {
      const { left, top, width, height } = placeBox(box, size.width, size.height, size.rotation)
      const div = document.createElement('div')
      div.className = markClasses[strength]
      Object.assign(div.style, { left: `${left}%`, top: `${top}%`, width: `${width}%`, height: `${height}%` })
      layer.append(div)
    }
  }
  view.div.append(layer)
}

/** False where the page's size is not known yet. */
function scrollToMark(container: HTMLDivElement, view: PageView, { boxes }: PageMarks): boolean {
  const size = sizeOf(view)
  const [box] = boxes
  if (size === null || box === undefined) return false
  const placed = placeBox(box, size.width, size.height, size.rotation)
  const page = view.div.getBoundingClientRect()
  const pane = container.getBoundingClientRect()
  const top = page.top - pane.top + container.scrollTop + (placed.top / 100) * page.height
  const left = page.left - pane.left + container.scrollLeft + (placed.left / 100) * page.width
  const inViewAcross = left >= container.scrollLeft && left + (placed.width / 100) * page.width <= container.scrollLeft + container.clientWidth
  container.scrollTo({ top: top - container.clientHeight * restingPlace, ...(inViewAcross ? {} : { left: left - container.clientWidth * 0.1 }) })
  return true
}
