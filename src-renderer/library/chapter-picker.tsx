import { Check, Minus } from 'lucide-react'
import type { CSSProperties, ReactNode } from 'react'
import { Checkbox } from 'react-aria-components'
import type { Chapter } from '../../src-main/contract/reading'
import { chapterState, toggleChapter, type ChosenChapters } from '../state/chapters'
import { formatNumber } from '../ui/format'
import { t } from '../locales/words'
import './chapter-picker.css'
import './choose-dialog.css'

interface ChapterPickerProps {
  readonly chapters: readonly Chapter[]
  readonly chosen: ChosenChapters
  readonly tokens: number
  readonly tokensMax: number
  readonly onChange: (chosen: ChosenChapters) => void
}

/** Chapters with their sizes, and what the chosen ones come to against the model's window. */
export function ChapterPicker({ chapters, chosen, tokens, tokensMax, onChange }: ChapterPickerProps): ReactNode {
  const isTooMuch = tokens > tokensMax
  const sum = t(isTooMuch ? 'forecast.sumTooMuch' : 'forecast.sum', { tokens: formatNumber(tokens), window: formatNumber(tokensMax) })
  const top = Math.min(...chapters.map(({ level }) => level))
  return (
    <>
      <div className="chapters" role="group" aria-label={t('forecast.chapters')}>
        {chapters.map((chapter, index) => {
          const state = chapterState(chapters, chosen, index)
          return (
            <Checkbox
              key={index} className="chapter" style={{ '--depth': chapter.level - top } as CSSProperties} isSelected={state === 'all'} isIndeterminate={state === 'some'}
              onChange={() => onChange(toggleChapter(chapters, chosen, index))}
            >
              <span className={`choice-box ${state === 'none' ? '' : 'choice-checked'}`}>{state === 'all' && <Check aria-hidden />}{state === 'some' && <Minus aria-hidden />}</span>
              <span className="one-line grow">{chapter.title}</span>
              <small className="chapter-size tabular">{t('forecast.tokens', { shown: formatNumber(chapter.tokens) })}</small>
            </Checkbox>
          )
        })}
      </div>
      <p className={`chapters-sum tabular ${isTooMuch ? 'warn' : ''}`} role="status">{sum}</p>
      <div className={`thin ${isTooMuch ? 'thin-over' : ''}`} aria-hidden><b style={{ width: `${Math.min(100, (tokens * 100) / tokensMax)}%` }} /></div>
    </>
  )
}
