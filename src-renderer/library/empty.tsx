import { FolderOpen } from 'lucide-react'
import type { ReactNode } from 'react'
import { useActions } from '../ui/app-context'
import { TextButton } from '../ui/button'
import { Leaf } from '../ui/leaf'
import { t } from '../locales/words'
import './empty.css'

/** The first window: one click to a document of your own, one to the sample. @param children what is under way meanwhile */
export function Empty({ children }: { readonly children: ReactNode }): ReactNode {
  const actions = useActions()
  return (
    <main className="empty">
      <div className="empty-drop">
        <Leaf />
        <h1>{t('empty.title')}</h1>
        <p>{t('app.tagline')}</p>
        <div className="empty-two">
          <TextButton kind="main" onPress={() => void actions.library.choose()}><FolderOpen aria-hidden /> {t('empty.open')}</TextButton>
          <TextButton onPress={() => void actions.library.addSample()}>{t('empty.sample')}</TextButton>
        </div>
      </div>
      <small>{t('empty.note')}</small>
      <div className="empty-work">{children}</div>
    </main>
  )
}
