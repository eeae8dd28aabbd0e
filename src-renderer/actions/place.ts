import type { Place } from '../../src-main/contract/settings'
import type { AppState } from '../state/app'
import type { ReaderActions } from './reader'
import type { SettingsActions } from './settings'
import type { World } from './world'

/** Keeps where the person is in the library. Returns what ends it. */
export function keepPlace({ store }: World, settings: SettingsActions): () => void {
  return store.subscribe(() => {
    const place = placeIn(store.get())
    const kept = store.get().layout.settings.place
    if (place !== null && (place.document !== kept?.document || place.unit !== kept.unit)) settings.change({ place })
  })
}

/** Opens what was open last; the newest document where that is gone, as an empty pane helps nobody. */
export async function openPlace({ store }: World, reader: ReaderActions): Promise<void> {
  const { library, layout, reader: { document } } = store.get()
  const ready = library.documents.filter(({ state }) => state === 'ready')
  const last = layout.settings.place
  const found = ready.find(({ id }) => id === last?.document) ?? ready[0]
  if (found === undefined || document !== null) return
  await reader.open(found.id, found.id === last?.document ? Math.min(last.unit, found.units - 1) : 0)
}

const placeIn = ({ reader: { document, detail, unit } }: AppState): Place | null => (document === null || detail === null ? null : { document, unit })
