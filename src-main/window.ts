import { BrowserWindow, nativeTheme, screen } from 'electron'
import type { Log } from './log'
import { pagePreferences } from './security'
import { placeWindow, smallest, type WindowBounds } from './window-bounds'

export interface MainWindowOptions {
  readonly preload: string
  /** As they were stored, unchecked. */
  readonly bounds: unknown
  readonly saveBounds: (bounds: WindowBounds) => void
  readonly log: Log
}

/** The paper behind the page until it is painted: `--paper` of each theme. */
const paper = { light: '#f7f5f0', dark: '#1d1b18' } as const
const saveDelayMilliseconds = 400
const reloadsMax = 3
const reloadWindowMilliseconds = 60_000

/** The one window with a bridge to main. It is shown once its first frame is painted, and comes back by itself after its renderer dies. */
export function openMainWindow(options: MainWindowOptions): BrowserWindow {
  const place = placeWindow(options.bounds, [screen.getPrimaryDisplay(), ...screen.getAllDisplays()].map((display) => display.workArea))
  const window = new BrowserWindow({
    ...place.rectangle,
    minWidth: smallest.width,
    minHeight: smallest.height,
    show: false,
    title: 'Longleaf',
    backgroundColor: nativeTheme.shouldUseDarkColors ? paper.dark : paper.light,
    webPreferences: pagePreferences(options.preload),
  })
  if (place.maximised) window.maximize()
  window.once('ready-to-show', () => window.show())
  rememberBounds(window, options.saveBounds)
  recoverFromCrashes(window, options.log)
  // A load that fails shows in the log and in an empty window; there is nothing to tell it to.
  window.loadURL('app://longleaf/index.html').catch((error: unknown) => options.log.write('error', 'the window did not load', error))
  return window
}

function rememberBounds(window: BrowserWindow, save: (bounds: WindowBounds) => void): void {
  let timer: NodeJS.Timeout | undefined
  const now = (): void => {
    clearTimeout(timer)
    if (!window.isDestroyed() && !window.isMinimized()) save({ rectangle: window.getNormalBounds(), maximised: window.isMaximized() })
  }
  const soon = (): void => {
    clearTimeout(timer)
    timer = setTimeout(now, saveDelayMilliseconds)
  }
  window.on('resize', soon)
  window.on('move', soon)
  window.on('close', now)
}

function recoverFromCrashes(window: BrowserWindow, log: Log): void {
  let reloads: readonly number[] = []
  window.webContents.on('render-process-gone', (_event, details) => {
    if (details.reason === 'clean-exit') return
    const now = performance.now()
    reloads = [...reloads.filter((at) => now - at < reloadWindowMilliseconds), now]
    log.write('error', `the window's renderer is gone: ${details.reason}`)
    if (reloads.length <= reloadsMax && !window.isDestroyed()) window.webContents.reload()
  })
}
