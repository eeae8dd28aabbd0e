import type { DocumentReading, Strain, UnitRange } from '../../src-main/contract/reading'
import { listUnits } from '../../src-main/contract/unit-ranges'
import { shareRead } from '../state/readings'
import { rangesText } from '../state/coverage'
import { formatTimeLeft, formatUnits } from './format'
import { t } from '../locales/words'

export interface StateText {
  readonly text: string
  readonly tone: '' | 'warn' | 'bad'
}

/** What a document has, for words about how much of it is read. */
export interface Extent {
  readonly units: number
  readonly paginated: boolean
}

/** How a document stands with the chosen model, in a few words; null where it is not read and nothing is to be said. */
export function readingText(reading: DocumentReading, extent: Extent): StateText | null {
  const { state, kept } = reading
  switch (state.kind) {
    case 'none':
      return null
    case 'waiting':
      return { text: t('reading.waiting', { units: formatUnits(extent.units, extent.paginated) }), tone: '' }
    case 'reading':
      return { text: underwayText(reading), tone: '' }
    case 'paused':
      return { text: t('reading.paused', { percent: percentRead(reading), why: t(`reading.why.${state.why}`) }), tone: '' }
    case 'partial':
      return { text: t('reading.partly', { where: unitsText(kept.units, extent.paginated) }), tone: '' }
    case 'read':
      return { text: isAll(kept.units, extent.units) ? t('reading.read', { units: formatUnits(extent.units, extent.paginated) }) : t('reading.readPart', { where: unitsText(kept.units, extent.paginated) }), tone: '' }
    case 'set-aside':
      return { text: t('reading.setAside', { why: state.why }), tone: 'warn' }
    case 'failed':
      return { text: t('reading.failed', { why: state.failure.message }), tone: 'bad' }
  }
}

const percentRead = (reading: DocumentReading): number => Math.floor((shareRead(reading) ?? 0) * 100)

function underwayText(reading: DocumentReading): string {
  const progress = reading.state.kind === 'reading' ? reading.state.progress : null
  const slowed = reading.state.kind === 'reading' ? reading.state.slowed : null
  if (progress === null) return t('reading.starting')
  const begun = slowed === null ? t('reading.underway', { percent: percentRead(reading) }) : t('reading.slowed', { percent: percentRead(reading), why: strainText(slowed) })
  return progress.millisecondsLeft === null ? begun : t('reading.left', { begun, left: formatTimeLeft(progress.millisecondsLeft) })
}

export const strainText = (strain: Strain): string => t(`reading.why.${strain}`)

const isAll = (ranges: readonly UnitRange[], units: number): boolean => ranges.length === 1 && ranges[0]?.[0] === 0 && ranges[0][1] === units - 1

/** "pages 1–212", or "sections 1–3, 7". */
export function unitsText(ranges: readonly UnitRange[], paginated: boolean): string {
  const numbers = listUnits(ranges).map((unit) => unit + 1)
  const count = numbers.length
  return paginated ? t('reading.pages', { count, ranges: rangesText(numbers, 3) }) : t('reading.sections', { count, ranges: rangesText(numbers, 3) })
}
