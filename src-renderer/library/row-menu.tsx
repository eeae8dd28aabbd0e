import { Ellipsis } from 'lucide-react'
import type { ReactNode } from 'react'
import { Button, Menu, MenuItem, MenuTrigger, Popover } from 'react-aria-components'
import type { ImportId } from '../../src-main/contract/imports'
import type { DocumentSummary } from '../../src-main/contract/library'
import type { LibraryRow } from '../state/library'
import { useActions, useApp, useDispatch } from '../ui/app-context'
import { useReadingChoices } from '../ui/reading-acts'
import { t } from '../locales/words'
import '../ui/menu.css'

interface RowMenuProps {
  readonly row: LibraryRow
  readonly title: string
  readonly isOpen: boolean
  readonly onOpenChange: (open: boolean) => void
}

/** What can be done with a line of the list. */
export function RowMenu({ row, title, isOpen, onOpenChange }: RowMenuProps): ReactNode {
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
  const choices = useReadingChoices(document)
  const askAbout = async (): Promise<void> => {
    await actions.reader.open(document.id)
    dispatch({ kind: 'scoped', scope: { kind: 'open' } })
    actions.settings.change({ conversationOpen: true })
  }
  return (
    <Menu className="menu">
      <MenuItem className="menu-item" onAction={() => void actions.reader.open(document.id)}>{t('common.open')}</MenuItem>
      <MenuItem className="menu-item" isDisabled={document.state !== 'ready'} onAction={() => void askAbout()}>{t('library.ask')}</MenuItem>
      {choices.map((choice) => <MenuItem key={choice.act} className="menu-item" isDisabled={document.state !== 'ready'} onAction={choice.run}>{choice.name}</MenuItem>)}
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
