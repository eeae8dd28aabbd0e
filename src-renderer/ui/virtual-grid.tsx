import { defaultRangeExtractor, useVirtualizer, type Range } from '@tanstack/react-virtual'
import { useCallback, useLayoutEffect, useRef, useState, type KeyboardEvent, type MouseEvent, type ReactNode } from 'react'
import { gridStep, typedRow } from '../state/grid'

interface VirtualGridProps<T> {
  readonly label: string
  readonly className: string
  readonly items: readonly T[]
  /** Pixels; every row is as high. */
  readonly rowHeight: number
  readonly keyOf: (item: T) => string
  readonly textOf: (item: T) => string
  readonly rowClass: (item: T) => string
  readonly onAction: (item: T) => void
  readonly onDelete: (item: T) => void
  readonly onMenu: (item: T) => void
  readonly children: (item: T) => ReactNode
}

const overscan = 8
const padding = 8
const typingMilliseconds = 700

/**
 * A list of one column in which only the rows in view exist, however long it is. One row is a tab stop; arrows, Home, End, Page Up and Down
 * and the first letters of a name move between rows, Right goes to the buttons of a row and Left back to it, Enter acts.
 */
export function VirtualGrid<T>(props: VirtualGridProps<T>): ReactNode {
  const { label, className, items, rowHeight, keyOf, textOf, rowClass, onAction, onDelete, onMenu, children } = props
  const scroller = useRef<HTMLDivElement>(null)
  const [current, setCurrent] = useState(0)
  const wantsFocus = useRef(false)
  const typed = useRef({ text: '', atMilliseconds: 0 })
  const at = Math.min(current, Math.max(0, items.length - 1))
  // The row that has the focus exists even where it was scrolled away: focus must not fall off the list.
  const extract = useCallback((range: Range) => [...new Set([...defaultRangeExtractor(range), at])].sort((a, b) => a - b), [at])
  const list = useVirtualizer({
    count: items.length, getScrollElement: () => scroller.current, estimateSize: () => rowHeight, overscan,
    paddingStart: padding, paddingEnd: padding, rangeExtractor: extract,
  })
  const go = (index: number): void => {
    wantsFocus.current = true
    setCurrent(index)
    list.scrollToIndex(index)
  }
  useLayoutEffect(() => {
    if (!wantsFocus.current) return
    wantsFocus.current = false
    scroller.current?.querySelector<HTMLElement>(`[data-index="${at}"]`)?.focus({ preventScroll: true })
  }, [at])
  const itemOf = (target: EventTarget): T | undefined => {
    const row = target instanceof Element ? target.closest<HTMLElement>('[data-index]') : null
    return row === null ? undefined : items[Number(row.dataset['index'])]
  }
  const type = (key: string, timeStamp: number): void => {
    const text = timeStamp - typed.current.atMilliseconds < typingMilliseconds ? typed.current.text + key : key
    typed.current = { text, atMilliseconds: timeStamp }
    const found = typedRow(items.map(textOf), text, at)
    if (found !== null) go(found)
  }
  const press = (event: KeyboardEvent<HTMLDivElement>): void => {
    if (event.ctrlKey || event.metaKey || event.altKey || !(event.target instanceof HTMLElement)) return
    const item = itemOf(event.target)
    if (item === undefined) return
    const isRow = event.target.role === 'row'
    const rowsInView = Math.max(1, Math.floor((scroller.current?.clientHeight ?? rowHeight) / rowHeight) - 1)
    const next = gridStep(event.key, at, items.length, rowsInView)
    if (next !== null) go(next)
    else if (event.key === 'ArrowRight' || event.key === 'ArrowLeft') stepInRow(event.target, event.key === 'ArrowRight' ? 1 : -1)
    else if (isRow && (event.key === 'Enter' || event.key === ' ')) onAction(item)
    else if (isRow && event.key === 'Delete') onDelete(item)
    else if (isRow && event.key.length === 1) type(event.key, event.timeStamp)
    else return
    event.preventDefault()
  }
  const click = (event: MouseEvent<HTMLDivElement>): void => {
    const item = itemOf(event.target)
    if (item !== undefined && event.target instanceof Element && event.target.closest('button') === null) onAction(item)
  }
  return (
    <div
      ref={scroller} className={className} role="grid" aria-label={label} aria-rowcount={items.length} onKeyDown={press} onClick={click}
      onFocus={(event) => {
        const row = event.target.closest<HTMLElement>('[data-index]')
        if (row !== null) setCurrent(Number(row.dataset['index']))
      }}
      onContextMenu={(event) => {
        const item = itemOf(event.target)
        if (item === undefined) return
        event.preventDefault()
        onMenu(item)
      }}
    >
      <div role="presentation" className="virtual-all" style={{ height: list.getTotalSize() }}>
        {list.getVirtualItems().map(({ index, start }) => {
          const item = items[index]
          return item !== undefined && (
            <div
              key={keyOf(item)} className="virtual-row" role="row" aria-rowindex={index + 1} aria-label={textOf(item)} data-index={index}
              tabIndex={index === at ? 0 : -1} style={{ height: rowHeight, transform: `translateY(${start}px)` }}
            >
              <div role="gridcell" className={rowClass(item)}>{children(item)}</div>
            </div>
          )
        })}
      </div>
    </div>
  )
}

/** Right goes from a row to its buttons one by one, Left back to the row. */
function stepInRow(from: HTMLElement, by: 1 | -1): void {
  const row = from.closest<HTMLElement>('[role="row"]')
  if (row === null) return
  const stops = [row, ...row.querySelectorAll<HTMLElement>('button')]
  stops[Math.min(stops.length - 1, Math.max(0, stops.indexOf(from) + by))]?.focus()
}
