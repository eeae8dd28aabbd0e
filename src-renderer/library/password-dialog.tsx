import { useState, type FormEvent, type ReactNode } from 'react'
import { Input, Label, TextField } from 'react-aria-components'
import type { ImportId } from '../../src-main/contract/imports'
import { useActions, useApp } from '../ui/app-context'
import { TextButton } from '../ui/button'
import { Card } from '../ui/dialog'
import { t } from '../ui/words'

interface PasswordDialogProps {
  readonly item: ImportId
  readonly fileName: string
  readonly onClose: () => void
}

/** Asks for the password of a document; stays open and says so where it was wrong. */
export function PasswordDialog({ item, fileName, onClose }: PasswordDialogProps): ReactNode {
  const [password, setPassword] = useState('')
  const [tried, setTried] = useState(false)
  const current = useApp((state) => state.library.imports.find((tracked) => tracked.item.id === item)?.item)
  const actions = useActions()
  const wrong = current?.state === 'needs-password' && (tried || current.failure?.kind === 'password-wrong')
  const send = async (event: FormEvent): Promise<void> => {
    event.preventDefault()
    await actions.library.unlock(item, password)
    setTried(true)
    setPassword('')
  }
  // Unlocked (or gone): there is nothing to ask any more.
  if (tried && current?.state !== 'needs-password') return <Unlocked onClose={onClose} />
  return (
    <Card title={t('password.title')} onClose={onClose}>
      <p>{t('password.body', { name: fileName })}</p>
      <form onSubmit={(event) => void send(event)}>
        <TextField className="labelled" value={password} onChange={setPassword} type="password" autoFocus isInvalid={wrong}>
          <Label>{t('password.label')}</Label>
          <div className="field"><Input autoComplete="off" /></div>
          {wrong && <span className="field-error" role="alert">{t('password.wrong')}</span>}
        </TextField>
        <div className="card-end">
          <TextButton onPress={onClose}>{t('common.cancel')}</TextButton>
          <TextButton kind="main" type="submit" isDisabled={password === ''}>{t('password.open')}</TextButton>
        </div>
      </form>
    </Card>
  )
}

function Unlocked({ onClose }: { readonly onClose: () => void }): ReactNode {
  queueMicrotask(onClose)
  return null
}
