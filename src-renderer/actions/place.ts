import type { Place } from '../../src-main/contract/settings'
import type { AppState } from '../state/app'
import { withPlace } from '../state/places'
import type { ReaderActions } from './reader'
import type { SettingsActions } from './settings'
import type { World } from './world'

/** Keeps where the person is in each document. Returns what ends it. */
export function keepPlace({ store }: World, settings: SettingsActions): () => void {
  return store.subscribe(() => {
    const place = placeIn(store.get())
    const kept = store.get().layout.settings.places
    const places = place === null ? kept : withPlace(kept, place)
    if (places !== kept) settings.change({ places })
  })
}

/** Opens what was open last; the newest document where that is gone, as an empty pane helps nobody. */
export async function openPlace({ store }: World, reader: ReaderActions): Promise<void> {
  const { library, layout, reader: { document } } = store.get()
  const ready = library.documents.filter(({ state }) => state === 'ready')
  const found = ready.find(({ id }) => id === layout.settings.places[0]?.document) ?? ready[0]
  if (found !== undefined && document === null) await reader.open(found.id)
}

const placeIn = ({ reader: { document, detail, unit } }: AppState): Place | null => (document === null || detail === null ? null : { document, unit })
