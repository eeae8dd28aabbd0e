import { useCallback, type ReactNode } from 'react'
import { ChooseDialog } from '../library/choose-dialog'
import { PasswordDialog } from '../library/password-dialog'
import { ReadDialog } from '../library/read-dialog'
import { StopReadingDialog } from '../library/stop-reading-dialog'
import { BringModelDialog } from '../settings/bring-model-dialog'
import { LicenceDialog } from '../settings/licence-dialog'
import { SettingsDialog } from '../settings/settings'
import { useActions, useApp, useDispatch } from '../ui/app-context'
import { ConfirmDelete } from '../ui/confirm'
import { Palette } from '../ui/palette'
import { t } from '../locales/words'

/** The dialog that is open, if any: one at a time. */
export function Dialogs(): ReactNode {
  const dialog = useApp((state) => state.layout.dialog)
  const dispatch = useDispatch()
  const actions = useActions()
  const close = useCallback(() => dispatch({ kind: 'dialog-closed' }), [dispatch])
  const toSettings = useCallback(() => dispatch({ kind: 'dialog-opened', dialog: { kind: 'settings' } }), [dispatch])
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
    case 'read':
      return <ReadDialog key={dialog.document} document={dialog.document} title={dialog.title} onClose={close} />
    case 'stop-reading':
      return <StopReadingDialog document={dialog.document} title={dialog.title} onClose={close} />
    case 'forget-reading':
      return <ConfirmDelete title={t('delete.readingTitle', { title: dialog.title })} body={t('delete.readingBody')} onClose={close} onConfirm={() => void actions.readings.forget(dialog.document)} />
    case 'licence':
      return <LicenceDialog licence={dialog.licence} model={dialog.model} title={dialog.title} onClose={toSettings} />
    case 'bring-model':
      return <BringModelDialog file={dialog.file} onClose={toSettings} />
    case 'delete-model':
      return <ConfirmDelete title={t('delete.modelTitle', { title: dialog.title })} body={t('delete.modelBody')} onClose={toSettings} onConfirm={() => void actions.models.remove(dialog.model)} />
    case 'delete-reading':
      return <ConfirmDelete title={t('delete.readingTitle', { title: dialog.title })} body={t('delete.readingBody')} onClose={toSettings} onConfirm={() => void actions.readings.remove(dialog.reading)} />
    case 'delete-document':
      return <ConfirmDelete title={t('delete.documentTitle', { title: dialog.title })} body={t('delete.documentBody')} onClose={close} onConfirm={() => void actions.library.remove(dialog.document)} />
    case 'delete-conversation':
      return <ConfirmDelete title={t('delete.conversationTitle', { title: dialog.title })} body={t('delete.conversationBody')} onClose={close} onConfirm={() => void actions.conversation.remove(dialog.conversation)} />
  }
}
