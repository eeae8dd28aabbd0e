import { mkdtemp, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test, type Locator } from '@playwright/test'
import { launchApp, type RunningApp } from '../support/app'
import { haltReader } from '../support/app-reader'
import { deleteFolder } from '../support/delete-folder'
import { dropFiles } from '../support/drop'
import { writeShortBook } from '../support/short-book'

const title = 'A walk along the Wend'
const pages = 5

let app: RunningApp
let folder: string

test.describe.configure({ mode: 'serial', timeout: 120_000 })

test.beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'longleaf-early-'))
  await writeFile(join(folder, 'walk.pdf'), writeShortBook(title, pages))
  app = await launchApp({ dataFolder: join(folder, 'data') })
})

test.afterAll(async () => {
  await app.close()
  await deleteFolder(folder)
})

const box = (): Locator => app.page.getByRole('textbox', { name: 'Question' })
const turn = (question: string): Locator => app.page.getByRole('article', { name: question })

/** That main has it, and has it once. */
async function expectAsked(question: string): Promise<void> {
  await expect(turn(question).getByRole('button', { name: /^(?:Stop|Ask again)$/u })).toHaveCount(1)
  await expect(turn(question)).toHaveCount(1)
}

test('a question about a book that is still imported waits for it, can be taken back, and is asked when the book is there', async () => {
  await expect(app.page.getByRole('heading', { name: 'Drop a book here' })).toBeVisible()
  const reader = await haltReader(app)
  await dropFiles(app.page, [join(folder, 'walk.pdf')])
  await box().fill('How long is the Wend?')
  await app.page.keyboard.press('Enter')
  await expect(turn('How long is the Wend?')).toContainText('It is asked as soon as a document is open.')
  await app.page.keyboard.press('Escape')
  await expect(turn('How long is the Wend?')).toHaveCount(0)
  await expect(box()).toHaveValue('How long is the Wend?')
  await app.page.keyboard.press('Enter')
  await expect(turn('How long is the Wend?')).toContainText('It is asked as soon as a document is open.')
  reader.goOn()
  await expect(app.page.getByRole('row', { name: title })).toContainText(`Ready · ${pages} pages`)
  await expectAsked('How long is the Wend?')
})

test('a question typed as soon as the window is there is asked once', async () => {
  await app.close()
  app = await launchApp({ dataFolder: join(folder, 'data') })
  await box().fill('Who wrote the book?')
  await app.page.keyboard.press('Enter')
  await expectAsked('Who wrote the book?')
  await expect(box()).toHaveValue('')
})
