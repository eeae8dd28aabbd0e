import { useEffect, useRef, useState, type ReactNode } from 'react'
import type { DocumentId } from '../../src-main/contract/document'
import { useApp, useDispatch, useWorld } from '../ui/app-context'
import { t } from '../locales/words'
import { openPdf, type PdfView } from './pdf-document'
import { usePageMarks } from './page-marks'
import 'pdfjs-dist/legacy/web/pdf_viewer.css'
import './pdf-view.css'

/** The pages of a PDF as they are printed, with the marks of the open answer over them. */
export function PdfPages({ document, title }: { readonly document: DocumentId; readonly title: string }): ReactNode {
  const container = useRef<HTMLDivElement>(null)
  const inside = useRef<HTMLDivElement>(null)
  const [view, setView] = useState<PdfView | null>(null)
  const [ready, setReady] = useState(false)
  const [failed, setFailed] = useState(false)
  const dispatch = useDispatch()
  const { store } = useWorld()
  const zoom = useApp((state) => state.reader.zoom)
  const jump = useApp((state) => state.reader.jump)
  const dim = useApp((state) => state.layout.settings.dimPages)
  const marks = usePageMarks(document)

  useEffect(() => {
    if (container.current === null || inside.current === null) return
    const ending = new AbortController()
    let opened: PdfView | null = null
    const events = {
      onReady: () => setReady(true),
      onUnit: (unit: number) => dispatch({ kind: 'unit-shown', unit }),
      onScale: (scale: number) => dispatch({ kind: 'scaled', scale }),
      onPassword: () => setFailed(true),
    }
    openPdf(container.current, inside.current, `/document/${encodeURIComponent(document)}`, events, ending.signal).then(
      (result) => {
        if (ending.signal.aborted) return result.close()
        opened = result
        setView(result)
      },
      (error: unknown) => {
        if (ending.signal.aborted) return
        console.error('a PDF could not be shown', error)
        setFailed(true)
      },
    )
    return () => {
      ending.abort()
      opened?.close()
      setView(null)
      setReady(false)
      setFailed(false)
    }
  }, [document, dispatch])

  useEffect(() => view?.zoom(zoom), [view, zoom])
  useEffect(() => {
    if (view === null || jump === null) return
    // A pane that was laid out anew goes on where it was read, not where it was opened.
    const { unit } = store.get().reader
    if (unit !== jump.unit) view.goTo(unit)
    else if (jump.span === null) view.goTo(jump.unit)
    else view.showMark(jump.unit, jump.span)
  }, [store, view, jump])
  useEffect(() => view?.mark(marks), [view, marks])

  return (
    <div className="pdf-pane" data-paper={dim ? 'dim' : 'white'}>
      <div className="pdf-container" ref={container} tabIndex={0} data-focus="text" role="document" aria-label={t('reader.documentLabel', { title })}>
        <div className="pdfViewer" ref={inside} />
      </div>
      {failed && <p className="reader-message" role="alert">{t('reader.could')}</p>}
      {!failed && !ready && <p className="reader-message">{t('reader.opening')}</p>}
    </div>
  )
}
