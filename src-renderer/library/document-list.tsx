import { useState, type ReactNode } from 'react'
import type { LibraryRow } from '../state/library'
import { useActions, useApp, useDispatch } from '../ui/app-context'
import { VirtualGrid } from '../ui/virtual-grid'
import { t } from '../locales/words'
import { DocumentRow } from './document-row'
import { ImportRow } from './import-row'
import { RowMenu } from './row-menu'
import './document-list.css'

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
        else actions.library.explainImport(row.item)
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
