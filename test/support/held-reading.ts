import type { Engine } from '../../src-engine/engine'
import { openReadings } from '../../src-engine/reading/folder'
import { identityOf, type KvForm } from '../../src-engine/reading/identity'
import type { HeldReading } from '../../src-engine/reading/shared-readings'

/** The reading of one document by this model in a folder, as a new process finds it, or a new one. */
export async function heldReading(engine: Engine, folder: string, kvType: KvForm = 'f16'): Promise<HeldReading> {
  const identity = identityOf(engine.shape, { document: 'd0'.repeat(32), model: 'ab'.repeat(32), modelBytes: 1, template: 'glm', kvType })
  const readings = await openReadings(folder)
  const found = await readings.find(identity)
  return found.kind === 'found' ? found.held : readings.create(identity)
}
