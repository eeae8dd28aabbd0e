import { X } from 'lucide-react'
import type { ReactNode } from 'react'
import type { ImportId } from '../../src-main/contract/imports'
import { timeLeft } from '../../src-main/contract/speed'
import type { TrackedImport } from '../state/library'
import { useActions, useApp } from '../ui/app-context'
import { ProgressBar } from '../ui/bar'
import { IconButton } from '../ui/button'
import { formatDuration, percentOf } from '../ui/format'
import type { StateText } from '../ui/reading-text'
import { t } from '../locales/words'
import { Cover } from './cover'
import { Unlock } from './unlock'

/** A file on its way in. */
export function ImportRow({ item: id }: { readonly item: ImportId }): ReactNode {
  const tracked = useApp((state) => state.library.imports.find(({ item }) => item.id === id))
  const actions = useActions()
  if (tracked === undefined) return null
  const { item } = tracked
  const state = importState(tracked)
  return (
    <>
      <Cover document={null} hasCover={false} />
      <div className="grow">
        <div className="document-title one-line">{item.fileName}</div>
        <div className={`document-state ${state.tone === 'bad' ? 'document-trouble' : 'one-line'} ${state.tone}`} title={state.text}>{state.text}</div>
        {item.state === 'importing' && <ProgressBar label={t('notices.importing', { name: item.fileName })} fraction={item.unitsTotal === 0 ? null : item.unitsDone / item.unitsTotal} />}
      </div>
      {(item.state === 'importing' || item.state === 'queued') && <IconButton isTabStop={false} className="document-action" name={t('library.cancelImport')} small onPress={() => void actions.library.cancelImport(item.id)}><X aria-hidden /></IconButton>}
      {item.state === 'needs-password' && <Unlock item={id} fileName={item.fileName} />}
      {item.state === 'failed' && <IconButton isTabStop={false} className="document-action" name={t('library.dismiss')} small onPress={() => void actions.library.dismissImport(item.id)}><X aria-hidden /></IconButton>}
    </>
  )
}

/** The state of a file on its way in, in words. */
export function importState({ item, samples }: TrackedImport): StateText {
  switch (item.state) {
    case 'queued':
      return { text: t('state.queued'), tone: '' }
    case 'importing': {
      if (item.unitsTotal === 0) return { text: t('state.importingStart'), tone: '' }
      if (item.unitsDone >= item.unitsTotal) return { text: t('state.indexing'), tone: '' }
      const left = timeLeft(samples, item.unitsTotal)
      const percent = percentOf(item.unitsDone, item.unitsTotal)
      return { text: left === null ? t('state.importing', { percent }) : t('state.importingLeft', { percent, left: formatDuration(left) }), tone: '' }
    }
    case 'needs-password':
      return { text: t('state.needsPassword'), tone: 'warn' }
    case 'failed':
      return { text: t('state.failed', { why: item.failure?.message ?? '' }), tone: 'bad' }
    case 'cancelled':
      return { text: t('state.cancelled'), tone: '' }
    case 'done':
      return { text: '', tone: '' }
  }
}
