import { useState, type KeyboardEvent, type ReactNode } from 'react'
import type { DocumentDetail } from '../../src-main/contract/library'
import { isPaginated } from '../../src-main/contract/document'
import { useActions, useApp } from '../ui/app-context'
import { formatNumber } from '../ui/format'
import { t } from '../locales/words'
import './page-field.css'

/** The printed label of the page in view, which page of the file it is, and the way to another one. */
export function PageField({ detail }: { readonly detail: DocumentDetail }): ReactNode {
  const unit = useApp((state) => state.reader.unit)
  const actions = useActions()
  const [typed, setTyped] = useState<string | null>(null)
  const total = detail.summary.units
  const label = detail.labels[unit] ?? String(unit + 1)
  const isPrinted = label !== String(unit + 1)
  const paginated = isPaginated(detail.summary.format)
  const press = (event: KeyboardEvent<HTMLInputElement>): void => {
    if (event.key === 'Enter' && typed !== null) {
      actions.reader.goToPage(typed)
      setTyped(null)
      event.currentTarget.select()
    } else if (event.key === 'Escape' && typed !== null) {
      event.stopPropagation()
      setTyped(null)
    } else if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
      event.preventDefault()
      actions.reader.turn(event.key === 'ArrowDown' ? 1 : -1)
    }
  }
  const where = paginated ? t('reader.pageNumber', { number: unit + 1, total }) : t('reader.sectionNumber', { number: unit + 1, total })
  return (
    <div className="field page-field tabular" title={`${t('reader.pageHint')} (${where})`}>
      <input
        aria-label={paginated ? t('reader.page') : t('reader.section')} aria-description={where} value={typed ?? label} inputMode="text" spellCheck={false}
        onFocus={(event) => event.currentTarget.select()}
        onChange={(event) => setTyped(event.currentTarget.value)} onBlur={() => setTyped(null)} onKeyDown={press}
      />
      <span className="page-of">{isPrinted && paginated ? `(${t('reader.pageNumber', { number: formatNumber(unit + 1), total: formatNumber(total) })})` : t('reader.of', { total: formatNumber(total) })}</span>
    </div>
  )
}
