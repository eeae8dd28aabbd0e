import { useEffect, useState, type ReactNode } from 'react'
import type { DocumentId } from '../../src-main/contract/document'
import type { Result } from '../../src-main/contract/failure'
import type { Forecast } from '../../src-main/contract/forecast'
import { useActions } from '../ui/app-context'
import { ProgressBar } from '../ui/bar'
import { TextButton } from '../ui/button'
import { Card } from '../ui/dialog'
import { formatBytes, formatDuration, formatNumber } from '../ui/format'
import { t } from '../locales/words'
import './forecast-dialog.css'

interface ForecastDialogProps {
  readonly document: DocumentId
  readonly title: string
  readonly onClose: () => void
}

/** What reading the whole document takes on this computer. */
export function ForecastDialog({ document, title, onClose }: ForecastDialogProps): ReactNode {
  const { models } = useActions()
  const [found, setFound] = useState<Result<Forecast> | null>(null)
  useEffect(() => {
    let isWanted = true
    void models.forecast(document).then((result) => {
      if (isWanted) setFound(result)
    })
    return () => {
      isWanted = false
    }
  }, [models, document])
  return (
    <Card title={t('forecast.title', { title })} onClose={onClose} wide>
      <p>{t('forecast.body')}</p>
      {found === null && <ProgressBar label={t('forecast.measuring')} fraction={null} />}
      {found === null && <p className="forecast-note" role="status">{t('forecast.measuring')}</p>}
      {found?.ok === false && <p role="alert">{found.failure.message}</p>}
      {found?.ok === true && <ForecastFacts forecast={found.value} />}
      <div className="card-end"><TextButton kind="main" onPress={onClose} autoFocus>{t('common.close')}</TextButton></div>
    </Card>
  )
}

function ForecastFacts({ forecast }: { readonly forecast: Forecast }): ReactNode {
  const { model, tokens, seconds, memoryBytes, diskBytes, obstacle } = forecast
  const facts = [
    [t('forecast.length'), t('forecast.tokens', { shown: formatNumber(tokens) })],
    [t('forecast.time'), t('forecast.about', { shown: formatDuration(seconds * 1_000) })],
    [t('forecast.memory'), formatBytes(memoryBytes)],
    [t('forecast.disk'), formatBytes(diskBytes)],
  ] as const
  return (
    <>
      <dl className="forecast-facts tabular">{facts.map(([name, value]) => <div key={name}><dt>{name}</dt><dd>{value}</dd></div>)}</dl>
      {obstacle?.kind === 'longer-than-model' && <p className="forecast-note warn">{t('forecast.longer', { model, tokens: formatNumber(obstacle.contextMax) })}</p>}
      {obstacle?.kind === 'too-little-memory' && <p className="forecast-note warn">{t('forecast.memoryShort', { memory: formatBytes(obstacle.memoryBytes) })}</p>}
      <p className="forecast-note">{t('forecast.basis', { model })}</p>
    </>
  )
}
