import type { DeviceSummary } from '../../src-main/contract/device'
import type { ImportMode, Licence, LicenceId, ModelFile, ModelSummary } from '../../src-main/contract/model'
import { t } from '../locales/words'
import { ask, askOrTell, tell, type World } from './world'

export interface ModelActions {
  readonly refresh: () => Promise<void>
  readonly choose: (name: string) => Promise<void>
  /** Begins or goes on with a download; where a licence has to be accepted first, it is shown. */
  readonly get: (model: ModelSummary) => Promise<void>
  readonly pause: (name: string) => Promise<void>
  readonly discard: (name: string) => Promise<void>
  readonly remove: (name: string) => Promise<void>
  /** The system's dialog for a model file; what is in the file is shown before anything is done with it. */
  readonly chooseFile: () => Promise<void>
  readonly inspect: (path: string) => Promise<void>
  readonly bring: (file: ModelFile, mode: ImportMode) => Promise<void>
  readonly cancelCopy: (name: string) => Promise<void>
  readonly licence: (licence: LicenceId) => Promise<Licence | null>
  readonly accept: (licence: LicenceId, model: string) => Promise<void>
  /** Graphics devices of this computer; none where they cannot be looked for, which is told. */
  readonly devices: () => Promise<readonly DeviceSummary[]>
}

/** `afterChoice` reads again what depends on the model that was chosen. */
export function modelActions(world: World, afterChoice: () => Promise<void>): ModelActions {
  const { store } = world
  const refresh = async (): Promise<void> => {
    const listed = await ask(world, 'model/list')
    if (listed.ok) store.dispatch({ kind: 'models-listed', models: listed.value })
  }
  const show = (file: ModelFile): void => store.dispatch({ kind: 'dialog-opened', dialog: { kind: 'bring-model', file } })
  const choose = async (name: string): Promise<void> => {
    if ((await askOrTell(world, 'model/choose', name)) === null) return
    store.dispatch({ kind: 'settings-changed', settings: { model: name } })
    await afterChoice()
  }
  return {
    refresh,
    choose,
    get: async ({ name, title, licenceToAccept }) => {
      if (licenceToAccept === null) await askOrTell(world, 'model/get', name)
      else store.dispatch({ kind: 'dialog-opened', dialog: { kind: 'licence', licence: licenceToAccept, model: name, title } })
    },
    pause: async (name) => void await askOrTell(world, 'model/pause', name),
    discard: async (name) => void await askOrTell(world, 'model/discard', name),
    remove: async (name) => void await askOrTell(world, 'model/delete', name),
    chooseFile: async () => {
      const chosen = await askOrTell(world, 'model/choose-file')
      if (chosen !== null && chosen.value !== null) show(chosen.value)
    },
    inspect: async (path) => {
      const found = await askOrTell(world, 'model/inspect', path)
      if (found !== null) show(found.value)
    },
    bring: async ({ path }, mode) => {
      const brought = await askOrTell(world, 'model/import', path, mode)
      if (brought === null) return
      tell(world, t('models.brought', { title: brought.value.title }))
      await choose(brought.value.name)
    },
    cancelCopy: async (name) => void await askOrTell(world, 'model/cancel-import', name),
    licence: async (licence) => (await askOrTell(world, 'licence/read', licence))?.value ?? null,
    accept: async (licence, model) => {
      if ((await askOrTell(world, 'licence/accept', licence)) !== null) await askOrTell(world, 'model/get', model)
    },
    devices: async () => (await askOrTell(world, 'engine/devices'))?.value ?? [],
  }
}
