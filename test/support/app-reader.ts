import { expect } from '@playwright/test'
import type { RunningApp } from './app'

/**
 * The hidden page that reads documents stands still until `goOn` is called. It is opened with the window, ahead of the first document; with one to read,
 * it is given up after a silence of 20 seconds.
 */
export async function haltReader({ electron }: RunningApp): Promise<{ goOn(): void }> {
  let pid = 0
  // While it loads it may change its process.
  const find = (): Promise<number> => electron.evaluate(async ({ webContents }) =>
    webContents.getAllWebContents().find((contents) => contents.getURL().endsWith('/ingest.html') && !contents.isLoading())?.getOSProcessId() ?? 0)
  await expect.poll(async () => (pid = await find())).toBeGreaterThan(0)
  process.kill(pid, 'SIGSTOP')
  return { goOn: () => void process.kill(pid, 'SIGCONT') }
}
