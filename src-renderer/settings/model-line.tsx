import { Check, Pause, Trash2, X } from 'lucide-react'
import type { ReactNode } from 'react'
import type { DownloadState, ModelSummary } from '../../src-main/contract/model'
import { useActions, useApp, useDispatch } from '../ui/app-context'
import { ProgressBar } from '../ui/bar'
import { IconButton, TextButton } from '../ui/button'
import { formatBytes, formatDuration, formatNumber } from '../ui/format'
import { t } from '../locales/words'
import { adviceText } from './advice-text'

/** One file of a model: what it is, how it goes with this computer, and what can be done with it. */
export function ModelLine({ model, isChosen }: { readonly model: ModelSummary; readonly isChosen: boolean }): ReactNode {
  const heard = useApp((state) => state.downloads.find(({ name }) => name === model.name))
  const download = heard?.state ?? model.download
  const tags = [...(model.starter ? [t('settings.starterTag')] : []), ...(model.recommended ? [t('settings.recommended')] : [])]
  return (
    <li className={`model ${isChosen ? 'model-chosen' : ''}`}>
      <div className="grow">
        <span className="model-title">{model.title}</span>
        {tags.map((tag) => <span key={tag} className="model-tag">{tag}</span>)}
        <div className="model-facts tabular">{factsOf(model).join(' · ')}</div>
        <div className={`model-advice ${model.advice.kind === 'fits' ? '' : 'warn'}`}>{adviceText(model.advice)}</div>
        {download !== null && <Progress title={model.title} download={download} />}
      </div>
      <ModelButtons model={model} isChosen={isChosen} download={download} />
    </li>
  )
}

const factsOf = ({ bytes, bytesExact, context, memoryBytes, memoryTokens, packagedBy, origin }: ModelSummary): readonly string[] => [
  bytesExact ? formatBytes(bytes) : t('models.about', { size: formatBytes(bytes) }),
  t('settings.context', { tokens: formatNumber(context) }),
  t('models.memory', { size: formatBytes(memoryBytes), tokens: formatNumber(memoryTokens) }),
  ...(packagedBy === null ? [] : [t('models.packagedBy', { name: packagedBy })]),
  ...(origin === 'in-place' ? [t('models.inPlace')] : []),
]

function Progress({ title, download }: { readonly title: string; readonly download: DownloadState }): ReactNode {
  const { doneBytes, totalBytes } = download
  return (
    <div className="model-progress">
      <ProgressBar label={t('notices.downloading', { name: title })} fraction={totalBytes === 0 ? null : doneBytes / totalBytes} />
      <span className={`tabular ${download.state === 'failed' ? 'bad' : ''}`} role={download.state === 'failed' ? 'alert' : undefined}>{progressText(download)}</span>
    </div>
  )
}

function progressText(download: DownloadState): string {
  const amount = t('notices.downloaded', { done: formatBytes(download.doneBytes), total: formatBytes(download.totalBytes) })
  switch (download.state) {
    case 'asking':
      return t('models.asking')
    case 'retrying':
      return t('models.retrying', { why: download.why })
    case 'checking':
      return t('models.checking')
    case 'paused':
      return `${t('models.paused')} · ${amount}`
    case 'failed':
      return download.failure.message
    case 'running': {
      const { bytesPerSecond, secondsLeft } = download
      const speed = bytesPerSecond === null ? [] : [t('models.speed', { size: formatBytes(bytesPerSecond) })]
      if (download.totalBytes === 0) return t('models.asking')
      const left = secondsLeft === null ? [] : [t('notices.left', { left: formatDuration(secondsLeft * 1_000) })]
      return [amount, ...speed, ...left].join(' · ')
    }
  }
}

interface ModelButtonsProps {
  readonly model: ModelSummary
  readonly isChosen: boolean
  readonly download: DownloadState | null
}

function ModelButtons({ model, isChosen, download }: ModelButtonsProps): ReactNode {
  const { models } = useActions()
  const dispatch = useDispatch()
  const { name, title } = model
  if (model.installed) {
    return (
      <div className="model-buttons">
        {isChosen ? <span className="model-used"><Check aria-hidden /> {t('settings.inUse')}</span> : <TextButton onPress={() => void models.choose(name)}>{t('settings.use')}</TextButton>}
        {model.removable && <IconButton name={t('models.delete', { title })} small onPress={() => dispatch({ kind: 'dialog-opened', dialog: { kind: 'delete-model', model: name, title } })}><Trash2 aria-hidden /></IconButton>}
      </div>
    )
  }
  if (download === null) return <TextButton onPress={() => void models.get(model)}>{t('settings.get', { size: formatBytes(model.bytes) })}</TextButton>
  const isStopped = download.state === 'paused' || download.state === 'failed'
  return (
    <div className="model-buttons">
      {isStopped ? <TextButton onPress={() => void models.get(model)}>{t('models.goOn')}</TextButton>
        : <IconButton name={t('models.pause', { title })} small onPress={() => void models.pause(name)}><Pause aria-hidden /></IconButton>}
      <IconButton name={t('models.discard', { title })} small onPress={() => void models.discard(name)}><X aria-hidden /></IconButton>
    </div>
  )
}
