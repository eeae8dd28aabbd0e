import { t } from '../locales/words'

const numbers = new Intl.NumberFormat('en')
const oneDigit = new Intl.NumberFormat('en', { maximumFractionDigits: 1, minimumFractionDigits: 1 })
const dates = new Intl.DateTimeFormat('en', { dateStyle: 'medium' })

export const formatNumber = (value: number): string => numbers.format(value)

export const formatDate = (iso: string): string => {
  const date = new Date(iso)
  return Number.isNaN(date.getTime()) ? '' : dates.format(date)
}

export const formatSeconds = (milliseconds: number): string => oneDigit.format(milliseconds / 1000)

/** "40 s", "6 min", "2 h": rounded up, so that a promise is rather kept early. */
export function formatDuration(milliseconds: number): string {
  const seconds = Math.max(1, Math.ceil(milliseconds / 1000))
  if (seconds < 60) return t('time.seconds', { count: seconds, shown: seconds })
  const minutes = Math.ceil(seconds / 60)
  if (minutes < 90) return t('time.minutes', { count: minutes, shown: minutes })
  const hours = Math.ceil(minutes / 60)
  return t('time.hours', { count: hours, shown: hours })
}

const stepsOfMinutes = [[10, 1], [60, 5], [300, 10]] as const

/** "1 min", "6 min", "25 min", "1 h 20 min", "7 h": as far as a person wants to know it, rounded up. */
export function formatTimeLeft(milliseconds: number): string {
  const exact = milliseconds / 60_000
  const step = stepsOfMinutes.find(([below]) => exact <= below)?.[1] ?? 60
  const minutes = Math.max(1, Math.ceil(exact / step)) * step
  const hours = Math.floor(minutes / 60)
  const parts = [
    ...(hours > 0 ? [t('time.hours', { count: hours, shown: formatNumber(hours) })] : []),
    ...(minutes % 60 > 0 ? [t('time.minutes', { count: minutes % 60, shown: minutes % 60 })] : []),
  ]
  return parts.join(' ')
}

export function formatBytes(bytes: number): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB']
  let value = bytes
  let unit = 0
  while (value >= 1000 && unit < units.length - 1) {
    value /= 1000
    unit += 1
  }
  return `${value >= 100 || unit === 0 ? Math.round(value) : value.toFixed(1)} ${units[unit] ?? ''}`
}

export const formatUnits = (count: number, paginated: boolean): string =>
  paginated ? t('common.pages', { count, shown: formatNumber(count) }) : t('common.sections', { count, shown: formatNumber(count) })

export const formatTokens = (count: number): string => t('common.tokens', { count, shown: formatNumber(count) })

export const percentOf = (done: number, total: number): number => (total <= 0 ? 0 : Math.min(100, Math.floor((done * 100) / total)))
