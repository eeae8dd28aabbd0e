import type { ReactNode } from 'react'
import type { DocumentId } from '../../src-main/contract/document'
import { isPaginated } from '../../src-main/contract/document'
import { useActions, useApp } from '../ui/app-context'
import { TextButton } from '../ui/button'
import { Card } from '../ui/dialog'
import { unitsText } from '../ui/reading-text'
import { t } from '../locales/words'

interface StopReadingDialogProps {
  readonly document: DocumentId
  readonly title: string
  readonly onClose: () => void
}

/** Asks whether what was read so far is kept. The safe button has the focus. */
export function StopReadingDialog({ document, title, onClose }: StopReadingDialogProps): ReactNode {
  const { readings } = useActions()
  const units = useApp((state) => state.readings.get(document)?.kept.units ?? noUnits)
  const paginated = useApp((state) => state.library.documents.some(({ id, format }) => id === document && isPaginated(format)))
  const stop = (kept: 'keep' | 'delete') => (): void => {
    void readings.stop(document, kept)
    onClose()
  }
  return (
    <Card title={t('stopReading.title', { title })} onClose={onClose} role="alertdialog">
      <p>{units.length === 0 ? t('stopReading.bodyStart') : t('stopReading.body', { where: unitsText(units, paginated) })}</p>
      <div className="card-end">
        <TextButton onPress={onClose} autoFocus>{t('stopReading.goOn')}</TextButton>
        <TextButton kind="bad" onPress={stop('delete')}>{t('stopReading.delete')}</TextButton>
        <TextButton kind="main" onPress={stop('keep')}>{t('stopReading.keep')}</TextButton>
      </div>
    </Card>
  )
}

const noUnits = [] as const
