import type { Settings } from '../../src-main/contract/settings'
import { ask, type World } from './world'

const saveDelayMilliseconds = 300

export interface SettingsActions {
  readonly read: () => Promise<void>
  /** Shows at once, and is kept a moment later: widths change many times while a pane is dragged. */
  readonly change: (settings: Partial<Settings>) => void
}

export function settingsActions(world: World): SettingsActions {
  let timer: ReturnType<typeof setTimeout> | undefined
  let unsaved: Partial<Settings> = {}
  const save = async (): Promise<void> => {
    const change = unsaved
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
