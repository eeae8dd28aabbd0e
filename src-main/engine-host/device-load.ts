import type { DeviceChoice, DeviceFacts, ModelFacts } from '../../src-engine/protocol'
import { FailureError } from '../contract/failure'
import { troubles, type DeviceTrust } from './device-trust'

export interface DeviceLoadWorld {
  readonly trust: DeviceTrust
  devices(): Promise<readonly DeviceFacts[]>
  load(device: DeviceChoice): Promise<ModelFacts>
  /** The processor is left; the process that met the device's driver must not be used any more. */
  onFallback(): void
}

/** Loads a model on the device that is chosen; where that fails, on the processor. Rejects as loading on the processor does. */
export async function loadOnChosen(world: DeviceLoadWorld): Promise<ModelFacts> {
  const { trust } = world
  const { choice } = trust
  const title = choice === 'cpu' ? '' : await titleOf(choice, world)
  if (title === '') return world.load('cpu')
  await trust.begin(title)
  try {
    const facts = await world.load(choice)
    await trust.passed()
    return facts
  } catch (error) {
    const why = deviceFault(error)
    if (why === null) {
      await trust.passed()
      throw error
    }
    return fallBack(troubles.loading(title, why), world)
  }
}

/** The devices that a choice means, for a person; empty where there is none. */
async function titleOf(choice: DeviceChoice, world: DeviceLoadWorld): Promise<string> {
  try {
    const devices = await world.devices()
    return devices.filter(({ name, kind }) => (choice === 'auto' ? kind === 'card' : name === choice)).map(({ title }) => title).join(' and ')
  } catch (error) {
    if (deviceFault(error) === null) throw error
    world.trust.failed(troubles.looking)
    world.onFallback()
    return ''
  }
}

function fallBack(trouble: string, world: DeviceLoadWorld): Promise<ModelFacts> {
  world.trust.failed(trouble)
  world.onFallback()
  return world.load('cpu')
}

/** In a few words, if it can be a device's fault; else null. */
function deviceFault(error: unknown): string | null {
  if (!(error instanceof FailureError)) return null
  switch (error.failure.kind) {
    case 'device-failed': return error.message.replace(/\.$/, '')
    case 'engine-crashed': return 'its driver crashed'
    case 'engine-hung': return 'its driver did not respond'
    default: return null
  }
}
