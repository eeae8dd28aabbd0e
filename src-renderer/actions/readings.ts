import type { DocumentId } from '../../src-main/contract/document'
import type { Result } from '../../src-main/contract/failure'
import type { Forecast } from '../../src-main/contract/forecast'
import type { DocumentReading, ReadingChoices, ReadingScope, ReadingShelf } from '../../src-main/contract/reading'
import { t } from '../locales/words'
import { ask, askOrTell, tell, type World } from './world'

export interface ReadingActions {
  readonly refresh: () => Promise<void>
  /** Hears how documents stand now. */
  readonly hear: (readings: readonly DocumentReading[]) => void
  readonly forecast: (document: DocumentId) => Promise<Result<Forecast>>
  readonly choices: (document: DocumentId) => Promise<Result<ReadingChoices>>
  readonly start: (document: DocumentId, scope: ReadingScope) => Promise<void>
  readonly pause: (document: DocumentId) => Promise<void>
  readonly resume: (document: DocumentId) => Promise<void>
  /** Takes it out of the queue; what was read is kept, or deleted. */
  readonly stop: (document: DocumentId, kept: 'keep' | 'delete') => Promise<void>
  /** Deletes what was read last of a document. */
  readonly forget: (document: DocumentId) => Promise<void>
  readonly shelf: () => Promise<ReadingShelf | null>
  readonly remove: (reading: string) => Promise<void>
}

export function readingActions(world: World): ReadingActions {
  const { store } = world
  const shelf = async (): Promise<ReadingShelf | null> => (await askOrTell(world, 'reading/list'))?.value ?? null
  const refresh = async (): Promise<void> => {
    const listed = await ask(world, 'reading/states')
    if (listed.ok) store.dispatch({ kind: 'readings-listed', readings: listed.value })
  }
  const remove = async (reading: string): Promise<void> => {
    if ((await askOrTell(world, 'reading/delete', reading)) !== null) await refresh()
  }
  const forget = async (document: DocumentId): Promise<void> => {
    // The last used stands first: that of the chosen model.
    const last = (await shelf())?.readings.find((reading) => reading.document === document)
    if (last !== undefined) await remove(last.id)
  }
  return {
    refresh,
    hear: (readings) => hear(world, readings),
    forecast: (document) => ask(world, 'document/forecast', document),
    choices: (document) => ask(world, 'reading/choices', document),
    start: async (document, scope) => void await askOrTell(world, 'reading/start', document, scope),
    pause: async (document) => void await askOrTell(world, 'reading/pause', document),
    resume: async (document) => void await askOrTell(world, 'reading/resume', document),
    stop: async (document, kept) => {
      const stopped = await askOrTell(world, 'reading/cancel', document)
      if (stopped !== null && kept === 'delete') await forget(document)
    },
    forget,
    shelf,
    remove,
  }
}

/** What ended is said: well to screen readers only, as the row says it too; badly to everybody. */
function hear({ bridge, store }: World, readings: readonly DocumentReading[]): void {
  const { readings: before, library } = store.get()
  store.dispatch({ kind: 'readings-changed', readings })
  for (const { document, state } of readings) {
    if (before.get(document)?.state.kind === state.kind) continue
    const title = library.documents.find(({ id }) => id === document)?.title ?? ''
    if (state.kind === 'read') store.dispatch({ kind: 'announced', text: t('reading.announced', { title }) })
    if (state.kind === 'failed') tell({ bridge, store }, t('reading.told', { title, why: state.failure.message }), 'bad')
  }
}
