import type { DocumentId, Span } from '../../src-main/contract/document'
import type { SearchResult } from '../../src-main/contract/library'
import { layoutMode } from '../state/layout'
import { unitLeft } from '../state/places'
import { nextZoom, unitOfPage } from '../state/reader'
import { t } from '../locales/words'
import { ask, tell, type World } from './world'

const findDelayMilliseconds = 140

export interface ReaderActions {
  /** At a unit, or else where it was left. */
  readonly open: (document: DocumentId, unit?: number, span?: Span | null) => Promise<void>
  readonly openResult: (result: SearchResult) => Promise<void>
  readonly goToUnit: (unit: number) => void
  readonly goToPage: (typed: string) => void
  readonly turn: (by: 1 | -1) => void
  readonly zoomBy: (by: 1 | -1) => void
  readonly find: (text: string) => void
}

export function readerActions(world: World): ReaderActions {
  const { store } = world
  let timer: ReturnType<typeof setTimeout> | undefined
  const open = async (document: DocumentId, wanted?: number, span: Span | null = null): Promise<void> => {
    const unit = wanted ?? leftIn(world, document)
    const same = store.get().reader.document === document && store.get().reader.detail !== null
    store.dispatch({ kind: 'document-opening', document, unit, span })
    store.dispatch({ kind: 'drawer-set', open: false })
    if (layoutMode(store.get().layout.windowWidth) === 'tabs') store.dispatch({ kind: 'tab-chosen', tab: 'reader' })
    if (same) return
    // What is open is read before what waits; where main does not hear of it, that is all there is to it.
    void ask(world, 'reading/front', document)
    const opened = await ask(world, 'document/open', document)
    if (opened.ok) store.dispatch({ kind: 'document-opened', detail: opened.value })
    else store.dispatch({ kind: 'document-unopened', document, message: opened.failure.message })
  }
  const goToUnit = (unit: number): void => store.dispatch({ kind: 'jumped', unit, span: null })
  return {
    open,
    openResult: (result) => open(result.document, result.span?.start.unit ?? result.unit, result.span),
    goToUnit,
    goToPage: (typed) => {
      const unit = unitOfPage(typed, store.get().reader.detail?.labels ?? [])
      if (unit === null) tell(world, t('reader.noSuchPage', { typed }), 'bad')
      else goToUnit(unit)
    },
    turn: (by) => {
      const { unit, detail } = store.get().reader
      const units = detail?.summary.units ?? 0
      if (unit + by >= 0 && unit + by < units) goToUnit(unit + by)
    },
    zoomBy: (by) => store.dispatch({ kind: 'zoomed', zoom: nextZoom(store.get().reader.scale, by) }),
    find: (text) => {
      clearTimeout(timer)
      store.dispatch({ kind: 'find-typed', text })
      const { document } = store.get().reader
      if (text === '' || document === null) return
      timer = setTimeout(() => void runFind(world, document, text), findDelayMilliseconds)
    },
  }
}

/** The unit where the document was left. */
function leftIn({ store }: World, document: DocumentId): number {
  const { library, layout } = store.get()
  return unitLeft(layout.settings.places, document, library.documents.find(({ id }) => id === document)?.units ?? 0)
}

async function runFind(world: World, document: DocumentId, text: string): Promise<void> {
  const found = await ask(world, 'document/find', document, text)
  if (!found.ok) tell(world, found.failure.message, 'bad')
  if (world.store.get().reader.document === document) world.store.dispatch({ kind: 'find-found', text, hits: found.ok ? found.value : [] })
}
