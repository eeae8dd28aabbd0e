import type { Place } from '../../src-main/contract/library'
import { formatNumber } from './format'
import { t } from '../locales/words'

/** "Page 74 (88 of 410) · 4.2 Where the salt stops", or the heading path and the paragraph where there are no pages. */
export function placeText(place: Place, unitsTotal: number | null): string {
  const section = place.section.at(-1)
  const parts = [pageText(place, unitsTotal), ...(section === undefined ? [] : [section]), ...(place.page === null && place.paragraph !== null ? [t('place.paragraph', { number: place.paragraph })] : [])]
  return parts.filter((part) => part !== '').join(' · ')
}

function pageText({ page, pageLabel, section, unit }: Place, unitsTotal: number | null): string {
  if (page === null) return section.length > 0 ? '' : t('place.section', { number: unit + 1 })
  const label = pageLabel ?? String(page)
  if (unitsTotal === null) return t('place.page', { label })
  if (label === String(page)) return t('place.pageOf', { page: formatNumber(page), total: formatNumber(unitsTotal) })
  return t('place.pageLabelled', { label, page: formatNumber(page), total: formatNumber(unitsTotal) })
}
