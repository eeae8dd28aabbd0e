import type { Settings } from '../../src-main/contract/settings'
import { ask, type World } from './world'

const saveDelayMilliseconds = 300

export interface SettingsActions {
  readonly read: () => Promise<void>
  /** Shows at once, and is kept a moment later: widths change many times while a pane is dragged. */
  readonly change: (settings: Partial<Settings>) => void
}

const widthsKept = { min: 120, max: 2000 }

/** Widths as they are kept: whole pixels within sense. */
function rounded({ libraryWidth, conversationWidth }: Partial<Settings>): Partial<Settings> {
  const round = (width: number): number => Math.round(Math.min(Math.max(width, widthsKept.min), widthsKept.max))
  return {
    ...(libraryWidth === undefined ? {} : { libraryWidth: round(libraryWidth) }),
    ...(conversationWidth === undefined ? {} : { conversationWidth: round(conversationWidth) }),
  }
}

export function settingsActions(world: World): SettingsActions {
  let timer: ReturnType<typeof setTimeout> | undefined
  let unsaved: Partial<Settings> = {}
  const save = async (): Promise<void> => {
    const change = { ...unsaved, ...rounded(unsaved) }
    unsaved = {}
    await ask(world, 'settings/write', change)
  }
  return {
    read: async () => {
      const read = await ask(world, 'settings/read')
      if (read.ok) world.store.dispatch({ kind: 'settings-changed', settings: read.value })
    },
    change: (settings) => {
      world.store.dispatch({ kind: 'settings-changed', settings })
      unsaved = { ...unsaved, ...settings }
      clearTimeout(timer)
      timer = setTimeout(() => void save(), saveDelayMilliseconds)
    },
  }
}
