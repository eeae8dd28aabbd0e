import { useEffect, useState, type FormEvent, type ReactNode } from 'react'
import { Input, Label, TextField } from 'react-aria-components'
import type { ImportId, ImportItem } from '../../src-main/contract/imports'
import { useActions, useApp } from '../ui/app-context'
import { TextButton } from '../ui/button'
import { Card } from '../ui/dialog'
import { t } from '../locales/words'

interface PasswordDialogProps {
  readonly item: ImportId
  readonly fileName: string
  readonly onClose: () => void
}

/** A password that was sent is being tried until the file asks again or shows a page. */
const isTried = (item: ImportItem | undefined): boolean => item?.state === 'queued' || (item?.state === 'importing' && item.unitsTotal === 0)

/** Asks for the password of a document; stays open and says so where it was wrong. */
export function PasswordDialog({ item, fileName, onClose }: PasswordDialogProps): ReactNode {
  const [password, setPassword] = useState('')
  const [sent, setSent] = useState(false)
  const current = useApp((state) => state.library.imports.find((tracked) => tracked.item.id === item)?.item)
  const actions = useActions()
  const asks = current?.state === 'needs-password'
  const trying = sent && isTried(current)
  const opened = sent && !asks && !trying
  const wrong = asks && current.failure?.kind === 'password-wrong'
  useEffect(() => {
    if (opened) onClose()
  }, [opened, onClose])
  const send = async (event: FormEvent): Promise<void> => {
    event.preventDefault()
    await actions.library.unlock(item, password)
    setSent(true)
    setPassword('')
  }
  return (
    <Card title={t('password.title')} onClose={onClose}>
      <p>{t('password.body', { name: fileName })}</p>
      <form onSubmit={(event) => void send(event)}>
        <TextField className="labelled" value={password} onChange={setPassword} type="password" validationBehavior="aria" autoFocus isInvalid={wrong}>
          <Label>{t('password.label')}</Label>
          <div className="field"><Input autoComplete="off" /></div>
          {wrong && <span className="field-error" role="alert">{t('password.wrong')}</span>}
          {trying && <span className="soft" role="status">{t('password.trying')}</span>}
        </TextField>
        <div className="card-end">
          <TextButton onPress={onClose}>{t('common.cancel')}</TextButton>
          <TextButton kind="main" type="submit" isDisabled={password === '' || trying}>{t('password.open')}</TextButton>
        </div>
      </form>
    </Card>
  )
}
