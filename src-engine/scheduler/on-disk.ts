import { StorageError } from '../reading/storage'

/** Work on the folder of readings. @throws StorageError where that threw an error of node:fs; else what it throws */
export async function onDisk<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (thrown) {
    const isOfSystem = thrown instanceof Error && !(thrown instanceof StorageError) && 'code' in thrown && typeof thrown.code === 'string'
    throw isOfSystem ? new StorageError(String(thrown.code), thrown) : thrown
  }
}
