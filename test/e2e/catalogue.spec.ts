import { createHash } from 'node:crypto'
import { copyFile, mkdtemp, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { expect, test } from '@playwright/test'
import { launchApp, type RunningApp } from '../support/app'
import { seriousViolations } from '../support/axe'
import { deleteFolder } from '../support/delete-folder'
import { answerOpenDialog } from '../support/dialogs'
import { dropFiles } from '../support/drop'
import { startFileServer, type FileServer } from '../support/file-server'
import { writeSmallModel } from '../support/small-model'
import { starterModelPath } from '../support/starter-model'

const file = '/mradermacher/glm-4-9b-chat-GGUF/resolve/ccdba34b216e25c84df43dcf87f5bec5a180d41e/glm-4-9b-chat.Q3_K_S.gguf'
const title = 'GLM-4-9B-Chat Q3_K_S'
let folder: string
let server: FileServer
let app: RunningApp

test.describe.configure({ mode: 'serial', timeout: 180_000 })

test.beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'longleaf-models-'))
  // As the catalogue describes the model, but narrow.
  server = await startFileServer(Buffer.from(writeSmallModel({ architecture: 'chatglm', layers: 40 })), file)
  server.headers = { 'x-linked-etag': `"${createHash('sha256').update(server.bytes).digest('hex')}"`, 'x-linked-size': String(server.bytes.length) }
  app = await launchApp({ env: { HF_ENDPOINT: new URL(server.url).origin, LONGLEAF_OFFLINE: '0' } })
  await expect(app.page.getByRole('heading', { name: 'Drop a book here' })).toBeVisible()
  await dropFiles(app.page, [resolve('resources/sample/sample.pdf')])
  await expect(app.page.getByRole('row', { name: /Tidal Rivers/u })).toContainText('Ready')
})

test.afterAll(async () => {
  await app.close()
  await server.close()
  await deleteFolder(folder)
})

const openSettings = (): Promise<void> => app.page.getByRole('button', { name: 'Settings' }).first().click()
const line = (name: string): ReturnType<typeof app.page.locator> => app.page.getByRole('listitem').filter({ hasText: name })

test('the catalogue says who made a model, what it takes, and which is the one for this computer', async () => {
  await openSettings()
  const family = app.page.getByRole('group', { name: 'GLM-4-9B-Chat', exact: true })
  await expect(family).toContainText('THUDM (Zhipu AI) · Licence GLM-4')
  // Which file of a family stands outside what is folded depends on the memory and the disk.
  await expect(app.page.locator('li').filter({ hasText: 'GLM-4-9B-Chat Q4_K_M' })).toContainText(/6\.3 GB · 131,072 tokens in view · .* memory/u)
  expect(await seriousViolations(app.page)).toEqual([])
})

test('a licence is shown before the first download, which shows how far it is, pauses, and goes on where it was', async () => {
  await app.page.getByRole('group', { name: 'GLM-4-9B-Chat', exact: true }).getByText(/other files/u).click()
  server.faults.push({ kind: 'stall', afterBytes: 40_000_000 })
  await line(title).getByRole('button', { name: /^Get/u }).click()
  const licence = app.page.getByRole('dialog', { name: 'The glm-4-9b License' })
  await expect(licence).toContainText(`Before ${title} is downloaded`)
  await licence.getByRole('button', { name: 'Accept and download' }).click()
  await expect(line(title)).toContainText(/40\.\d MB of 127 MB/u)
  await line(title).getByRole('button', { name: `Pause the download of ${title}` }).click()
  await expect(line(title)).toContainText(/Paused · 40\.\d MB of 127 MB/u)
  const before = server.sentBytes
  await line(title).getByRole('button', { name: 'Go on' }).click()
  await expect(line(title).getByRole('button', { name: 'Use', exact: true })).toBeVisible({ timeout: 60_000 })
  expect(server.sentBytes - before).toBeLessThan(88_000_000)
})

test('a deleted model can be downloaded again, and what came of a download can be thrown away', async () => {
  await line(title).getByRole('button', { name: `Delete ${title}…` }).click()
  await app.page.getByRole('alertdialog').getByRole('button', { name: 'Delete' }).click()
  await app.page.getByRole('group', { name: 'GLM-4-9B-Chat', exact: true }).getByText(/other files/u).click()
  server.faults.push({ kind: 'stall', afterBytes: 40_000_000 })
  await line(title).getByRole('button', { name: /^Get/u }).click()
  await expect(line(title)).toContainText(/40\.\d MB of 127 MB/u)
  await line(title).getByRole('button', { name: `Give up the download of ${title}` }).click()
  await expect(line(title).getByRole('button', { name: /^Get/u })).toBeVisible()
})

test('a model of ones own is looked at, used where it is, and forgotten without harm to its file', async () => {
  const own = join(folder, 'my-model.gguf')
  await copyFile(starterModelPath(), own)
  await answerOpenDialog(app.electron, [own])
  await app.page.getByRole('button', { name: 'Add a model file…' }).click()
  const dialog = app.page.getByRole('dialog', { name: /^Add “/u })
  await expect(dialog).toContainText(/llama · Q4_1 · 135 million parameters · 8,192 tokens in view/u)
  await dialog.getByRole('button', { name: 'Use it where it is' }).click()
  await expect(line('my-model')).toContainText('In use', { timeout: 60_000 })
  await line('my-model').getByRole('button', { name: /^Delete/u }).click()
  await app.page.getByRole('alertdialog').getByRole('button', { name: 'Delete' }).click()
  await expect(line('my-model')).toHaveCount(0)
  expect((await stat(own)).size).toBe((await stat(starterModelPath())).size)
  await app.page.keyboard.press('Escape')
})

test('a file that is no model is refused by name when it is dropped', async () => {
  const wrong = join(folder, 'wrong.gguf')
  await writeFile(wrong, 'not a model')
  await dropFiles(app.page, [wrong])
  const dialog = app.page.getByRole('dialog', { name: 'This file cannot be used' })
  await expect(dialog.getByRole('alert')).toContainText('wrong.gguf')
  await app.page.keyboard.press('Escape')
  await app.page.keyboard.press('Escape')
})

test('what reading a whole document takes is said before', async () => {
  const row = app.page.getByRole('row', { name: /Tidal Rivers/u })
  await row.hover()
  await row.getByRole('button', { name: /More for/u }).click()
  await app.page.getByRole('menuitem', { name: 'Read the whole document…' }).click()
  const dialog = app.page.getByRole('dialog', { name: /^Read the whole of/u })
  await expect(dialog.getByRole('term')).toHaveText(['Length', 'Time', 'Memory', 'Disk'], { timeout: 120_000 })
  await expect(dialog).toContainText(/6,\d{3} tokens/u)
})
