import { Pause, Play } from 'lucide-react'
import type { ReactNode } from 'react'
import { isPaginated } from '../../src-main/contract/document'
import type { ImportId } from '../../src-main/contract/imports'
import type { DocumentSummary } from '../../src-main/contract/library'
import type { DocumentReading } from '../../src-main/contract/reading'
import { shareRead } from '../state/readings'
import { useApp } from '../ui/app-context'
import { ProgressBar } from '../ui/bar'
import { IconButton } from '../ui/button'
import { formatNumber, formatUnits } from '../ui/format'
import { useReadingChoices } from '../ui/reading-acts'
import { readingText, type StateText } from '../ui/reading-text'
import { t } from '../locales/words'
import { Cover } from './cover'
import { Unlock } from './unlock'

export function DocumentRow({ document, waiting }: { readonly document: DocumentSummary; readonly waiting: ImportId | null }): ReactNode {
  const reading = useApp((state) => state.readings.get(document.id))
  const state = documentState(document, reading)
  const isUnderway = reading?.state.kind === 'reading'
  return (
    <>
      <Cover document={document.id} hasCover={document.hasCover} />
      <div className="grow">
        <div className="document-title one-line">{document.title}</div>
        <div className={`document-state ${state.tone === 'bad' ? 'document-trouble' : 'one-line'} tabular ${state.tone}`} title={state.text}>{state.text}</div>
        {isUnderway && <ProgressBar label={t('notices.reading', { title: document.title })} fraction={shareRead(reading)} />}
      </div>
      {document.state === 'needs-password' && waiting !== null && <Unlock item={waiting} fileName={document.fileName} />}
      <ReadingButton document={document} />
    </>
  )
}

/** Pauses what is read, and goes on with what is paused: the rest is in the menu. */
function ReadingButton({ document }: { readonly document: DocumentSummary }): ReactNode {
  const choice = useReadingChoices(document).find(({ act }) => act === 'pause' || act === 'resume')
  if (choice === undefined) return null
  return <IconButton isTabStop={false} className="document-action" name={choice.name} small onPress={choice.run}>{choice.act === 'pause' ? <Pause aria-hidden /> : <Play aria-hidden />}</IconButton>
}

/** The state of a document in words. */
export function documentState(document: DocumentSummary, reading: DocumentReading | undefined): StateText {
  const units = formatUnits(document.units, isPaginated(document.format))
  switch (document.state) {
    case 'importing':
      return { text: t('state.importingStart'), tone: '' }
    case 'needs-ocr':
      return { text: t('state.needsOcr', { units }), tone: 'warn' }
    case 'needs-password':
      return { text: t('state.needsPassword'), tone: 'warn' }
    case 'failed':
      return { text: t('state.failed', { why: document.failure?.message ?? '' }), tone: 'bad' }
    case 'ready': {
      const read = reading === undefined ? null : readingText(reading, { units: document.units, paginated: isPaginated(document.format) })
      if (read !== null) return read
      if (document.problems.length > 0) return { text: t('state.readyProblems', { shown: formatNumber(document.problems.length), units }), tone: 'bad' }
      return { text: [t('state.ready', { units }), document.author ?? ''].filter((part) => part !== '').join(' · '), tone: '' }
    }
  }
}
