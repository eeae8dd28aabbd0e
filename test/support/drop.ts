import type { Page } from '@playwright/test'

/**
 * Drops real files on the window: a file field of the test's own gives the page true files (with bytes and path), which are then
 * dropped by the same events as a hand's. (The protocol's own drag events lose a drop now and then when the page is busy.)
 */
export async function dropFiles(page: Page, paths: readonly string[]): Promise<void> {
  await page.evaluate(() => {
    const field = document.createElement('input')
    Object.assign(field, { type: 'file', multiple: true, hidden: true, id: 'dropped-files' })
    document.body.append(field)
  })
  await page.locator('#dropped-files').setInputFiles([...paths])
  await page.evaluate(() => {
    const field = document.querySelector<HTMLInputElement>('#dropped-files')
    const dataTransfer = new DataTransfer()
    for (const file of field?.files ?? []) dataTransfer.items.add(file)
    for (const type of ['dragenter', 'dragover', 'drop']) document.body.dispatchEvent(new DragEvent(type, { bubbles: true, cancelable: true, dataTransfer }))
    field?.remove()
  })
}
