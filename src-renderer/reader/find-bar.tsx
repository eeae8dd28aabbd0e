import { ChevronDown, ChevronUp, Search, X } from 'lucide-react'
import type { KeyboardEvent, ReactNode } from 'react'
import { Input, SearchField } from 'react-aria-components'
import type { FindState } from '../state/reader'
import { useActions, useDispatch } from '../ui/app-context'
import { IconButton } from '../ui/button'
import { formatNumber } from '../ui/format'
import { t } from '../locales/words'
import './find-bar.css'

/** Finds words in the open document: Enter goes on, Shift+Enter back, Esc closes. */
export function FindBar({ find }: { readonly find: FindState }): ReactNode {
  const actions = useActions()
  const dispatch = useDispatch()
  const close = (): void => {
    dispatch({ kind: 'find-closed' })
    document.querySelector<HTMLElement>('[data-focus="text"]')?.focus()
  }
  const press = (event: KeyboardEvent): void => {
    if (event.key === 'Enter') dispatch({ kind: 'find-moved', by: event.shiftKey ? -1 : 1 })
    else if (event.key === 'Escape') close()
    else return
    event.preventDefault()
    event.stopPropagation()
  }
  const count = find.text === '' ? '' : find.pending ? t('reader.findSearching') : find.hits.length === 0 ? t('reader.findNone') : t('reader.findCount', { current: formatNumber(find.current + 1), total: formatNumber(find.hits.length) })
  return (
    <div className="find-bar" role="search" onKeyDownCapture={press}>
      <SearchField className="field grow" aria-label={t('reader.findLabel')} value={find.text} onChange={actions.reader.find} autoFocus>
        <Search aria-hidden />
        <Input placeholder={t('reader.find')} data-focus="find" />
        <span className={`find-count tabular ${find.text !== '' && !find.pending && find.hits.length === 0 ? 'find-none' : ''}`} role="status">{count}</span>
      </SearchField>
      <IconButton name={t('reader.previous')} shortcut="shift+enter" isDisabled={find.hits.length === 0} onPress={() => dispatch({ kind: 'find-moved', by: -1 })}><ChevronUp aria-hidden /></IconButton>
      <IconButton name={t('reader.next')} shortcut="enter" isDisabled={find.hits.length === 0} onPress={() => dispatch({ kind: 'find-moved', by: 1 })}><ChevronDown aria-hidden /></IconButton>
      <IconButton name={t('common.close')} shortcut="escape" onPress={close}><X aria-hidden /></IconButton>
    </div>
  )
}
