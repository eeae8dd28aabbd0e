import { X } from 'lucide-react'
import type { ReactNode } from 'react'
import type { EngineStatus } from '../../src-main/contract/model'
import type { Download, ModelCopy } from '../state/app'
import type { TrackedImport } from '../state/library'
import { timeLeft } from '../../src-main/contract/speed'
import { useActions, useApp } from '../ui/app-context'
import { ProgressBar } from '../ui/bar'
import { IconButton } from '../ui/button'
import { formatBytes, formatDuration, formatNumber } from '../ui/format'
import { t } from '../locales/words'
import './work-notices.css'

/** Long work, wherever a person looks: what, how far, how long still, and the way to stop it. */
export function WorkNotices(): ReactNode {
  const imports = useApp((state) => state.library.imports)
  const downloads = useApp((state) => state.downloads)
  const copies = useApp((state) => state.copies)
  const engine = useApp((state) => state.engine)
  const running = imports.filter(({ item }) => item.state === 'importing')
  const queued = imports.filter(({ item }) => item.state === 'queued').length
  const [first] = running
  return (
    <div className="work" role="group" aria-label={t('notices.label')}>
      {first !== undefined && <ImportNotice tracked={first} others={running.length - 1 + queued} />}
      {downloads.map((download) => <DownloadNotice key={download.name} download={download} />)}
      {copies.map((copy) => <CopyNotice key={copy.name} copy={copy} />)}
      <EngineNotice engine={engine} />
    </div>
  )
}

function ImportNotice({ tracked, others }: { readonly tracked: TrackedImport; readonly others: number }): ReactNode {
  const { item, samples } = tracked
  const actions = useActions()
  const left = timeLeft(samples, item.unitsTotal)
  const title = others > 0 ? t('notices.importingMany', { shown: formatNumber(others + 1) }) : t('notices.importing', { name: item.fileName })
  const parts = [
    ...(others > 0 ? [item.fileName] : []),
    ...(item.unitsTotal > 0 ? [t('notices.progress', { done: formatNumber(item.unitsDone), total: formatNumber(item.unitsTotal) })] : []),
    ...(left === null ? [] : [t('notices.left', { left: formatDuration(left) })]),
  ]
  return (
    <div className="notice">
      <div className="notice-row">
        <b className="one-line grow">{title}</b>
        <IconButton name={t('library.cancelImport')} small onPress={() => void actions.library.cancelImport(item.id)}><X aria-hidden /></IconButton>
      </div>
      <ProgressBar label={title} fraction={item.unitsTotal === 0 ? null : item.unitsDone / item.unitsTotal} />
      <span className="notice-soft one-line tabular">{parts.join(' · ')}</span>
    </div>
  )
}

function DownloadNotice({ download }: { readonly download: Download }): ReactNode {
  const { name, state } = download
  if (state.state === 'failed') return <div className="notice notice-bad"><span>{t('notices.downloadFailed', { name, why: state.failure.message })}</span></div>
  if (state.state === 'paused') return null
  const { doneBytes, totalBytes } = state
  const left = state.state === 'running' ? state.secondsLeft : null
  return (
    <div className="notice">
      <b className="one-line">{t('notices.downloading', { name })}</b>
      <ProgressBar label={t('notices.downloading', { name })} fraction={totalBytes === 0 ? null : doneBytes / totalBytes} />
      <span className="notice-soft tabular">{[t('notices.downloaded', { done: formatBytes(doneBytes), total: formatBytes(totalBytes) }), ...(left === null ? [] : [t('notices.left', { left: formatDuration(left * 1_000) })])].join(' · ')}</span>
    </div>
  )
}

function CopyNotice({ copy: { name, doneBytes, totalBytes } }: { readonly copy: ModelCopy }): ReactNode {
  const { models } = useActions()
  const title = t('notices.copying', { name })
  return (
    <div className="notice">
      <div className="notice-row">
        <b className="one-line grow">{title}</b>
        <IconButton name={t('notices.cancelCopy', { name })} small onPress={() => void models.cancelCopy(name)}><X aria-hidden /></IconButton>
      </div>
      <ProgressBar label={title} fraction={doneBytes / totalBytes} />
      <span className="notice-soft tabular">{t('notices.downloaded', { done: formatBytes(doneBytes), total: formatBytes(totalBytes) })}</span>
    </div>
  )
}

function EngineNotice({ engine }: { readonly engine: EngineStatus }): ReactNode {
  switch (engine.state) {
    case 'ready':
      return engine.computing.notice === null ? null : <div className="notice" role="status"><span>{engine.computing.notice}</span></div>
    case 'stopped':
      return null
    case 'loading':
      return (
        <div className="notice">
          <span>{t('engine.loadingStart', { model: engine.model })}</span>
          <ProgressBar label={t('engine.loadingStart', { model: engine.model })} fraction={engine.fraction > 0 ? engine.fraction : null} />
        </div>
      )
    case 'restarting':
      return <div className="notice" role="status"><span>{t('engine.restarting')}</span></div>
    case 'failed':
      return <div className="notice notice-bad" role="status"><span>{t('engine.failed', { why: engine.message })}</span></div>
  }
}
