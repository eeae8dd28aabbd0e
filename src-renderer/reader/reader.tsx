import { List, Minus, Moon, PanelLeftOpen, PanelRightClose, PanelRightOpen, Plus, Search, Sun } from 'lucide-react'
import type { ReactNode } from 'react'
import { Button, Menu, MenuItem, MenuTrigger, Popover } from 'react-aria-components'
import type { DocumentDetail } from '../../src-main/contract/library'
import { isPaginated, type DocumentId } from '../../src-main/contract/document'
import type { DocumentReading } from '../../src-main/contract/reading'
import { rangesText } from '../state/coverage'
import { isDark, layoutMode } from '../state/layout'
import { useActions, useApp, useDispatch } from '../ui/app-context'
import { IconButton, IconToggle, TextButton } from '../ui/button'
import { shortcuts } from '../ui/commands'
import { formatNumber } from '../ui/format'
import { t } from '../locales/words'
import { Contents } from './contents'
import { FindBar } from './find-bar'
import { PageField } from './page-field'
import { PdfPages } from './pdf-view'
import { ReadingLine, ReadingMark } from './reading-mark'
import { Reflow } from './reflow'
import './reader.css'

/** The reader pane: the open document, its contents and what is found in it. */
export function Reader(): ReactNode {
  const detail = useApp((state) => state.reader.detail)
  const opening = useApp((state) => state.reader.document !== null)
  const failure = useApp((state) => state.reader.failure)
  const find = useApp((state) => state.reader.find)
  const contentsOpen = useApp((state) => state.reader.contentsOpen)
  return (
    <section className="reader" data-pane="reader" aria-label={t('panes.reader')}>
      <ReaderBar detail={detail} />
      {find !== null && <FindBar find={find} />}
      {detail !== null && <Trouble detail={detail} />}
      <div className="reader-body">
        {contentsOpen && detail !== null && <Contents detail={detail} />}
        {detail === null ? <p className="reader-message" tabIndex={0} data-focus="text" role={failure === null ? undefined : 'alert'}>{failure ?? (opening ? t('reader.opening') : t('reader.nothingOpen'))}</p> : <DocumentText detail={detail} />}
      </div>
    </section>
  )
}

function DocumentText({ detail }: { readonly detail: DocumentDetail }): ReactNode {
  const { id, title, format, state } = detail.summary
  if (state === 'needs-password') return <Locked document={id} />
  if (state === 'failed') return <p className="reader-message selectable" tabIndex={0} data-focus="text">{t('reader.notReady.failed', { why: detail.summary.failure?.message ?? '' })}</p>
  return isPaginated(format) ? <PdfPages key={id} document={id} title={title} /> : <Reflow key={id} document={id} title={title} />
}

/** A document that opens with a password only, and the way to give it. */
function Locked({ document }: { readonly document: DocumentId }): ReactNode {
  const waiting = useApp((state) => state.library.imports.find(({ item }) => item.document === document && item.state === 'needs-password')?.item)
  const dispatch = useDispatch()
  return (
    <div className="reader-message" tabIndex={0} data-focus="text">
      <p>{t('reader.notReady.needs-password')}</p>
      {waiting !== undefined && (
        <TextButton kind="main" onPress={() => dispatch({ kind: 'dialog-opened', dialog: { kind: 'password', item: waiting.id, fileName: waiting.fileName } })}>{t('library.enterPassword')}</TextButton>
      )}
    </div>
  )
}

/** What a person should know before trusting this text. */
function Trouble({ detail: { summary } }: { readonly detail: DocumentDetail }): ReactNode {
  const reading = useApp((state) => state.readings.get(summary.id))
  const lines = [
    ...(summary.state === 'needs-ocr' ? [t('reader.notReady.needs-ocr')] : []),
    ...(summary.state === 'ready' && summary.problems.length > 0 ? [t('reader.problems', { count: summary.problems.length, shown: formatNumber(summary.problems.length), ranges: rangesText(summary.problems.map(({ unit }) => unit + 1)) })] : []),
    ...summary.notices,
    ...readingTrouble(reading),
  ]
  return lines.map((line) => <p key={line} className="reader-trouble selectable">{line}</p>)
}

/** A sentence of main's: what happened to the reading, and what to do. */
function readingTrouble(reading: DocumentReading | undefined): readonly string[] {
  switch (reading?.state.kind) {
    case 'failed':
      return [reading.state.failure.message]
    case 'set-aside':
      return [reading.state.why]
    default:
      return []
  }
}

function ReaderBar({ detail }: { readonly detail: DocumentDetail | null }): ReactNode {
  const contentsOpen = useApp((state) => state.reader.contentsOpen)
  const layout = useApp((state) => state.layout)
  const findOpen = useApp((state) => state.reader.find !== null)
  const actions = useActions()
  const dispatch = useDispatch()
  const mode = layoutMode(layout.windowWidth)
  const libraryShown = mode === 'wide' ? layout.settings.libraryOpen : layout.drawerOpen
  const showLibrary = (): void => (mode === 'wide' ? actions.settings.change({ libraryOpen: true }) : dispatch({ kind: 'drawer-set', open: true }))
  return (
    <div className="reader-bar">
      {!libraryShown && mode !== 'tabs' && <IconButton name={t('library.show')} shortcut={shortcuts['toggle-library']} onPress={showLibrary}><PanelLeftOpen aria-hidden /></IconButton>}
      {detail !== null && detail.summary.units > 0 && <IconToggle name={t('reader.contents')} isSelected={contentsOpen} onChange={() => dispatch({ kind: 'contents-toggled' })}><List aria-hidden /></IconToggle>}
      <div className="reader-heading grow">
        <h1 className="reader-title one-line" title={detail?.summary.title}>{detail?.summary.title}</h1>
        {detail?.summary.state === 'ready' && <ReadingMark document={detail.summary} />}
      </div>
      {detail !== null && detail.summary.units > 0 && (
        <>
          <ZoomButtons />
          <PageField detail={detail} />
          {isDark(layout) && isPaginated(detail.summary.format) && (
            <IconToggle name={layout.settings.dimPages ? t('reader.undim') : t('reader.dim')} isSelected={layout.settings.dimPages} onChange={(dimPages) => actions.settings.change({ dimPages })}>
              {layout.settings.dimPages ? <Sun aria-hidden /> : <Moon aria-hidden />}
            </IconToggle>
          )}
          <IconToggle name={t('reader.find')} shortcut={shortcuts.find} isSelected={findOpen} onChange={(open) => dispatch({ kind: open ? 'find-opened' : 'find-closed' })}><Search aria-hidden /></IconToggle>
        </>
      )}
      {mode !== 'tabs' && (
        <IconButton name={layout.settings.conversationOpen ? t('reader.hideConversation') : t('reader.showConversation')} shortcut={shortcuts['toggle-conversation']} onPress={() => actions.settings.change({ conversationOpen: !layout.settings.conversationOpen })}>
          {layout.settings.conversationOpen ? <PanelRightClose aria-hidden /> : <PanelRightOpen aria-hidden />}
        </IconButton>
      )}
      {detail !== null && <ReadingLine document={detail.summary} />}
    </div>
  )
}

const factors = [0.5, 0.75, 1, 1.25, 1.5, 2, 3] as const

function ZoomButtons(): ReactNode {
  const scale = useApp((state) => state.reader.scale)
  const actions = useActions()
  const dispatch = useDispatch()
  return (
    <div className="zoom">
      <IconButton name={t('reader.zoomOut')} shortcut={shortcuts['zoom-out']} onPress={() => actions.reader.zoomBy(-1)}><Minus aria-hidden /></IconButton>
      <MenuTrigger>
        <Button className="zoom-value tabular" aria-label={`${t('reader.zoom')}: ${t('common.percent', { value: Math.round(scale * 100) })}`}>{t('common.percent', { value: Math.round(scale * 100) })}</Button>
        <Popover className="popover" placement="bottom">
          <Menu className="menu">
            <MenuItem className="menu-item" onAction={() => dispatch({ kind: 'zoomed', zoom: 'width' })}>{t('reader.fitWidth')}</MenuItem>
            <MenuItem className="menu-item" onAction={() => dispatch({ kind: 'zoomed', zoom: 'page' })}>{t('reader.fitPage')}</MenuItem>
            {factors.map((factor) => <MenuItem key={factor} className="menu-item" onAction={() => dispatch({ kind: 'zoomed', zoom: factor })}>{t('common.percent', { value: factor * 100 })}</MenuItem>)}
          </Menu>
        </Popover>
      </MenuTrigger>
      <IconButton name={t('reader.zoomIn')} shortcut={shortcuts['zoom-in']} onPress={() => actions.reader.zoomBy(1)}><Plus aria-hidden /></IconButton>
    </div>
  )
}
