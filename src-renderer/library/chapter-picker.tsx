import { Check, Minus } from 'lucide-react'
import { memo, type CSSProperties, type ReactNode } from 'react'
import { Checkbox } from 'react-aria-components'
import type { Chapter } from '../../src-main/contract/reading'
import { chapterState, type ChosenChapters } from '../state/chapters'
import { rangeText } from '../state/coverage'
import { formatNumber, formatTokens } from '../ui/format'
import { t } from '../locales/words'
import './chapter-picker.css'
import './choose-dialog.css'

interface ChapterPickerProps {
  readonly chapters: readonly Chapter[]
  /** Whether what they are made of are pages. */
  readonly paginated: boolean
  readonly chosen: ChosenChapters
  readonly tokens: number
  readonly tokensMax: number
  readonly onToggle: (index: number) => void
}

/** Chapters with their sizes, and what the chosen ones come to against the model's window. */
export function ChapterPicker({ chapters, paginated, chosen, tokens, tokensMax, onToggle }: ChapterPickerProps): ReactNode {
  const isTooMuch = tokens > tokensMax
  const sum = t(isTooMuch ? 'forecast.sumTooMuch' : 'forecast.sum', { tokens: formatNumber(tokens), window: formatNumber(tokensMax) })
  const top = Math.min(...chapters.map(({ level }) => level))
  return (
    <>
      <div className="chapters" role="group" aria-label={t('forecast.chapters')}>
        {chapters.map((chapter, index) => (
          <ChapterLine
            key={index} index={index} chapter={chapter} depth={chapter.level - top} paginated={paginated}
            state={chapterState(chapters, chosen, index)} onToggle={onToggle}
          />
        ))}
      </div>
      <p className={`chapters-sum tabular ${isTooMuch ? 'warn' : ''}`} role="status">{sum}</p>
      <div className={`thin ${isTooMuch ? 'thin-over' : ''}`} aria-hidden><b style={{ width: `${Math.min(100, (tokens * 100) / tokensMax)}%` }} /></div>
    </>
  )
}

interface ChapterLineProps extends Pick<ChapterPickerProps, 'paginated' | 'onToggle'> {
  readonly chapter: Chapter
  readonly index: number
  readonly depth: number
  readonly state: ReturnType<typeof chapterState>
}

/** Drawn anew only where it changes: there may be hundreds. */
const ChapterLine = memo(function ChapterLine({ chapter, index, depth, paginated, state, onToggle }: ChapterLineProps): ReactNode {
  return (
    <Checkbox className="chapter" style={{ '--depth': depth } as CSSProperties} isSelected={state === 'all'} isIndeterminate={state === 'some'} onChange={() => onToggle(index)}>
      <span className={`choice-box ${state === 'none' ? '' : 'choice-checked'}`}>{state === 'all' && <Check aria-hidden />}{state === 'some' && <Minus aria-hidden />}</span>
      <span className="one-line grow tabular">{nameOf(chapter, paginated)}</span>
      <small className="chapter-size tabular">{formatTokens(chapter.tokens)}</small>
    </Checkbox>
  )
})

/** What stands in no contents is named by its pages. */
function nameOf({ title, units: [first, last] }: Chapter, paginated: boolean): string {
  if (title !== '') return title
  const range = rangeText({ first: first + 1, last: last + 1 })
  return t(paginated ? 'forecast.pages' : 'forecast.sections', { count: last - first + 1, range })
}
