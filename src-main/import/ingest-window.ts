import { BrowserWindow, MessageChannelMain, type Session, type WebContents } from 'electron'
import { pagePreferences } from '../security'
import type { IngestPage } from './ingest-host'

/** What `preload-ingest.ts` listens on; the page hears nothing else from main. */
const ingestPortChannel = 'longleaf:ingest-port'

/** A hidden, sandboxed window without a bridge, in a session of its own that can reach the page's files and the one document it is to read. */
export function openIngestWindow(session: Session, preload: string): IngestPage {
  const webPreferences = { ...pagePreferences(preload), session, backgroundThrottling: false }
  const window = new BrowserWindow({ show: false, width: 320, height: 240, webPreferences })
  const { port1, port2 } = new MessageChannelMain()
  const { webContents } = window
  webContents.once('did-finish-load', () => webContents.postMessage(ingestPortChannel, null, [port2]))
  port1.start()
  void window.loadURL('app://longleaf/ingest.html').catch(() => undefined)
  return {
    send: (request) => port1.postMessage(request),
    onMessage: (listener) => port1.on('message', (event) => listener(event.data)),
    onGone(listener) {
      webContents.once('render-process-gone', listener)
      webContents.once('did-fail-load', listener)
    },
    destroy() {
      webContents.removeAllListeners('render-process-gone')
      port1.close()
      endRenderer(webContents)
      if (!window.isDestroyed()) window.destroy()
    },
  }
}

/** A page that hangs does not hear that its window is closed: its process would go on, and the next window would be given the same one. */
function endRenderer(contents: WebContents): void {
  const pid = contents.isDestroyed() ? 0 : contents.getOSProcessId()
  if (pid === 0) return
  try {
    process.kill(pid, 'SIGKILL')
  } catch {
    // It ended by itself in the meantime.
  }
}
