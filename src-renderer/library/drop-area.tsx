import { useEffect, useState, type ReactNode } from 'react'
import { useActions } from '../ui/app-context'
import { Leaf } from '../ui/leaf'
import { t } from '../locales/words'
import './drop-area.css'

const carriesFiles = (event: DragEvent): boolean => event.dataTransfer?.types.includes('Files') ?? false

/** Files may be dropped anywhere on the window, or pasted. */
export function DropArea(): ReactNode {
  const [over, setOver] = useState(false)
  const actions = useActions()
  useEffect(() => {
    // Answered for every event of a drag: what comes under the pointer last may have been drawn while it stood still, and has been entered only.
    const drag = (event: DragEvent): void => {
      // Without this the window would go to the file that is dropped on it, or refuse it.
      event.preventDefault()
      setOver(carriesFiles(event))
      if (event.dataTransfer !== null) event.dataTransfer.dropEffect = carriesFiles(event) ? 'copy' : 'none'
    }
    const leave = (event: DragEvent): void => {
      if (event.relatedTarget === null) setOver(false)
    }
    const drop = (event: DragEvent): void => {
      event.preventDefault()
      setOver(false)
      void actions.library.addFiles([...(event.dataTransfer?.files ?? [])])
    }
    const paste = (event: ClipboardEvent): void => {
      const files = [...(event.clipboardData?.files ?? [])]
      if (files.length === 0) return
      event.preventDefault()
      void actions.library.addFiles(files)
    }
    window.addEventListener('dragenter', drag)
    window.addEventListener('dragleave', leave)
    window.addEventListener('dragover', drag)
    window.addEventListener('drop', drop)
    window.addEventListener('paste', paste)
    return () => {
      window.removeEventListener('dragenter', drag)
      window.removeEventListener('dragleave', leave)
      window.removeEventListener('dragover', drag)
      window.removeEventListener('drop', drop)
      window.removeEventListener('paste', paste)
    }
  }, [actions])
  if (!over) return null
  return (
    <div className="drop-area" aria-hidden>
      <div className="drop-card">
        <Leaf />
        <strong>{t('drop.title')}</strong>
        <span>{t('drop.hint')}</span>
      </div>
    </div>
  )
}
