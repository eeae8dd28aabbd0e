import { KeyRound } from 'lucide-react'
import type { ReactNode } from 'react'
import type { ImportId } from '../../src-main/contract/imports'
import { useDispatch } from '../ui/app-context'
import { IconButton } from '../ui/button'
import { t } from '../locales/words'

/** Asks for the password of a document that opens with one only. */
export function Unlock({ item, fileName }: { readonly item: ImportId; readonly fileName: string }): ReactNode {
  const dispatch = useDispatch()
  const ask = (): void => dispatch({ kind: 'dialog-opened', dialog: { kind: 'password', item, fileName } })
  return <IconButton isTabStop={false} className="document-action" name={t('library.enterPassword')} small onPress={ask}><KeyRound aria-hidden /></IconButton>
}
