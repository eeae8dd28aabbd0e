import { useCallback, type ReactNode } from 'react'
import type { DocumentId } from '../../src-main/contract/document'
import type { Forecast } from '../../src-main/contract/forecast'
import { useActions, useApp } from '../ui/app-context'
import { useAsked } from '../ui/asked'
import { TextButton } from '../ui/button'
import { Card } from '../ui/dialog'
import { formatBytes, formatTimeLeft, formatTokens } from '../ui/format'
import { t } from '../locales/words'
import { LongBook } from './long-book'
import { Unanswered } from './unanswered'
import './read-dialog.css'

interface ReadDialogProps {
  readonly document: DocumentId
  readonly title: string
  readonly onClose: () => void
}

/** What reading a document takes on this computer, and the button that starts it. Another model is forecast anew. */
export function ReadDialog({ document, title, onClose }: ReadDialogProps): ReactNode {
  const { readings } = useActions()
  const model = useApp((state) => state.layout.settings.model)
  const found = useAsked(useCallback(async () => ({ model, result: await readings.forecast(document) }), [readings, document, model]))
  const result = found?.model === model ? found.result : null
  const isLong = result?.ok === true && result.value.obstacle?.kind === 'longer-than-model'
  return (
    <Card title={t(isLong ? 'forecast.titleLong' : 'forecast.title', { title })} onClose={onClose} wide>
      <p>{t('forecast.body')}</p>
      {result?.ok === true
        ? <Forecasted forecast={result.value} document={document} onClose={onClose} />
        : <Unanswered asking={t('forecast.measuring')} trouble={result?.failure.message ?? null} onClose={onClose} />}
    </Card>
  )
}

interface ForecastedProps extends Pick<ReadDialogProps, 'document' | 'onClose'> {
  readonly forecast: Forecast
}

function Forecasted({ forecast, document, onClose }: ForecastedProps): ReactNode {
  const { readings } = useActions()
  const { model, obstacle } = forecast
  if (obstacle?.kind === 'longer-than-model') return <LongBook forecast={forecast} document={document} onClose={onClose} />
  const start = (): void => {
    void readings.start(document, { kind: 'whole' })
    onClose()
  }
  return (
    <>
      <ForecastFacts forecast={forecast} />
      {obstacle?.kind === 'too-little-memory' && <p className="forecast-note warn">{t('forecast.memoryShort', { memory: formatBytes(obstacle.memoryBytes) })}</p>}
      <div className="card-end">
        <span className="forecast-basis grow">{t('forecast.basis', { model })}</span>
        <TextButton onPress={onClose} autoFocus={obstacle !== null}>{t('forecast.notNow')}</TextButton>
        <TextButton kind="main" onPress={start} isDisabled={obstacle !== null} autoFocus={obstacle === null}>{t('forecast.start')}</TextButton>
      </div>
    </>
  )
}

function ForecastFacts({ forecast: { tokens, seconds, memoryBytes, diskBytes } }: { readonly forecast: Forecast }): ReactNode {
  const facts = [
    [t('forecast.length'), formatTokens(tokens)],
    [t('forecast.time'), t('forecast.about', { shown: formatTimeLeft(seconds * 1_000) })],
    [t('forecast.memory'), formatBytes(memoryBytes)],
    [t('forecast.disk'), formatBytes(diskBytes)],
  ] as const
  return <dl className="forecast-facts tabular">{facts.map(([name, value]) => <div key={name}><dt>{name}</dt><dd>{value}</dd></div>)}</dl>
}
