import type { ReactNode } from 'react'
import { ProgressBar } from '../ui/bar'
import { TextButton } from '../ui/button'
import { t } from '../locales/words'
import './read-dialog.css'

interface UnansweredProps {
  /** What is being found out. */
  readonly asking: string
  /** Why it could not be found out; null while that is under way. */
  readonly trouble: string | null
  readonly onClose: () => void
}

/** The inside of a dialog whose figures are not there yet, or cannot be had. */
export function Unanswered({ asking, trouble, onClose }: UnansweredProps): ReactNode {
  return (
    <>
      {trouble === null && <ProgressBar label={asking} fraction={null} />}
      {trouble === null ? <p className="forecast-note" role="status">{asking}</p> : <p role="alert">{trouble}</p>}
      <div className="card-end"><TextButton onPress={onClose} autoFocus>{t('common.close')}</TextButton></div>
    </>
  )
}
