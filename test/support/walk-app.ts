import { mkdtemp, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from '@playwright/test'
import { launchApp, type RunningApp } from './app'
import { writeSettings } from './app-settings'
import { dropFiles } from './drop'
import { setOnBattery } from './power'
import { writeShortBook } from './short-book'

export const walkTitle = 'A walk along the Wend'

/**
 * The app with a short book in its library, which is ready; all of it lies in the folder, the app's data in `data`. That the computer is hot, on its battery or
 * short of memory slows and stops nothing.
 */
export async function launchWithWalk(pages: number): Promise<{ readonly app: RunningApp; readonly folder: string }> {
  const folder = await mkdtemp(join(tmpdir(), 'longleaf-walk-'))
  await writeFile(join(folder, 'walk.pdf'), writeShortBook(walkTitle, pages))
  const app = await launchApp({ dataFolder: join(folder, 'data') })
  await expect(app.page.getByRole('heading', { name: 'Drop a book here' })).toBeVisible()
  await dropFiles(app.page, [join(folder, 'walk.pdf')])
  await expect(app.page.getByRole('row', { name: walkTitle })).toContainText(`Ready · ${pages} pages`)
  await expect(app.page.getByRole('region', { name: 'Reader', exact: true }).getByRole('button', { name: /read the whole/u })).toBeVisible()
  await setOnBattery(app, false)
  await writeSettings(app, { readUnderStrain: 'as-usual', memoryBytes: 2e9 })
  return { app, folder }
}
