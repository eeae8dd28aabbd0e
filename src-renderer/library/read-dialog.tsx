import { useEffect, useState, type ReactNode } from 'react'
import type { DocumentId } from '../../src-main/contract/document'
import type { Result } from '../../src-main/contract/failure'
import type { Forecast } from '../../src-main/contract/forecast'
import { useActions, useApp } from '../ui/app-context'
import { ProgressBar } from '../ui/bar'
import { TextButton } from '../ui/button'
import { Card } from '../ui/dialog'
import { formatBytes, formatNumber, formatTimeLeft } from '../ui/format'
import { t } from '../locales/words'
import { LongBook } from './long-book'
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
  const [found, setFound] = useState<{ readonly model: string; readonly result: Result<Forecast> } | null>(null)
  useEffect(() => {
    let isWanted = true
    void readings.forecast(document).then((result) => {
      if (isWanted) setFound({ model, result })
    })
    return () => {
      isWanted = false
    }
  }, [readings, document, model])
  const result = found?.model === model ? found.result : null
  const isLong = result?.ok === true && result.value.obstacle?.kind === 'longer-than-model'
  return (
    <Card title={t(isLong ? 'forecast.titleLong' : 'forecast.title', { title })} onClose={onClose} wide>
      <p>{t('forecast.body')}</p>
      {result?.ok === true
        ? <Forecasted forecast={result.value} document={document} onClose={onClose} />
        : <Unforecasted message={result?.failure.message ?? null} onClose={onClose} />}
    </Card>
  )
}

/** Before the forecast is there, and where none can be made. */
function Unforecasted({ message, onClose }: { readonly message: string | null; readonly onClose: () => void }): ReactNode {
  return (
    <>
      {message === null && <ProgressBar label={t('forecast.measuring')} fraction={null} />}
      {message === null ? <p className="forecast-note" role="status">{t('forecast.measuring')}</p> : <p role="alert">{message}</p>}
      <div className="card-end"><TextButton onPress={onClose} autoFocus>{t('common.close')}</TextButton></div>
    </>
  )
}

interface ForecastedProps {
  readonly forecast: Forecast
  readonly document: DocumentId
  readonly onClose: () => void
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
    [t('forecast.length'), t('forecast.tokens', { shown: formatNumber(tokens) })],
    [t('forecast.time'), t('forecast.about', { shown: formatTimeLeft(seconds * 1_000) })],
    [t('forecast.memory'), formatBytes(memoryBytes)],
    [t('forecast.disk'), formatBytes(diskBytes)],
  ] as const
  return <dl className="forecast-facts tabular">{facts.map(([name, value]) => <div key={name}><dt>{name}</dt><dd>{value}</dd></div>)}</dl>
}
