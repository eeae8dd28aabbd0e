import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test, type Locator } from '@playwright/test'
import { launchApp, type RunningApp } from '../support/app'
import { dropFiles } from '../support/drop'
import { writeShortBook } from '../support/short-book'

const title = 'A walk along the Wend'
const pages = 5

let app: RunningApp
let folder: string

test.describe.configure({ mode: 'serial', timeout: 120_000 })

test.beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'longleaf-readings-'))
  await writeFile(join(folder, 'walk.pdf'), writeShortBook(title, pages))
  app = await launchApp({ dataFolder: join(folder, 'data') })
  await expect(app.page.getByRole('heading', { name: 'Drop a book here' })).toBeVisible()
  await dropFiles(app.page, [join(folder, 'walk.pdf')])
  await expect(row()).toContainText(`Ready · ${pages} pages`)
})

test.afterAll(async () => {
  await app.close()
  await rm(folder, { recursive: true, force: true })
})

const row = (): Locator => app.page.getByRole('row', { name: title })
const reader = (): Locator => app.page.getByRole('region', { name: 'Reader', exact: true })

test('the forecast says what reading takes, and one click starts it', async () => {
  await reader().getByRole('button', { name: /read the whole/u }).click()
  const dialog = app.page.getByRole('dialog', { name: `Read the whole of “${title}”?` })
  await expect(dialog).toContainText(/[\d,]+ tokens/u)
  await expect(dialog).toContainText(/about \d+ min/u)
  await dialog.getByRole('button', { name: 'Start reading' }).click()
  await expect(row()).toContainText(/Reading \d+ %/u)
  await expect(reader()).toContainText(/Reading \d+ %/u)
})

test('it is paused where it is, and goes on', async () => {
  await row().getByRole('button', { name: 'Pause reading' }).click()
  await expect(row()).toContainText(/Paused at \d+ %/u)
  await row().getByRole('button', { name: 'Go on reading' }).click()
  await expect(row()).toContainText(/Reading \d+ %/u)
})

test('read to its end, it says so', async () => {
  await expect(row()).toContainText(`Read · ${pages} pages`, { timeout: 60_000 })
})
