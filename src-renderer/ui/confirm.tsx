import type { ReactNode } from 'react'
import { TextButton } from './button'
import { Card } from './dialog'
import { t } from '../locales/words'

interface ConfirmProps {
  readonly title: string
  readonly body: string
  readonly onConfirm: () => void
  readonly onClose: () => void
}

/** Asks before something is deleted; the safe button has the focus. */
export function Confirm({ title, body, onConfirm, onClose }: ConfirmProps): ReactNode {
  const confirm = (): void => {
    onConfirm()
    onClose()
  }
  return (
    <Card title={title} onClose={onClose} role="alertdialog">
      <p>{body}</p>
      <div className="card-end">
        <TextButton onPress={onClose} autoFocus>{t('common.cancel')}</TextButton>
        <TextButton kind="bad" onPress={confirm}>{t('common.delete')}</TextButton>
      </div>
    </Card>
  )
}
