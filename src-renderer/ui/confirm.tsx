import type { ReactNode } from 'react'
import { TextButton } from './button'
import { Card } from './dialog'
import { t } from '../locales/words'

/** What can be done instead of leaving all as it is. */
interface Step {
  readonly name: string
  readonly kind: 'main' | 'bad'
  readonly run: () => void
}

interface ConfirmProps {
  readonly title: string
  readonly body: string
  /** Name of the safe button, which changes nothing and has the focus. */
  readonly safe: string
  readonly steps: readonly Step[]
  readonly onClose: () => void
}

/** Asks before something is lost. */
export function Confirm({ title, body, safe, steps, onClose }: ConfirmProps): ReactNode {
  const press = (run: () => void) => (): void => {
    run()
    onClose()
  }
  return (
    <Card title={title} onClose={onClose} role="alertdialog">
      <p>{body}</p>
      <div className="card-end">
        <TextButton onPress={onClose} autoFocus>{safe}</TextButton>
        {steps.map(({ name, kind, run }) => <TextButton key={name} kind={kind} onPress={press(run)}>{name}</TextButton>)}
      </div>
    </Card>
  )
}

interface ConfirmDeleteProps extends Pick<ConfirmProps, 'title' | 'body' | 'onClose'> {
  readonly onConfirm: () => void
}

export const ConfirmDelete = ({ onConfirm, ...card }: ConfirmDeleteProps): ReactNode => (
  <Confirm {...card} safe={t('common.cancel')} steps={[{ name: t('common.delete'), kind: 'bad', run: onConfirm }]} />
)
