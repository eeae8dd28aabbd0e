import { app, dialog, nativeTheme, type BrowserWindow } from 'electron'
import { createDialogs } from './dialogs'
import { failureOf } from './failures'
import type { Folders } from './folders'
import { installation } from './installation'
import { isOpen } from './import/item-list'
import { createGrants, createHandlers } from './ipc/handlers'
import { createEventHub } from './ipc/hub'
import { createPublisher, type Publish } from './ipc/publish'
import { serve } from './ipc/serve'
import type { Log } from './log'
import { installMenu } from './menu'
import { createReadingNotices } from './reading-notices'
import { openRuntime } from './runtime'
import type { Services } from './services'
import { openMainWindow } from './window'

const boundsKey = 'window'
/** The model is loaded ahead of the first question once the window has had its time to come up. */
const warmDelayMilliseconds = 1_500

/** The app with its window. A second start for the same data folder brings the first one's window to the front and ends. */
export async function runWindow({ folders, log }: { readonly folders: Folders; readonly log: Log }): Promise<void> {
  if (!app.requestSingleInstanceLock()) {
    process.stderr.write('Longleaf is already open for this library; its window comes to the front.\n')
    app.exit(0)
    return
  }
  await app.whenReady()
  let window: BrowserWindow | null = null
  const contents = () => window?.webContents ?? null
  const toPage = createPublisher(contents)
  const inside = createEventHub()
  const publish: Publish = (name, payload) => {
    inside.publish(name, payload)
    toPage(name, payload)
  }
  try {
    const services = await openRuntime({
      folders,
      log,
      publish,
      settingsChanged: (settings) => {
        nativeTheme.themeSource = settings.theme
      },
      modelOverride: null,
    })
    nativeTheme.themeSource = services.settings.read().theme
    nativeTheme.on('updated', () => publish('theme/changed', { dark: nativeTheme.shouldUseDarkColors }))

    const grants = createGrants()
    const dialogs = createDialogs(() => window)
    serve({ handlers: createHandlers({ services, dialogs, grants, samplePath: installation.sample }), caller: contents, onGrant: grants.add, log })
    installMenu({ platform: process.platform, packaged: app.isPackaged, command: (command) => publish('menu/command', { command }) })

    const notices = createReadingNotices({
      library: services.library,
      isInFront: () => window?.isFocused() === true,
      show: (document) => {
        focus(window, null)
        publish('document/wanted', { document })
      },
      log,
    })
    inside.listen('reading/changed', ({ readings }) => notices(readings))

    const open = async (): Promise<void> => {
      const bounds = (await services.library.readSettings())[boundsKey]
      window = openMainWindow({
        preload: installation.windowPreload,
        bounds,
        saveBounds: (next) => void services.library.writeSettings({ [boundsKey]: next }).catch((error: unknown) => log.write('warn', 'the place of the window was not stored', error)),
        log,
      })
      window.once('ready-to-show', () => services.imports.warm())
      window.on('closed', () => {
        window = null
        if (process.platform !== 'darwin') app.quit()
      })
    }
    app.on('second-instance', (_event, _args, _folder, data) => focus(window, data))
    app.on('activate', () => {
      if (window === null) void open()
    })
    closeBeforeQuit(services, log)
    goOnReading(services, log)
    await open()
    await services.imports.resume()
    setTimeout(() => warmEngine(services), warmDelayMilliseconds)
  } catch (error) {
    const failure = failureOf(error, log)
    dialog.showErrorBox('Longleaf could not open its library', failure.message)
    app.exit(1)
  }
}

/** A command that waits for the library must not pull the window to the front. */
function focus(window: BrowserWindow | null, data: unknown): void {
  if (window === null || (typeof data === 'object' && data !== null && 'command' in data)) return
  if (window.isMinimized()) window.restore()
  window.show()
  window.focus()
}

/** Reading a document takes every core and much memory: the model waits until it is done. */
function warmEngine(services: Services): void {
  const isReading = (): boolean => services.imports.list().some(isOpen)
  if (!isReading()) return loadModel(services)
  const stop = services.imports.onChange(() => {
    if (isReading()) return
    stop()
    loadModel(services)
  })
}

function loadModel(services: Services): void {
  void services.models
    .resolve(services.settings.read().model)
    .then((model) => services.engine.load(model.path))
    // Without a model the window says so by itself, and a failed load is told by the engine's status.
    .catch(() => undefined)
}

/** What was being read goes on once the model is there. */
function goOnReading({ engine, readings, settings }: Services, log: Log): void {
  const stop = engine.onStatus(({ state }) => {
    if (state !== 'ready') return
    stop()
    readings.wake(settings.read().goOnReading).catch((error: unknown) => log.write('warn', `readings: ${String(error)}`))
  })
}

/** Lets the running import and the database come to their end before the process goes; a second quit does not wait. */
function closeBeforeQuit(services: Services, log: Log): void {
  let closing = false
  app.on('window-all-closed', () => undefined)
  app.on('will-quit', (event) => {
    if (closing) return
    closing = true
    event.preventDefault()
    void services
      .close()
      .catch((error: unknown) => log.write('error', 'closing failed', error))
      .then(() => app.exit(0))
  })
}
