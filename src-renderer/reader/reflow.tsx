import { useVirtualizer } from '@tanstack/react-virtual'
import { useEffect, useMemo, useRef, useState, type ReactNode } from 'react'
import type { DocumentId } from '../../src-main/contract/document'
import type { BlockText } from '../../src-main/contract/library'
import { ask } from '../actions/world'
import { blockAt, blockParts, type MarkedSpan } from '../state/block-marks'
import { useApp, useDispatch, useWorld } from '../ui/app-context'
import { t } from '../locales/words'
import { useCitedSpans } from './page-marks'
import './reflow.css'

const estimatedHeight = 90
const overscan = 6
const settleMilliseconds = 60

/** A document without pages, set as running text. Only what is in view is drawn. */
export function Reflow({ document, title }: { readonly document: DocumentId; readonly title: string }): ReactNode {
  const loaded = useBlocks(document)
  if (loaded.failure !== null) return <p className="reader-message" role="alert">{loaded.failure}</p>
  if (loaded.blocks === null) return <p className="reader-message">{t('reader.opening')}</p>
  return <Blocks key={document} document={document} title={title} blocks={loaded.blocks} />
}

interface LoadedBlocks {
  readonly blocks: readonly BlockText[] | null
  readonly failure: string | null
}

function useBlocks(document: DocumentId): LoadedBlocks {
  const world = useWorld()
  const [loaded, setLoaded] = useState<(LoadedBlocks & { readonly document: DocumentId }) | null>(null)
  useEffect(() => {
    let current = true
    const read = async (): Promise<void> => {
      const blocks = await ask(world, 'document/blocks', document)
      if (current) setLoaded({ document, blocks: blocks.ok ? blocks.value : null, failure: blocks.ok ? null : blocks.failure.message })
    }
    void read()
    return () => {
      current = false
    }
  }, [world, document])
  return loaded?.document === document ? loaded : { blocks: null, failure: null }
}

interface BlocksProps {
  readonly document: DocumentId
  readonly title: string
  readonly blocks: readonly BlockText[]
}

function Blocks({ document, title, blocks }: BlocksProps): ReactNode {
  const scroller = useRef<HTMLDivElement>(null)
  const dispatch = useDispatch()
  const jump = useApp((state) => state.reader.jump)
  const zoom = useApp((state) => state.reader.zoom)
  const marks = useMarks(document)
  const list = useVirtualizer({ count: blocks.length, getScrollElement: () => scroller.current, estimateSize: () => estimatedHeight, overscan })
  const scale = typeof zoom === 'number' ? zoom : 1

  useEffect(() => dispatch({ kind: 'scaled', scale }), [dispatch, scale])
  useEffect(() => {
    if (jump === null) return
    const index = blockAt(blocks, jump.unit, jump.span?.start.offset ?? 0)
    if (index < 0) return
    list.scrollToIndex(index, { align: jump.span === null ? 'start' : 'center' })
    // Heights are estimates until drawn; once they are, the mark itself can be brought into view.
    const timer = setTimeout(() => scroller.current?.querySelector('mark[data-strong]')?.scrollIntoView({ block: 'center' }), settleMilliseconds)
    return () => clearTimeout(timer)
  }, [jump, blocks, list])

  const items = list.getVirtualItems()
  const top = list.scrollOffset ?? 0
  const first = items.find((item) => item.end > top)?.index
  const unit = first === undefined ? undefined : blocks[first]?.start.unit
  useEffect(() => {
    if (unit !== undefined) dispatch({ kind: 'unit-shown', unit })
  }, [dispatch, unit])

  return (
    <div className="reflow" ref={scroller} tabIndex={0} data-focus="text" role="document" aria-label={t('reader.documentLabel', { title })}>
      <div className="reflow-sheet" style={{ '--zoom': scale } as React.CSSProperties}>
        <div className="reflow-all" style={{ height: list.getTotalSize() }}>
          {items.map((item) => {
            const block = blocks[item.index]
            return block !== undefined && (
              <div key={item.key} data-index={item.index} ref={list.measureElement} className="reflow-place" style={{ transform: `translateY(${item.start}px)` }}>
                <BlockView block={block} marks={marks} />
              </div>
            )
          })}
        </div>
      </div>
    </div>
  )
}

function useMarks(document: DocumentId): readonly MarkedSpan[] {
  const cited = useCitedSpans(document)
  const chosen = useApp((state) => state.reader.chosen)
  const find = useApp((state) => state.reader.find)
  return useMemo(() => {
    const current = find === null ? chosen : (find.hits[find.current] ?? null)
    const pale = (find === null ? cited : find.hits).map((span): MarkedSpan => ({ span, strength: 'pale' }))
    return current === null ? pale : [...pale, { span: current, strength: 'strong' }]
  }, [cited, chosen, find])
}

const headings = ['h1', 'h2', 'h3', 'h4', 'h5', 'h6'] as const

function BlockView({ block, marks }: { readonly block: BlockText; readonly marks: readonly MarkedSpan[] }): ReactNode {
  const Tag = block.kind === 'heading' ? (headings[Math.min(block.level, headings.length) - 1] ?? 'h6') : 'p'
  return (
    <Tag className={`block block-${block.kind} ${block.kind === 'heading' ? `block-level-${Math.min(block.level, 3)}` : ''}`} dir="auto">
      {blockParts(block, marks).map((part, index) => (
        part.strength === null ? <span key={index}>{part.text}</span> : <mark key={index} data-strong={part.strength === 'strong' || undefined}>{part.text}</mark>
      ))}
    </Tag>
  )
}
