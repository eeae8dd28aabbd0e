import { useEffect, useRef, type ReactNode } from 'react'
import { ListBox, ListBoxItem, ListLayout, Virtualizer } from 'react-aria-components'
import type { DocumentDetail } from '../../src-main/contract/library'
import { isPaginated } from '../../src-main/contract/document'
import { currentEntry } from '../state/reader'
import { useActions, useApp, useDispatch } from '../ui/app-context'
import { t } from '../locales/words'
import './contents.css'

const rowHeight = 30
const levelsShown = 5

/** The contents of the document; the entry that is being read is told apart. */
export function Contents({ detail }: { readonly detail: DocumentDetail }): ReactNode {
  const unit = useApp((state) => state.reader.unit)
  const actions = useActions()
  const dispatch = useDispatch()
  const list = useRef<HTMLDivElement>(null)
  const current = currentEntry(detail.outline, unit)
  const items = detail.outline.map((entry, index) => ({ id: index, entry }))
  useEffect(() => {
    if (list.current === null || current < 0 || list.current.contains(document.activeElement)) return
    const top = current * rowHeight
    const { scrollTop, clientHeight } = list.current
    if (top < scrollTop || top > scrollTop + clientHeight - rowHeight) list.current.scrollTop = top - clientHeight / 3
  }, [current])
  const go = (index: number): void => {
    actions.reader.goToUnit(detail.outline[index]?.unit ?? 0)
    // Where the contents lie over the page, they make way for it.
    const nav = list.current?.closest('.contents')
    if (nav instanceof HTMLElement && getComputedStyle(nav).position === 'absolute') dispatch({ kind: 'contents-toggled' })
  }
  if (items.length === 0) return <nav className="contents" aria-label={t('reader.contents')}><p className="library-none">{t('reader.noContents')}</p></nav>
  const label = (entryUnit: number): string => (isPaginated(detail.summary.format) ? (detail.labels[entryUnit] ?? String(entryUnit + 1)) : '')
  return (
    <nav className="contents" aria-label={t('reader.contents')}>
      <Virtualizer layout={ListLayout} layoutOptions={{ rowHeight, padding: 8 }}>
        <ListBox ref={list} className="contents-list" aria-label={t('reader.contents')} items={items} dependencies={[current]} selectionMode="none" onAction={(key) => go(Number(key))}>
          {({ id, entry }) => (
            <ListBoxItem id={id} textValue={entry.title} className={`contents-entry contents-level-${Math.min(entry.level, levelsShown)} ${id === current ? 'contents-current' : ''}`}>
              <span className="one-line grow">{entry.title}</span>
              <small className="tabular">{label(entry.unit)}</small>
            </ListBoxItem>
          )}
        </ListBox>
      </Virtualizer>
    </nav>
  )
}
