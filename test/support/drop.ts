import type { Page } from '@playwright/test'

/**
 * Drags real files and folders over the window and lets them go there, as the desktop would. The window must have answered the drag
 * before the hand opens, as it has for a person: a drop that comes sooner is taken for a drag that left.
 */
export async function dropFiles(page: Page, paths: readonly string[]): Promise<void> {
  const session = await page.context().newCDPSession(page)
  const drag = (type: 'dragEnter' | 'dragOver' | 'drop') =>
    session.send('Input.dispatchDragEvent', { type, x: 400, y: 300, data: { items: [], files: [...paths], dragOperationsMask: 1 } })
  await drag('dragEnter')
  await drag('dragOver')
  await page.locator('.drop-card').waitFor()
  await drag('dragOver')
  await drag('drop')
  await session.detach()
}
