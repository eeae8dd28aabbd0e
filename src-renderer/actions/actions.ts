import type { MenuCommand } from '../../src-main/contract/events'
import { conversationActions, type ConversationActions } from './conversation'
import { libraryActions, type LibraryActions } from './library'
import { listen, readFirst } from './listen'
import { modelActions, type ModelActions } from './models'
import { keepPlace } from './place'
import { readerActions, type ReaderActions } from './reader'
import { readingActions, type ReadingActions } from './readings'
import { settingsActions, type SettingsActions } from './settings'
import type { World } from './world'

/** Everything that a person can set going. */
export interface Actions {
  readonly library: LibraryActions
  readonly reader: ReaderActions
  readonly conversation: ConversationActions
  readonly models: ModelActions
  readonly readings: ReadingActions
  readonly settings: SettingsActions
  /** Begins to hear main and reads what there was before; returns what ends the hearing. */
  readonly start: (run: (command: MenuCommand) => void) => () => void
}

export function createActions(world: World): Actions {
  const readings = readingActions(world)
  const models = modelActions(world, readings.refresh)
  const library = libraryActions(world, models.inspect)
  const reader = readerActions(world)
  const conversation = conversationActions(world, reader)
  const settings = settingsActions(world)
  return {
    library, reader, conversation, models, readings, settings,
    start: (run) => {
      const ends = [listen(world, { library, reader, conversation, models, readings, run }), keepPlace(world, settings)]
      void readFirst(world, { library, reader, conversation, models, readings })
      return () => ends.forEach((end) => end())
    },
  }
}
