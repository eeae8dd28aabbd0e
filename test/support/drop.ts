import type { Page } from '@playwright/test'

/**
 * Drags real files and folders over the window and lets them go there, as the desktop would. The window must have answered the drag
 * before the hand opens, as it has for a person: a drop that comes sooner is taken for a drag that left. `meanwhile` happens while the
 * files are held still over the window.
 */
export const dropFiles = (page: Page, paths: readonly string[], meanwhile?: () => Promise<void>): Promise<void> => drag(page, paths, operations.copy, meanwhile)

/** Drags files over the window and away again: the protocol has no end for that, but files that may not be copied leave as they are let go. */
export const dragAway = (page: Page, paths: readonly string[], meanwhile?: () => Promise<void>): Promise<void> => drag(page, paths, operations.link, meanwhile)

/** What the program that files are dragged from lets be done with them. */
const operations = { copy: 1, link: 2 }

async function drag(page: Page, paths: readonly string[], dragOperationsMask: number, meanwhile?: () => Promise<void>): Promise<void> {
  const session = await page.context().newCDPSession(page)
  const move = (type: 'dragEnter' | 'dragOver' | 'drop') =>
    session.send('Input.dispatchDragEvent', { type, x: 400, y: 300, data: { items: [], files: [...paths], dragOperationsMask } })
  await move('dragEnter')
  await move('dragOver')
  await page.locator('.drop-card').waitFor()
  await move('dragOver')
  await meanwhile?.()
  await move('drop')
  await session.detach()
}
