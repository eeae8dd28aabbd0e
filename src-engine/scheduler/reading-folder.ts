import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { ReadingFacts, ToKeep } from '../protocol'
import { openReadings, type Readings } from '../reading/folder'
import { ModelHashes } from '../reading/model-hashes'
import { hashesName } from './open-model'

export interface ReadingFolder {
  readonly readings: Readings
  /** The readings, after what is not to be kept was removed. */
  list(keep: ToKeep): Promise<readonly ReadingFacts[]>
}

/** Folders of readings, each opened when it is first asked for: two that are open would not know what the other uses. */
export function createReadingFolders(): (folder: string) => Promise<ReadingFolder> {
  const opened = new Map<string, Promise<ReadingFolder>>()
  return async (folder) => {
    const opening = opened.get(folder) ?? openFolder(folder)
    opened.set(folder, opening)
    // What fails now may be there the next time, as a disk that was not connected.
    opening.catch(() => opened.delete(folder))
    const found = await opening
    // Somebody may have removed it meanwhile.
    await mkdir(folder, { recursive: true })
    return found
  }
}

async function openFolder(folder: string): Promise<ReadingFolder> {
  const readings = await openReadings(folder)
  const hashes = new ModelHashes(join(folder, hashesName))
  return {
    readings,
    async list({ documents, conversations, quotaBytes }) {
      await readings.keepOnly(new Set(documents))
      await readings.keepOnlyTurns(new Set(conversations))
      await readings.keepWithin(quotaBytes)
      return Promise.all((await readings.list()).map(async ({ name, identity: { document, model }, tokens, bytes, lastUse }) =>
        ({ name, document, model: await hashes.nameOf(model), tokens, bytes, lastUse })))
    },
  }
}
