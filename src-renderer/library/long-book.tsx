import { useCallback, useMemo, useState, type ReactNode } from 'react'
import { RadioGroup } from 'react-aria-components'
import type { DocumentId } from '../../src-main/contract/document'
import type { Forecast } from '../../src-main/contract/forecast'
import type { ReadingChoices, ReadingCost } from '../../src-main/contract/reading'
import { readingSeconds } from '../../src-main/contract/reading-cost'
import { chosenTokens, chosenUnits, firstChapters, shownChapters, toggleChapter, type ChosenChapters } from '../state/chapters'
import { hasPages } from '../state/library'
import { useActions, useApp, useDispatch } from '../ui/app-context'
import { useAsked } from '../ui/asked'
import { TextButton } from '../ui/button'
import { ChoiceCard } from '../ui/choice-card'
import { formatBytes, formatNumber, formatTimeLeft } from '../ui/format'
import { t } from '../locales/words'
import { ChapterPicker } from './chapter-picker'
import { Unanswered } from './unanswered'
import './read-dialog.css'

interface LongBookProps {
  readonly forecast: Forecast
  readonly document: DocumentId
  readonly onClose: () => void
}

/** A book that is longer than the model's window: said before anything is read, with what can be done. */
export function LongBook({ forecast, document, onClose }: LongBookProps): ReactNode {
  const { readings } = useActions()
  const found = useAsked(useCallback(() => readings.choices(document), [readings, document]))
  const { tokens, model, obstacle } = forecast
  const contextMax = obstacle?.kind === 'longer-than-model' ? obstacle.contextMax : tokens
  return (
    <>
      <p className="forecast-note warn">{t('forecast.longer', { tokens: formatNumber(tokens), model, window: formatNumber(contextMax) })}</p>
      {found?.ok === true
        ? <Choices choices={found.value} document={document} onClose={onClose} />
        : <Unanswered asking={t('forecast.counting')} trouble={found?.failure.message ?? null} onClose={onClose} />}
    </>
  )
}

type Way = 'chapters' | 'model' | 'passages'
const ways: readonly Way[] = ['chapters', 'model', 'passages']

interface ChoicesProps {
  readonly choices: ReadingChoices
  readonly document: DocumentId
  readonly onClose: () => void
}

function Choices({ choices, document, onClose }: ChoicesProps): ReactNode {
  const { tokensMax, unitTokens, largerModel } = choices
  const chapters = useMemo(() => shownChapters(choices.chapters, tokensMax, unitTokens), [choices, tokensMax, unitTokens])
  const [way, setWay] = useState<Way>(chapters.length > 0 ? 'chapters' : 'passages')
  const [chosen, setChosen] = useState<ChosenChapters>(() => firstChapters(chapters, tokensMax, unitTokens))
  const toggle = useCallback((index: number) => setChosen((before) => toggleChapter(chapters, before, index)), [chapters])
  const { readings, models } = useActions()
  const dispatch = useDispatch()
  const paginated = useApp((state) => hasPages(state.library, document))
  const isBegun = useApp((state) => (state.readings.get(document)?.kept.tokens ?? 0) > 0)
  const tokens = chosenTokens(chapters, chosen, unitTokens)
  const go = (): void => {
    if (way === 'chapters') void readings.start(document, { kind: 'units', units: chosenUnits(chapters, chosen) })
    if (way === 'passages') dispatch({ kind: 'mode-chosen', mode: 'passages' })
    if (way !== 'model' || largerModel === null) return onClose()
    if (largerModel.installed) return void models.choose(largerModel.name)
    dispatch({ kind: 'dialog-opened', dialog: { kind: 'settings' } })
  }
  return (
    <>
      <RadioGroup className="choice-cards" aria-label={t('forecast.ways')} value={way} onChange={(value) => setWay(ways.find((known) => known === value) ?? 'passages')}>
        {chapters.length > 0 && <ChoiceCard value="chapters" title={t('forecast.chapters')} facts={t('forecast.chaptersFacts')} />}
        {largerModel !== null && <ChoiceCard value="model" title={t('forecast.larger', { model: largerModel.title })} facts={t(largerModel.installed ? 'forecast.largerHere' : 'forecast.largerToGet', { tokens: formatNumber(largerModel.context) })} />}
        <ChoiceCard value="passages" title={t('forecast.passages')} facts={t('forecast.passagesFacts')} />
      </RadioGroup>
      {way === 'chapters' && <ChapterPicker chapters={chapters} paginated={paginated} chosen={chosen} tokens={tokens} tokensMax={tokensMax} onToggle={toggle} />}
      {way === 'chapters' && tokens > 0 && <p className="forecast-note tabular">{takesText(tokens, choices.cost)}</p>}
      {way === 'chapters' && isBegun && <p className="forecast-note">{t('forecast.replaces')}</p>}
      <div className="card-end">
        <TextButton onPress={onClose}>{t('forecast.notNow')}</TextButton>
        <TextButton kind="main" onPress={go} isDisabled={way === 'chapters' && (chosen.size === 0 || tokens > tokensMax)}>{t(`forecast.go.${way}`)}</TextButton>
      </div>
    </>
  )
}

const takesText = (tokens: number, cost: ReadingCost): string =>
  t('forecast.takes', { time: formatTimeLeft(readingSeconds(tokens, cost) * 1_000), disk: formatBytes(tokens * cost.diskBytesEach) })
