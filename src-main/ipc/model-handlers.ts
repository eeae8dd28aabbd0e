import type { CallName } from '../contract/calls'
import { defaultSettings } from '../contract/settings'
import type { Services } from '../services'
import type { Dialogs, Grants } from './handlers'
import type { Handlers } from './serve'

export interface ModelHandlersWorld {
  readonly services: Pick<Services, 'models' | 'settings' | 'engine'>
  readonly dialogs: Pick<Dialogs, 'chooseModelFile'>
  readonly grants: Grants
  /** Throws for a path that the person did not give by hand. */
  checkPath(path: string): void
}

type ModelCall = Extract<CallName, `model/${string}` | `licence/${string}`>

/** The jobs behind the window's calls about models. */
export function createModelHandlers({ services, dialogs, grants, checkPath }: ModelHandlersWorld): Pick<Handlers, ModelCall> {
  const { models, settings, engine } = services
  return {
    'model/list': () => models.list(),
    async 'model/choose'(name) {
      const model = await models.resolve(name)
      await settings.write({ model: name })
      // How it goes is told by the engine's status.
      engine.load(model.path).catch(() => undefined)
    },
    async 'model/get'(name) {
      await models.get(name)
    },
    'model/pause': (name) => models.pause(name),
    'model/discard': (name) => models.discard(name),
    async 'model/delete'(name) {
      await models.remove(name)
      if (settings.read().model === name) await settings.write({ model: defaultSettings.model })
    },
    async 'model/choose-file'() {
      const path = await dialogs.chooseModelFile()
      if (path === null) return null
      grants.add(path)
      return models.inspect(path)
    },
    'model/inspect'(path) {
      checkPath(path)
      return models.inspect(path)
    },
    'model/import'(path, mode) {
      checkPath(path)
      return models.importFile(path, mode)
    },
    'model/cancel-import': (name) => models.cancelImport(name),
    'licence/read': (licence) => models.readLicence(licence),
    'licence/accept': (licence) => models.acceptLicence(licence),
  }
}
