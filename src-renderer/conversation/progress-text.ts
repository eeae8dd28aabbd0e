import type { AnswerState } from '../../src-main/contract/answer'
import { timeLeft } from '../../src-main/contract/speed'
import type { ReadingProgress } from '../state/conversation'
import { formatDuration, formatNumber } from '../ui/format'
import { t } from '../locales/words'

/** Fewer are not worth a number: they are a question's own, where all else was read before. */
const countedTokensMin = 128

/** How far an answer under way is, in words. */
export function progressText(state: AnswerState, progress: ReadingProgress | null): string {
  if (state === 'writing') return t('answer.writing')
  if (state !== 'reading') return t('answer.waiting')
  if (progress === null || progress.done === 0) return t('answer.readingStart')
  if (progress.total < countedTokensMin) return t('answer.readingQuestion')
  const left = timeLeft(progress.samples, progress.total)
  const values = { done: formatNumber(progress.done), total: formatNumber(progress.total) }
  return left === null ? t('answer.reading', values) : t('answer.readingLeft', { ...values, left: formatDuration(left) })
}

/** The part of a prompt that is read, for a bar; null while nothing is known of it. */
export const progressShare = (state: AnswerState, progress: ReadingProgress | null): number | null =>
  state !== 'reading' || progress === null || progress.done === 0 ? null : progress.done / progress.total
