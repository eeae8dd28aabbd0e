import { rm } from 'node:fs/promises'

/** Deletes a folder that an app had: Chromium's processes may still write there some milliseconds after the app has ended. */
export const deleteFolder = (folder: string): Promise<void> => rm(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 })
