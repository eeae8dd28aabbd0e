import { useCallback, type ReactNode } from 'react'
import { ChooseDialog } from '../library/choose-dialog'
import { PasswordDialog } from '../library/password-dialog'
import { SettingsDialog } from '../settings/settings'
import { useActions, useApp, useDispatch } from '../ui/app-context'
import { Confirm } from '../ui/confirm'
import { Palette } from '../ui/palette'
import { t } from '../locales/words'

/** The dialog that is open, if any: one at a time. */
export function Dialogs(): ReactNode {
  const dialog = useApp((state) => state.layout.dialog)
  const dispatch = useDispatch()
  const actions = useActions()
  const close = useCallback(() => dispatch({ kind: 'dialog-closed' }), [dispatch])
  switch (dialog?.kind) {
    case undefined:
      return null
    case 'palette':
      return <Palette onClose={close} />
    case 'settings':
      return <SettingsDialog onClose={close} />
    case 'choose-documents':
      return <ChooseDialog onClose={close} />
    case 'password':
      return <PasswordDialog key={dialog.item} item={dialog.item} fileName={dialog.fileName} onClose={close} />
    case 'delete-document':
      return <Confirm title={t('delete.documentTitle', { title: dialog.title })} body={t('delete.documentBody')} onClose={close} onConfirm={() => void actions.library.remove(dialog.document)} />
    case 'delete-conversation':
      return <Confirm title={t('delete.conversationTitle', { title: dialog.title })} body={t('delete.conversationBody')} onClose={close} onConfirm={() => void actions.conversation.remove(dialog.conversation)} />
  }
}
