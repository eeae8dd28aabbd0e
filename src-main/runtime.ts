import { app, powerSaveBlocker, session } from 'electron'
import { coverRoute, documentRoute } from './app-routes'
import { computerState } from './computer-state'
import type { Settings } from './contract/settings'
import { spawnEngine } from './engine-host/spawn'
import type { Folders } from './folders'
import { openIngestWindow } from './import/ingest-window'
import { createSourceTokens } from './import/source-tokens'
import { installation } from './installation'
import { createEventHub } from './ipc/hub'
import type { Publish } from './ipc/publish'
import { openLibrary } from './library/open'
import type { Log } from './log'
import { folderRoute, serveApp } from './protocol'
import { createKeepAwake } from './reading/keep-awake'
import { hardenSession } from './security'
import { openServices, type Services } from './services'

export interface RuntimeOptions {
  readonly folders: Folders
  readonly log: Log
  readonly publish: Publish
  readonly settingsChanged: (settings: Settings) => void
  readonly modelOverride: string | null
}

/**
 * What the window and the command line have in common: two sessions and the services. The window's session reaches its own pages and
 * the stored documents; the ingest page's reaches its own pages and the one file that it is to read.
 */
export async function openRuntime(options: RuntimeOptions): Promise<Services> {
  const { folders, log } = options
  let services: Services | null = null
  const pages = folderRoute(installation.renderer)

  hardenSession(session.defaultSession, log)
  const routes = { document: documentRoute(() => services?.files ?? null), cover: coverRoute(() => services?.library ?? null) }
  serveApp(session.defaultSession.protocol, routes, pages, log)

  const ingestSession = session.fromPartition('ingest', { cache: false })
  const sources = createSourceTokens()
  hardenSession(ingestSession, log)
  serveApp(ingestSession.protocol, { source: sources.route }, pages, log)

  const inside = createEventHub()
  const keepAwake = createKeepAwake({ isOnBattery: () => computerState().onBattery, preventSleep })
  inside.listen('reading/changed', ({ readings }) => keepAwake(readings))

  services = await openServices({
    folders,
    log,
    version: app.getVersion(),
    publish(name, payload) {
      inside.publish(name, payload)
      options.publish(name, payload)
    },
    openLibrary,
    openIngestPage: () => openIngestWindow(ingestSession, installation.ingestPreload),
    issueSource: sources.issue,
    spawnEngine: () => spawnEngine(installation.engine, log),
    systemProxy: (url) => session.defaultSession.resolveProxy(url),
    licencesFolder: installation.licences,
    computer: computerState,
    settingsChanged: options.settingsChanged,
    modelOverride: options.modelOverride,
  })
  return services
}

function preventSleep(): () => void {
  const id = powerSaveBlocker.start('prevent-app-suspension')
  return () => void powerSaveBlocker.stop(id)
}
