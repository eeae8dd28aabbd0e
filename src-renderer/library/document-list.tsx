import { Ellipsis, KeyRound, X } from 'lucide-react'
import { useState, type ReactNode } from 'react'
import { Button, Menu, MenuItem, MenuTrigger, Popover } from 'react-aria-components'
import type { DocumentSummary } from '../../src-main/contract/library'
import type { ImportId } from '../../src-main/contract/imports'
import { isPaginated } from '../../src-main/contract/document'
import type { LibraryRow, TrackedImport } from '../state/library'
import { timeLeft } from '../../src-main/contract/speed'
import { useActions, useApp, useDispatch } from '../ui/app-context'
import { ProgressBar } from '../ui/bar'
import { IconButton } from '../ui/button'
import { formatDuration, formatNumber, formatUnits, percentOf } from '../ui/format'
import { VirtualGrid } from '../ui/virtual-grid'
import { t } from '../locales/words'
import { Cover } from './cover'
import './document-list.css'
import '../ui/menu.css'

const rowHeight = 58

/** All documents, drawn only where they are in view: ten thousand are as quick as ten. */
export function DocumentList({ rows }: { readonly rows: readonly LibraryRow[] }): ReactNode {
  const open = useApp((state) => state.reader.document)
  const actions = useActions()
  const dispatch = useDispatch()
  const [menu, setMenu] = useState<string | null>(null)
  if (rows.length === 0) return <p className="library-none grow">{t('library.noDocuments')}</p>
  return (
    <VirtualGrid
      label={t('library.label')} className="documents" items={rows} rowHeight={rowHeight} keyOf={keyOf} textOf={titleOf}
      rowClass={(row) => `document ${row.kind === 'document' && row.document.id === open ? 'document-open' : ''} ${row.key === menu ? 'document-menu' : ''}`}
      onAction={(row) => {
        if (row.kind === 'document') void actions.reader.open(row.document.id)
      }}
      onDelete={(row) => {
        if (row.kind === 'document') dispatch({ kind: 'dialog-opened', dialog: { kind: 'delete-document', document: row.document.id, title: row.document.title } })
      }}
      onMenu={(row) => setMenu(row.key)}
    >
      {(row) => <Row row={row} isMenuOpen={row.key === menu} onMenuOpen={(isOpen) => setMenu(isOpen ? row.key : null)} />}
    </VirtualGrid>
  )
}

const keyOf = (row: LibraryRow): string => row.key
const titleOf = (row: LibraryRow): string => (row.kind === 'document' ? row.document.title : row.fileName)

interface RowProps {
  readonly row: LibraryRow
  readonly isMenuOpen: boolean
  readonly onMenuOpen: (isOpen: boolean) => void
}

function Row({ row, isMenuOpen, onMenuOpen }: RowProps): ReactNode {
  return (
    <>
      {row.kind === 'document' ? <DocumentRow document={row.document} waiting={row.waiting} /> : <ImportRow item={row.item} />}
      <RowMenu row={row} title={titleOf(row)} isOpen={isMenuOpen} onOpenChange={onMenuOpen} />
    </>
  )
}

function DocumentRow({ document, waiting }: { readonly document: DocumentSummary; readonly waiting: ImportId | null }): ReactNode {
  const state = documentState(document)
  return (
    <>
      <Cover document={document.id} hasCover={document.hasCover} />
      <div className="grow">
        <div className="document-title one-line">{document.title}</div>
        <div className={`document-state one-line ${state.tone}`} title={state.text}>{state.text}</div>
      </div>
      {document.state === 'needs-password' && waiting !== null && <Unlock item={waiting} fileName={document.fileName} />}
    </>
  )
}

interface StateText {
  readonly text: string
  readonly tone: '' | 'warn' | 'bad'
}

/** The state of a document in words. */
export function documentState(document: DocumentSummary): StateText {
  const units = formatUnits(document.units, isPaginated(document.format))
  switch (document.state) {
    case 'importing':
      return { text: t('state.importingStart'), tone: '' }
    case 'needs-ocr':
      return { text: t('state.needsOcr', { units }), tone: 'warn' }
    case 'needs-password':
      return { text: t('state.needsPassword'), tone: 'warn' }
    case 'failed':
      return { text: t('state.failed', { why: document.failure?.message ?? '' }), tone: 'bad' }
    case 'ready':
      if (document.problems.length > 0) return { text: t('state.readyProblems', { count: document.problems.length, shown: formatNumber(document.problems.length), units }), tone: 'bad' }
      return { text: [t('state.ready', { units }), document.author ?? ''].filter((part) => part !== '').join(' · '), tone: '' }
  }
}

function ImportRow({ item: id }: { readonly item: ImportId }): ReactNode {
  const tracked = useApp((state) => state.library.imports.find(({ item }) => item.id === id))
  const actions = useActions()
  if (tracked === undefined) return null
  const { item } = tracked
  const state = importState(tracked)
  return (
    <>
      <Cover document={null} hasCover={false} />
      <div className="grow">
        <div className="document-title one-line">{item.fileName}</div>
        <div className={`document-state one-line ${state.tone}`} title={state.text}>{state.text}</div>
        {item.state === 'importing' && <ProgressBar label={t('notices.importing', { name: item.fileName })} fraction={item.unitsTotal === 0 ? null : item.unitsDone / item.unitsTotal} />}
      </div>
      {(item.state === 'importing' || item.state === 'queued') && <IconButton isTabStop={false} className="document-action" name={t('library.cancelImport')} small onPress={() => void actions.library.cancelImport(item.id)}><X aria-hidden /></IconButton>}
      {item.state === 'needs-password' && <Unlock item={id} fileName={item.fileName} />}
      {item.state === 'failed' && <IconButton isTabStop={false} className="document-action" name={t('library.dismiss')} small onPress={() => void actions.library.dismissImport(item.id)}><X aria-hidden /></IconButton>}
    </>
  )
}

/** The state of a file on its way in, in words. */
export function importState({ item, samples }: TrackedImport): StateText {
  switch (item.state) {
    case 'queued':
      return { text: t('state.queued'), tone: '' }
    case 'importing': {
      if (item.unitsTotal === 0) return { text: t('state.importingStart'), tone: '' }
      if (item.unitsDone >= item.unitsTotal) return { text: t('state.indexing'), tone: '' }
      const left = timeLeft(samples, item.unitsTotal)
      const percent = percentOf(item.unitsDone, item.unitsTotal)
      return { text: left === null ? t('state.importing', { percent }) : t('state.importingLeft', { percent, left: formatDuration(left) }), tone: '' }
    }
    case 'needs-password':
      return { text: t('state.needsPassword'), tone: 'warn' }
    case 'failed':
      return { text: t('state.failed', { why: item.failure?.message ?? '' }), tone: 'bad' }
    case 'cancelled':
      return { text: t('state.cancelled'), tone: '' }
    case 'done':
      return { text: '', tone: '' }
  }
}

function Unlock({ item, fileName }: { readonly item: ImportId; readonly fileName: string }): ReactNode {
  const dispatch = useDispatch()
  const ask = (): void => dispatch({ kind: 'dialog-opened', dialog: { kind: 'password', item, fileName } })
  return <IconButton isTabStop={false} className="document-action" name={t('library.enterPassword')} small onPress={ask}><KeyRound aria-hidden /></IconButton>
}

interface RowMenuProps {
  readonly row: LibraryRow
  readonly title: string
  readonly isOpen: boolean
  readonly onOpenChange: (open: boolean) => void
}

function RowMenu({ row, title, isOpen, onOpenChange }: RowMenuProps): ReactNode {
  return (
    <MenuTrigger isOpen={isOpen} onOpenChange={onOpenChange}>
      <Button excludeFromTabOrder className="icon-button icon-button-small document-more" aria-label={t('library.actionsFor', { title })}><Ellipsis aria-hidden /></Button>
      <Popover className="popover" placement="bottom end">
        {row.kind === 'document' ? <DocumentMenu document={row.document} /> : <ImportMenu item={row.item} />}
      </Popover>
    </MenuTrigger>
  )
}

function DocumentMenu({ document }: { readonly document: DocumentSummary }): ReactNode {
  const actions = useActions()
  const dispatch = useDispatch()
  const askAbout = async (): Promise<void> => {
    await actions.reader.open(document.id)
    dispatch({ kind: 'scoped', scope: { kind: 'open' } })
    actions.settings.change({ conversationOpen: true })
  }
  return (
    <Menu className="menu">
      <MenuItem className="menu-item" onAction={() => void actions.reader.open(document.id)}>{t('common.open')}</MenuItem>
      <MenuItem className="menu-item" isDisabled={document.state !== 'ready'} onAction={() => void askAbout()}>{t('library.ask')}</MenuItem>
      <MenuItem className="menu-item" isDisabled={document.state !== 'ready'} onAction={() => dispatch({ kind: 'dialog-opened', dialog: { kind: 'forecast', document: document.id, title: document.title } })}>{t('library.forecast')}</MenuItem>
      <MenuItem className="menu-item" onAction={() => void navigator.clipboard.writeText(document.title)}>{t('library.copyTitle')}</MenuItem>
      <MenuItem className="menu-item menu-item-bad" onAction={() => dispatch({ kind: 'dialog-opened', dialog: { kind: 'delete-document', document: document.id, title: document.title } })}>{t('library.delete')}</MenuItem>
    </Menu>
  )
}

function ImportMenu({ item: id }: { readonly item: ImportId }): ReactNode {
  const item = useApp((state) => state.library.imports.find((tracked) => tracked.item.id === id)?.item)
  const actions = useActions()
  const dispatch = useDispatch()
  if (item === undefined) return null
  const underway = item.state === 'importing' || item.state === 'queued'
  return (
    <Menu className="menu">
      {item.state === 'needs-password' && <MenuItem className="menu-item" onAction={() => dispatch({ kind: 'dialog-opened', dialog: { kind: 'password', item: item.id, fileName: item.fileName } })}>{t('library.enterPassword')}</MenuItem>}
      {underway && <MenuItem className="menu-item" onAction={() => void actions.library.cancelImport(item.id)}>{t('library.cancelImport')}</MenuItem>}
      {!underway && <MenuItem className="menu-item" onAction={() => void actions.library.dismissImport(item.id)}>{t('library.dismiss')}</MenuItem>}
    </Menu>
  )
}
