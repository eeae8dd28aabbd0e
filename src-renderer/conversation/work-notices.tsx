import { Pause, X } from 'lucide-react'
import type { ReactNode } from 'react'
import type { ImportItem } from '../../src-main/contract/imports'
import type { EngineStatus } from '../../src-main/contract/model'
import type { DocumentReading } from '../../src-main/contract/reading'
import { isPaginated } from '../../src-main/contract/document'
import type { Download, ModelCopy } from '../state/app'
import type { TrackedImport } from '../state/library'
import { currentReading, shareRead, waitingReadings } from '../state/readings'
import { timeLeft } from '../../src-main/contract/speed'
import { useActions, useApp } from '../ui/app-context'
import { ProgressBar } from '../ui/bar'
import { IconButton, TextButton } from '../ui/button'
import { formatBytes, formatDuration, formatNumber, formatTimeLeft, formatUnits } from '../ui/format'
import { useReadingChoices } from '../ui/reading-acts'
import { strainText } from '../ui/reading-text'
import { t } from '../locales/words'
import './work-notices.css'

/** Long work, wherever a person looks: what, how far, how long still, and the way to stop it. */
export function WorkNotices(): ReactNode {
  const imports = useApp((state) => state.library.imports)
  const downloads = useApp((state) => state.downloads)
  const copies = useApp((state) => state.copies)
  const engine = useApp((state) => state.engine)
  const reading = useApp((state) => currentReading(state.readings))
  const running = imports.filter(({ item }) => item.state === 'importing')
  const queued = imports.filter(({ item }) => item.state === 'queued').length
  const [first] = running
  return (
    <div className="work" role="group" aria-label={t('notices.label')}>
      {first !== undefined && <ImportNotice tracked={first} others={running.length - 1 + queued} />}
      {reading !== null && <ReadingNotice reading={reading} />}
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
    ...(item.unitsTotal > 0 ? [importedText(item)] : []),
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

/** Only files with pages tell of their progress; of a Word file all is told at once, at its end. */
const importedText = ({ unitsDone, unitsTotal }: ImportItem): string =>
  unitsDone < unitsTotal ? t('notices.progress', { done: formatNumber(unitsDone), units: formatUnits(unitsTotal, true) }) : t('state.indexing')

function ReadingNotice({ reading }: { readonly reading: DocumentReading }): ReactNode {
  const document = useApp((state) => state.library.documents.find(({ id }) => id === reading.document))
  const waiting = useApp((state) => waitingReadings(state.readings))
  const name = document?.title ?? ''
  const pause = useReadingChoices({ id: reading.document, title: name }).find(({ act }) => act === 'pause')
  const title = t('notices.reading', { title: name })
  return (
    <div className="notice">
      <div className="notice-row">
        <b className="one-line grow">{title}</b>
        {pause !== undefined && <IconButton name={pause.name} small onPress={pause.run}><Pause aria-hidden /></IconButton>}
      </div>
      <ProgressBar label={title} fraction={shareRead(reading)} />
      <span className="notice-soft tabular">{[...underwayFacts(reading, document !== undefined && isPaginated(document.format)), ...(waiting > 0 ? [t('notices.waiting', { count: waiting, shown: formatNumber(waiting) })] : [])].join(' · ')}</span>
    </div>
  )
}

/** "page 61 of 142 · 51,400 of 118,000 tokens · 6 min left". */
function underwayFacts({ state }: DocumentReading, paginated: boolean): readonly string[] {
  if (state.kind !== 'reading' || state.progress === null) return [t('notices.readingStart')]
  const { units, unitsTotal, tokens, tokensTotal, millisecondsLeft } = state.progress
  const at = { at: formatNumber(Math.min(units + 1, unitsTotal)), total: formatNumber(unitsTotal) }
  return [
    t(paginated ? 'notices.atPage' : 'notices.atSection', at),
    tokens === tokensTotal ? t('notices.readingEnd') : t('notices.ofTokens', { done: formatNumber(tokens), total: formatNumber(tokensTotal) }),
    ...(millisecondsLeft === null ? [] : [t('notices.left', { left: formatTimeLeft(millisecondsLeft) })]),
    ...(state.slowed === null ? [] : [t('notices.slowed', { why: strainText(state.slowed) })]),
  ]
}

function DownloadNotice({ download: { name, state } }: { readonly download: Download }): ReactNode {
  const model = useApp(({ models }) => models.find((known) => known.name === name))
  const { models } = useActions()
  const title = model?.title ?? name
  if (state.state === 'failed') return <DownloadFailed title={title} why={state.failure.message} goOn={model && (() => void models.get(model))} />
  if (state.state === 'paused') return null
  const { doneBytes, totalBytes } = state
  const left = state.state === 'running' && state.secondsLeft !== null ? [t('notices.left', { left: formatDuration(state.secondsLeft * 1_000) })] : []
  const facts = [t('notices.downloaded', { done: formatBytes(doneBytes), total: formatBytes(totalBytes) }), ...left]
  return (
    <div className="notice">
      <div className="notice-row">
        <b className="one-line grow">{t('notices.downloading', { name: title })}</b>
        <IconButton name={t('models.pause', { title })} small onPress={() => void models.pause(name)}><Pause aria-hidden /></IconButton>
      </div>
      <ProgressBar label={t('notices.downloading', { name: title })} fraction={totalBytes === 0 ? null : doneBytes / totalBytes} />
      <span className="notice-soft tabular">{state.state === 'retrying' ? t('models.retrying', { why: state.why }) : facts.join(' · ')}</span>
    </div>
  )
}

interface DownloadFailedProps {
  readonly title: string
  readonly why: string
  readonly goOn: (() => void) | undefined
}

function DownloadFailed({ title, why, goOn }: DownloadFailedProps): ReactNode {
  return (
    <div className="notice notice-bad">
      <span>{why.includes(title) ? why : t('notices.downloadFailed', { name: title, why })}</span>
      {goOn !== undefined && <div><TextButton onPress={goOn}>{t('models.goOn')}</TextButton></div>}
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
