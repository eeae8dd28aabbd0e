import { createContext, useContext, useSyncExternalStore } from 'react'
import type { Actions } from '../actions/actions'
import type { World } from '../actions/world'
import type { AppEvent, AppState } from '../state/app'

export interface App {
  readonly world: World
  readonly actions: Actions
}

export const AppContext = createContext<App | null>(null)

function useWhole(): App {
  const app = useContext(AppContext)
  if (app === null) throw new Error('a component stands outside AppContext')
  return app
}

/** A part of the state; the component renders again when that part is another object. The selector must not build new objects. */
export function useApp<T>(select: (state: AppState) => T): T {
  const { store } = useWhole().world
  return useSyncExternalStore(store.subscribe, () => select(store.get()))
}

export const useActions = (): Actions => useWhole().actions
export const useDispatch = (): ((event: AppEvent) => void) => useWhole().world.store.dispatch
export const useWorld = (): World => useWhole().world
