import { mkdir } from 'node:fs/promises'
import { homedir, totalmem } from 'node:os'
import { setTimeout as delay } from 'node:timers/promises'
import { createAsker, type Asker } from './ask/asker'
import type { AskWorld } from './ask/world'
import type { ConversationId } from './contract/answer'
import type { DocumentId } from './contract/document'
import { createEngineHost, type EngineHost } from './engine-host/host'
import type { EngineProcess } from './engine-host/process-keeper'
import type { Folders } from './folders'
import { describeComputer } from './forecast/computer'
import { costOf, tokensReadIn } from './forecast/forecast'
import { createForecaster, type Forecaster } from './forecast/forecaster'
import { openSpeeds } from './forecast/speeds'
import { openThreads } from './forecast/threads'
import { createImports, type Imports } from './import/imports'
import { createIngestHost, type IngestPage } from './import/ingest-host'
import { openStoredFiles, type StoredFiles } from './import/stored-files'
import type { Publish } from './ipc/publish'
import type { Library, OpenLibrary } from './library/library'
import type { Log } from './log'
import { createEvidenceHeads } from './models/evidence-heads'
import { modelFolders } from './models/folders'
import { freeBytesAt, memoryBytes } from './models/computer'
import { openLicences } from './models/licences'
import { openModels, type Models } from './models/models'
import { chooseProxy } from './models/proxy'
import type { Settings } from './contract/settings'
import { createReadingChooser, type ReadingChooser } from './reading/chooser'
import { textsToRead } from './reading/reader'
import { createReadings, type Readings } from './reading/readings'
import type { ComputerState } from './reading/strain'
import { openSettings, type SettingsStore } from './settings/settings'

/** Everything that the window and the command line work with. */
export interface Services {
  readonly library: Library
  readonly files: StoredFiles
  readonly imports: Imports
  readonly engine: EngineHost
  readonly models: Models
  readonly settings: SettingsStore
  readonly asker: Asker
  readonly forecaster: Forecaster
  readonly readings: Readings
  readonly readingChooser: ReadingChooser
  /** Removes a document, its stored file and its place in the queue. */
  deleteDocument(document: DocumentId): Promise<void>
  /** Removes a conversation and what is kept of it. */
  deleteConversation(conversation: ConversationId): Promise<void>
  close(): Promise<void>
}

export interface ServicesWorld {
  readonly folders: Folders
  readonly publish: Publish
  readonly log: Log
  /** Of the app. */
  readonly version: string
  readonly openLibrary: OpenLibrary
  readonly openIngestPage: () => IngestPage
  readonly issueSource: (path: string) => string
  readonly spawnEngine: () => EngineProcess
  /** How the computer is now. */
  readonly computer: () => ComputerState
  readonly settingsChanged: (settings: Settings) => void
  /** The proxies that the system's own settings ask for, as Chromium writes them. */
  readonly systemProxy: (url: string) => Promise<string>
  /** Where the texts of licences lie. */
  readonly licencesFolder: string
  /** Name or file of the model that answers instead of the chosen one. */
  readonly modelOverride: string | null
}

/** Ends early, without an error, where the signal says so. */
const waitFor = (milliseconds: number, signal: AbortSignal): Promise<void> => delay(milliseconds, undefined, { signal }).catch(() => undefined)

/** Opens the library and puts together what works on it; nothing is started yet. Rejects where the library cannot be opened. */
export async function openServices(world: ServicesWorld): Promise<Services> {
  const { folders, publish, log } = world
  await mkdir(folders.data, { recursive: true })
  const library = await world.openLibrary(folders.data)
  const files = openStoredFiles(folders)
  // This process alone has the library open: whatever lies about is of one that was killed.
  await files.tidy((await library.queue()).map((item) => item.path))
  const settings = await openSettings(library, (now, { model, device, readingQuotaBytes }) => {
    world.settingsChanged(now)
    readings.settingsChanged()
    if (model !== undefined || device !== undefined) readings.modelChanged().catch((error: unknown) => log.write('warn', `readings: ${String(error)}`))
    if (readingQuotaBytes !== undefined) readings.quotaChanged().catch((error: unknown) => log.write('warn', `readings: ${String(error)}`))
  })
  const ingest = createIngestHost({ openPage: world.openIngestPage, issueSource: world.issueSource, log })
  const imports = createImports({ library, files, ingest, publish, log })
  const measured = { library, computer: () => describeComputer(world.version) }
  const engine = createEngineHost({
    spawn: world.spawnEngine, describe: (path) => models.describe(path), devices: settings, threads: openThreads(measured), log, now: () => performance.now(),
  })
  const models: Models = await openModels({
    folders: modelFolders({ env: process.env, platform: process.platform, home: homedir() }, folders.models),
    ownFolder: folders.models,
    engine,
    licences: await openLicences({ library, folder: world.licencesFolder, now: () => new Date() }),
    network: { proxyFor: (url) => chooseProxy(url, process.env, world.systemProxy) },
    computer: { memoryBytes, freeBytes: () => freeBytesAt(folders.models) },
    mirror: () => settings.read().mirror,
    env: process.env,
    onDownload: (name, download) => publish('model/download', { name, download }),
    onCopy: (name, copy) => publish('model/copy', { name, copy }),
    onChange: () => publish('model/changed', {}),
    wait: waitFor,
    now: () => performance.now(),
  })
  const evidenceHeads = createEvidenceHeads(engine, folders.models)
  engine.onStatus((status) => {
    publish('engine/changed', { status })
    // Where it fails, citations rest on words alone, as before; the next start tries again.
    if (status.state === 'ready' && engine.facts !== null) evidenceHeads.learn(engine.facts).catch((error: unknown) => log.write('warn', `calibration: ${String(error)}`))
  })
  const chosenModel = () => models.resolve(world.modelOverride ?? settings.read().model)
  const speeds = openSpeeds({ ...measured, engine })
  const readable: AskWorld['readable'] = async (facts, seconds, signal) => tokensReadIn(seconds, costOf(await speeds.of(facts, signal), false))
  const readingPlace: AskWorld['readingPlace'] = (document, conversation) =>
    ({ folder: folders.readings, document, conversation: { id: conversation, room: readings.room() } })
  const asker = createAsker({
    library, engine, chosenModel, readable, evidenceHeads: (facts) => evidenceHeads.of(facts), readingPlace, publish, now: () => new Date(),
    readingOf: (document) => readings.of(document).catch((error: unknown) => {
      log.write('warn', `readings: ${String(error)}`)
      return null
    }),
    setAside: (document, why) => void readings.setAside(document, why).catch((error: unknown) => log.write('warn', `readings: ${String(error)}`)),
  })
  const forecaster = createForecaster({
    textsToRead: (document) => textsToRead(library, document), engine, chosenModel, speeds, computerBytes: totalmem(), settings: () => settings.read(),
  })
  const readings: Readings = createReadings({
    library, engine, folder: folders.readings, chosenModel, settings: () => settings.read(), computer: world.computer, publish,
    log, now: () => performance.now(),
  })
  const readingChooser = createReadingChooser({ library, engine, chosenModel, speeds, settings: () => settings.read(), models: () => models.list() })
  return {
    library,
    files,
    imports,
    engine,
    models,
    settings,
    asker,
    forecaster,
    readings,
    readingChooser,
    async deleteDocument(document) {
      await library.delete(document)
      await readings.forget(document).catch((error: unknown) => log.write('warn', `readings: ${String(error)}`))
      await files.remove(document)
      await imports.forget(document)
      publish('library/changed', { documents: [document] })
    },
    async deleteConversation(conversation) {
      await library.deleteConversation(conversation)
      await readings.forgetConversation().catch((error: unknown) => log.write('warn', `readings: ${String(error)}`))
    },
    async close() {
      await readings.close()
      await models.close()
      await imports.close()
      engine.close()
      await library.close()
    },
  }
}
