import type { WebContents } from 'electron'
import type { EventName, Events } from '../contract/events'
import { eventChannel } from './channels'

export type Publish = <Name extends EventName>(name: Name, payload: Events[Name]) => void

/** The one place where main speaks to a window; what is said while there is no window is not kept: a new window asks. */
export const createPublisher = (listener: () => WebContents | null): Publish => (name, payload) => {
  const contents = listener()
  if (contents !== null && !contents.isDestroyed()) contents.send(eventChannel, name, payload)
}
