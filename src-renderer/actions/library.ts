import type { DocumentId } from '../../src-main/contract/document'
import type { ImportId, ImportSource } from '../../src-main/contract/imports'
import { t } from '../locales/words'
import { tellImportFailure } from './import-failure'
import { ask, askOrTell, tell, type World } from './world'

const searchDelayMilliseconds = 90

export interface LibraryActions {
  readonly refresh: () => Promise<void>
  readonly choose: () => Promise<void>
  readonly addFiles: (files: readonly File[]) => Promise<void>
  readonly addSample: () => Promise<void>
  readonly cancelImport: (item: ImportId) => Promise<void>
  readonly dismissImport: (item: ImportId) => Promise<void>
  /** Says the whole of why a file did not come in, which its line may not have room for. */
  readonly explainImport: (item: ImportId) => void
  readonly unlock: (item: ImportId, password: string) => Promise<void>
  readonly remove: (document: DocumentId) => Promise<void>
  readonly search: (text: string) => void
}

const isModelFile = (source: ImportSource): source is Extract<ImportSource, { readonly kind: 'path' }> => source.kind === 'path' && /\.gguf$/i.test(source.path)

/** `inspectModel` shows a model file that was dropped among documents. */
export function libraryActions(world: World, inspectModel: (path: string) => Promise<void>): LibraryActions {
  const { store } = world
  let timer: ReturnType<typeof setTimeout> | undefined
  const start = async (sources: readonly ImportSource[]): Promise<void> => {
    if (sources.length > 0) await askOrTell(world, 'import/start', sources)
  }
  return {
    refresh: async () => {
      const listed = await askOrTell(world, 'library/list')
      if (listed !== null) store.dispatch({ kind: 'documents-listed', documents: listed.value })
    },
    choose: async () => {
      await askOrTell(world, 'import/choose')
    },
    addFiles: async (files) => {
      const sources = await sourcesOf(world, files)
      await start(sources.filter((source) => !isModelFile(source)))
      const model = sources.find(isModelFile)
      if (model !== undefined) await inspectModel(model.path)
    },
    addSample: async () => {
      await askOrTell(world, 'import/sample')
    },
    cancelImport: async (item) => {
      await askOrTell(world, 'import/cancel', item)
    },
    dismissImport: async (item) => {
      if ((await askOrTell(world, 'import/dismiss', item)) !== null) store.dispatch({ kind: 'import-dismissed', item })
    },
    explainImport: (id) => {
      const tracked = store.get().library.imports.find(({ item }) => item.id === id)
      if (tracked?.item.state === 'failed') tellImportFailure(world, tracked.item)
    },
    unlock: async (item, password) => {
      await askOrTell(world, 'import/password', item, password)
    },
    remove: async (document) => {
      if ((await askOrTell(world, 'library/delete', document)) !== null) store.dispatch({ kind: 'document-deleted', document })
    },
    search: (text) => {
      clearTimeout(timer)
      store.dispatch({ kind: 'search-typed', text })
      if (text.trim() === '') return
      timer = setTimeout(() => void runSearch(world, text), searchDelayMilliseconds)
    },
  }
}

async function runSearch(world: World, text: string): Promise<void> {
  const found = await ask(world, 'library/search', { text })
  if (found.ok) world.store.dispatch({ kind: 'search-found', text, results: found.value })
  else world.store.dispatch({ kind: 'search-failed', text, message: found.failure.message })
}

/** Files that lie on the disk go by their path; a pasted file that lies nowhere goes by its bytes. */
async function sourcesOf(world: World, files: readonly File[]): Promise<readonly ImportSource[]> {
  const sources = world.bridge.pathsOf(files)
  const whole = await Promise.all(
    files.map(async (file, index): Promise<ImportSource | null> => {
      const source = sources[index]
      if (source !== undefined && !(source.kind === 'path' && source.path === '')) return source
      try {
        return { kind: 'bytes', name: file.name, bytes: new Uint8Array(await file.arrayBuffer()) }
      } catch (error) {
        console.error('a dropped file could not be read', error)
        tell(world, t('library.couldNotRead', { name: file.name }), 'bad')
        return null
      }
    }),
  )
  return whole.filter((source) => source !== null)
}
