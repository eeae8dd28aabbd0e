import type { RunningApp } from './app'

interface Caught {
  readonly title: string
  readonly body: string
  click(): void
}

interface Catching {
  caughtNotifications: Caught[]
}

/** From here on the app's notifications are kept instead of shown: a test's display has nobody who would show them. */
export async function catchNotifications({ electron }: RunningApp): Promise<void> {
  await electron.evaluate(async ({ Notification }) => {
    const caught: Caught[] = []
    Object.assign(globalThis, { caughtNotifications: caught } satisfies Catching)
    Notification.isSupported = () => true
    Notification.prototype.show = function show(this: InstanceType<typeof Notification>) {
      caught.push({ title: this.title, body: this.body, click: () => void this.emit('click') })
    }
  })
}

/** Clicks the notification that came first, and takes it away; null where none has come. */
export const clickNotification = ({ electron }: RunningApp): Promise<Pick<Caught, 'title' | 'body'> | null> => electron.evaluate(async () => {
  const first = (globalThis as unknown as Catching).caughtNotifications.shift()
  if (first === undefined) return null
  first.click()
  return { title: first.title, body: first.body }
})
