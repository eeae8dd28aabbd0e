import type { ReactNode } from 'react'
import type { DocumentId } from '../../src-main/contract/document'
import { hasPages } from '../state/library'
import { useActions, useApp } from '../ui/app-context'
import { Confirm } from '../ui/confirm'
import { unitsText } from '../ui/reading-text'
import { t } from '../locales/words'

interface StopReadingDialogProps {
  readonly document: DocumentId
  readonly title: string
  readonly onClose: () => void
}

/** Asks whether what was read so far is kept. */
export function StopReadingDialog({ document, title, onClose }: StopReadingDialogProps): ReactNode {
  const { readings } = useActions()
  const units = useApp((state) => state.readings.get(document)?.kept.units ?? noUnits)
  const paginated = useApp((state) => hasPages(state.library, document))
  return (
    <Confirm
      title={t('stopReading.title', { title })} onClose={onClose}
      body={units.length === 0 ? t('stopReading.bodyStart') : t('stopReading.body', { where: unitsText(units, paginated) })}
      safe={t('stopReading.goOn')}
      steps={[
        { name: t('stopReading.delete'), kind: 'bad', run: () => void readings.stop(document, 'delete') },
        { name: t('stopReading.keep'), kind: 'main', run: () => void readings.stop(document, 'keep') },
      ]}
    />
  )
}

const noUnits = [] as const
