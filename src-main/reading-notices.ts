import { Notification } from 'electron'
import type { DocumentId } from './contract/document'
import type { DocumentReading } from './contract/reading'
import type { Library } from './library/library'
import type { Log } from './log'
import { createEndWatch, endNotice } from './reading/end-notice'

export interface ReadingNoticesWorld {
  readonly library: Pick<Library, 'find'>
  /** Whether the person looks at the window: then it says all by itself. */
  readonly isInFront: () => boolean
  /** Brings the window to the front with the document in it. */
  readonly show: (document: DocumentId) => void
  readonly log: Log
}

/** Says by the system's notifications that a reading has ended, where the window is not in front. */
export function createReadingNotices({ library, isInFront, show, log }: ReadingNoticesWorld): (readings: readonly DocumentReading[]) => void {
  const ends = createEndWatch()
  // The system keeps the last word on a notification only as long as somebody holds it.
  const shown = new Set<Notification>()
  const tell = async (reading: DocumentReading): Promise<void> => {
    const { title, body } = endNotice(reading, (await library.find(reading.document))?.title ?? '')
    const notification = new Notification({ title, body })
    notification.on('click', () => show(reading.document))
    notification.on('close', () => shown.delete(notification))
    shown.add(notification)
    notification.show()
  }
  return (readings) => {
    for (const reading of ends.hear(readings)) {
      if (isInFront() || !Notification.isSupported()) continue
      tell(reading).catch((error: unknown) => log.write('warn', `notification: ${String(error)}`))
    }
  }
}
