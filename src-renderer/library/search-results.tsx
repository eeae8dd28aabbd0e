import type { ReactNode } from 'react'
import { GridList, GridListItem, ListLayout, Virtualizer } from 'react-aria-components'
import type { SearchResult } from '../../src-main/contract/library'
import { snippetParts } from '../state/search'
import { useActions, useApp } from '../ui/app-context'
import { formatNumber } from '../ui/format'
import { placeText } from '../ui/place'
import { t } from '../locales/words'
import './search-results.css'

const estimatedRowHeight = 96

/** Places found in all documents: document, page, and the words around. */
export function SearchResults(): ReactNode {
  const { results, pending, failure, text } = useApp((state) => state.search)
  const actions = useActions()
  const items = results.map((result, index) => ({ id: index, result }))
  const head = failure ?? (results.length > 0 ? t('library.found', { count: results.length, shown: formatNumber(results.length) }) : pending ? t('library.searching') : t('library.nothingFound', { text }))
  return (
    <>
      <div className="library-label" role="status">{head}</div>
      {items.length === 0 ? <div className="grow" /> : (
        <Virtualizer layout={ListLayout} layoutOptions={{ estimatedRowHeight, padding: 8 }}>
          <GridList className="results" aria-label={t('library.results')} items={items} onAction={(key) => void openAt(results, Number(key), actions.reader.openResult)} selectionMode="none">
            {({ id, result }) => (
              <GridListItem id={id} textValue={result.title} className="result">
                <div className="result-title one-line">{result.title}</div>
                <div className="result-place one-line">{placeText(result, null)}</div>
                <p className="result-snippet">
                  {snippetParts(result.snippet, result.matches).map((part, index) => (
                    part.marked ? <mark key={index}>{part.text}</mark> : <span key={index}>{part.text}</span>
                  ))}
                </p>
              </GridListItem>
            )}
          </GridList>
        </Virtualizer>
      )}
    </>
  )
}

async function openAt(results: readonly SearchResult[], index: number, open: (result: SearchResult) => Promise<void>): Promise<void> {
  const result = results[index]
  if (result !== undefined) await open(result)
}
