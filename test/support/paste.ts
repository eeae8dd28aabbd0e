import type { ElectronApplication, Page } from '@playwright/test'
import { pathToFileURL } from 'node:url'

/** The clipboard as Electron had it before 45; the runtime under test is older. */
interface BufferClipboard {
  writeBuffer(type: string, bytes: Buffer): void
}

/** Puts files on the clipboard as a file manager does (text/uri-list) and pastes them into the window by its keys. */
export async function pasteFiles(electron: ElectronApplication, page: Page, paths: readonly string[]): Promise<void> {
  const list = paths.map((path) => pathToFileURL(path).href).join('\r\n')
  await electron.evaluate(async ({ clipboard }, text) => (clipboard as unknown as BufferClipboard).writeBuffer('text/uri-list', Buffer.from(text)), list)
  await page.keyboard.press('ControlOrMeta+V')
}
