import { ReadingDamagedError } from '../reading/damaged-error'
import { StorageError } from '../reading/storage'
import { ReadingFailedError } from '../reading/superblock-slots'

/** Work on the folder of readings. @throws StorageError where that threw an error of node:fs; else what it throws */
export async function onDisk<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (thrown) {
    const isOfSystem = thrown instanceof Error && !(thrown instanceof StorageError) && 'code' in thrown && typeof thrown.code === 'string'
    throw isOfSystem ? new StorageError(String(thrown.code), thrown) : thrown
  }
}

/** Whether the disk did not give or take something, or gave something else. */
export const isLoss = (thrown: unknown): boolean => [StorageError, ReadingDamagedError, ReadingFailedError].some((kind) => thrown instanceof kind)

/** Null where that is so, of what can be computed again. */
export async function unlessLost<T>(work: () => Promise<T>): Promise<T | null> {
  try {
    return await onDisk(work)
  } catch (thrown) {
    if (isLoss(thrown)) return null
    throw thrown
  }
}
