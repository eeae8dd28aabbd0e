import { X } from 'lucide-react'
import { useEffect, type ReactNode } from 'react'
import type { Notice } from '../state/app'
import { useApp, useDispatch } from './app-context'
import { IconButton } from './button'
import { t } from '../locales/words'
import './notices.css'

const plainMilliseconds = 6_000
const badMilliseconds = 15_000

/** Messages that go away by themselves, and what only screen readers hear. */
export function Notices(): ReactNode {
  const notices = useApp((state) => state.notices)
  const announcement = useApp((state) => state.announcement)
  return (
    <>
      <div className="notices" role="status" aria-live="polite">
        {notices.map((notice) => <NoticeLine key={notice.id} notice={notice} />)}
      </div>
      <div className="hidden-text" role="log" aria-live="polite">{announcement}</div>
    </>
  )
}

function NoticeLine({ notice }: { readonly notice: Notice }): ReactNode {
  const dispatch = useDispatch()
  const { id, tone } = notice
  useEffect(() => {
    const timer = setTimeout(() => dispatch({ kind: 'notice-gone', id }), tone === 'bad' ? badMilliseconds : plainMilliseconds)
    return () => clearTimeout(timer)
  }, [dispatch, id, tone])
  return (
    <div className={`notice-line notice-line-${tone}`}>
      <span className="grow selectable">{notice.text}</span>
      <IconButton name={t('common.close')} small onPress={() => dispatch({ kind: 'notice-gone', id })}><X aria-hidden /></IconButton>
    </div>
  )
}
