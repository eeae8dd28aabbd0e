import { app, type Session } from 'electron'
import type { Log } from './log'

/** Switches for Chromium, set before the app is ready: nothing of it fetches, reports or resolves by itself. */
export function quietChromium(): void {
  for (const name of ['disable-background-networking', 'disable-component-update', 'disable-domain-reliability', 'no-pings', 'disable-breakpad']) app.commandLine.appendSwitch(name)
  app.commandLine.appendSwitch('host-resolver-rules', 'MAP * ~NOTFOUND')
}

const ownSchemes = app.isPackaged ? ['app:', 'blob:', 'data:'] : ['app:', 'blob:', 'data:', 'devtools:']

/** Whether a page may load this address at all. */
export const mayLoad = (url: string, schemes: readonly string[] = ownSchemes): boolean => URL.canParse(url) && schemes.includes(new URL(url).protocol)

/** Refuses every permission, every request that is not to the app itself, every download and every dictionary. */
export function hardenSession(session: Session, log: Log): void {
  session.setPermissionRequestHandler((_contents, permission, callback) => {
    log.write('warn', `permission refused: ${permission}`)
    callback(false)
  })
  session.setPermissionCheckHandler(() => false)
  session.setDevicePermissionHandler(() => false)
  session.setDisplayMediaRequestHandler((_request, callback) => callback({}))
  session.webRequest.onBeforeRequest((details, callback) => {
    const cancel = !mayLoad(details.url)
    if (cancel) log.write('warn', `request refused: ${details.resourceType} ${details.url.split(':', 1)[0] ?? ''}`)
    callback({ cancel })
  })
  session.on('will-download', (event) => event.preventDefault())
  session.setSpellCheckerEnabled(false)
}

/** Refuses, in every page that ever comes to be: going elsewhere, opening windows, embedding web views. */
export function hardenContents(log: Log): void {
  app.on('web-contents-created', (_event, contents) => {
    const refuse = (event: { preventDefault(): void }): void => {
      log.write('warn', 'navigation refused')
      event.preventDefault()
    }
    contents.on('will-navigate', refuse)
    contents.on('will-frame-navigate', refuse)
    contents.on('will-redirect', refuse)
    contents.on('will-attach-webview', refuse)
    contents.setWindowOpenHandler(() => ({ action: 'deny' }))
  })
}

/** The same for every window; written out, never spread from a value that came from elsewhere. */
export const pagePreferences = (preload: string): Electron.WebPreferences => ({
  preload,
  sandbox: true,
  contextIsolation: true,
  nodeIntegration: false,
  nodeIntegrationInWorker: false,
  nodeIntegrationInSubFrames: false,
  webSecurity: true,
  allowRunningInsecureContent: false,
  experimentalFeatures: false,
  webviewTag: false,
  navigateOnDragDrop: false,
  spellcheck: false,
  devTools: !app.isPackaged,
})
