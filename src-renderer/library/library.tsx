import { PanelLeftClose, Plus, Search, Settings, X } from 'lucide-react'
import { type KeyboardEvent, type ReactNode } from 'react'
import { Button, Input, SearchField } from 'react-aria-components'
import { useActions, useApp, useDispatch } from '../ui/app-context'
import { IconButton } from '../ui/button'
import { shortcuts } from '../ui/commands'
import { shortcutText, thisPlatform } from '../ui/keys'
import { formatNumber } from '../ui/format'
import { t } from '../locales/words'
import { layoutMode } from '../state/layout'
import { DocumentList } from './document-list'
import { SearchResults } from './search-results'
import './library.css'
import '../ui/field.css'

/** The library pane: search over all, and below it the documents or what was found. */
export function Library(): ReactNode {
  const searching = useApp((state) => state.search.text.trim() !== '')
  const rows = useApp((state) => state.library.rows)
  const documents = useApp((state) => state.library.documents.length)
  const actions = useActions()
  const dispatch = useDispatch()
  const wide = useApp((state) => layoutMode(state.layout.windowWidth) === 'wide')
  const hide = (): void => (wide ? actions.settings.change({ libraryOpen: false }) : dispatch({ kind: 'drawer-set', open: false }))
  return (
    <section className="library" data-pane="library" aria-label={t('panes.library')}>
      <div className="library-bar" onKeyDown={goDown}>
        <SearchAll />
        <IconButton name={t('library.add')} shortcut={shortcuts.open} onPress={() => void actions.library.choose()}><Plus aria-hidden /></IconButton>
      </div>
      {searching ? <SearchResults /> : <DocumentList rows={rows} />}
      <div className="library-foot">
        <IconButton name={t('library.settings')} shortcut={shortcuts.settings} onPress={() => dispatch({ kind: 'dialog-opened', dialog: { kind: 'settings' } })}><Settings aria-hidden /></IconButton>
        <span className="grow library-count">{documents > 0 && t('common.documents', { count: documents, shown: formatNumber(documents) })}</span>
        <IconButton name={t('library.hide')} shortcut={shortcuts['toggle-library']} onPress={hide}><PanelLeftClose aria-hidden /></IconButton>
      </div>
    </section>
  )
}

/** From the field into the list, as everywhere. */
function goDown(event: KeyboardEvent): void {
  if (event.key !== 'ArrowDown' || !(event.target instanceof HTMLInputElement)) return
  event.preventDefault()
  document.querySelector<HTMLElement>('.library [role="grid"] [role="row"]')?.focus()
}

function SearchAll(): ReactNode {
  const text = useApp((state) => state.search.text)
  const actions = useActions()
  return (
    <SearchField className="field grow" aria-label={t('library.searchLabel')} value={text} onChange={actions.library.search}>
      <Search aria-hidden />
      <Input placeholder={t('library.search')} data-focus="search" />
      {text === '' ? <kbd>{shortcutText(shortcuts.search ?? '', thisPlatform)}</kbd> : <Button className="icon-button icon-button-small" aria-label={t('common.clear')}><X aria-hidden /></Button>}
    </SearchField>
  )
}
