import { cp, mkdir, mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { expect, test } from '@playwright/test'
import { launchApp, type RunningApp } from '../support/app'
import { deleteFolder } from '../support/delete-folder'
import { dragAway, dropFiles } from '../support/drop'
import { pasteFiles } from '../support/paste'
import { testData } from '../support/test-data'

const sample = resolve('resources/sample/sample.pdf')
const word = testData('cases/files/footnotes.docx')
let app: RunningApp
let folder: string

test.describe.configure({ timeout: 120_000 })

test.beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'longleaf-ways-in-'))
  app = await launchApp()
  await expect(app.page.getByRole('heading', { name: 'Drop a book here' })).toBeVisible()
})

test.afterEach(async () => {
  await app.close()
  await deleteFolder(folder)
})

async function expectBothReady(): Promise<void> {
  await expect(app.page.getByRole('row', { name: /Tidal Rivers/u })).toContainText('Ready')
  await expect(app.page.getByRole('row', { name: 'footnotes', exact: true })).toContainText('Ready')
}

test('a dropped folder brings in the documents in it, and in the folders in it', async () => {
  await mkdir(join(folder, 'deeper'))
  await cp(sample, join(folder, 'sample.pdf'))
  await cp(word, join(folder, 'deeper', 'footnotes.docx'))
  await dropFiles(app.page, [folder])
  await expectBothReady()
})

test('several files are dropped at once', async () => {
  await dropFiles(app.page, [sample, word])
  await expectBothReady()
})

/** Something that covers the window comes under the pointer, as a page does that is drawn only now. */
const cover = (): Promise<void> => app.page.evaluate(() => {
  const page = Object.assign(document.createElement('div'), { id: 'cover' })
  page.style.cssText = 'position: fixed; inset: 0'
  document.body.append(page)
})

test('files are taken where what lies under the pointer is drawn anew before they are let go', async () => {
  await dropFiles(app.page, [sample, word], cover)
  await expectBothReady()
  await expect(app.page.locator('.drop-card')).toHaveCount(0)
})

test('the hint goes with a drag that leaves, also where what lay under the pointer has gone', async () => {
  await dragAway(app.page, [sample])
  await expect(app.page.locator('.drop-card')).toHaveCount(0)
  await cover()
  await dragAway(app.page, [sample], () => app.page.evaluate(() => document.getElementById('cover')?.remove()))
  await expect(app.page.locator('.drop-card')).toHaveCount(0)
})

test('files are pasted', async () => {
  await pasteFiles(app.electron, app.page, [sample, word])
  await expectBothReady()
})

test('a dropped folder without a document is named, and nothing else happens', async () => {
  await dropFiles(app.page, [folder])
  await expect(app.page.getByText(/no PDF or Word document in the folder/u).first()).toBeVisible()
})
