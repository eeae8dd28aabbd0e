import { mkdtemp, readFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { expect, test, type Locator } from '@playwright/test'
import { launchApp, type RunningApp } from '../support/app'
import { slowEngine } from '../support/app-engine'
import { expectSettings } from '../support/app-settings'
import { firstCitation } from '../support/citations'
import { deleteFolder } from '../support/delete-folder'
import { answerSaveDialog } from '../support/dialogs'
import { dropFiles } from '../support/drop'

const sample = resolve('resources/sample/sample.pdf')
const question = 'How long is the Wend from its spring to the bar?'

let app: RunningApp
let dataFolder: string

test.describe.configure({ mode: 'serial', timeout: 600_000 })

test.beforeAll(async () => {
  dataFolder = await mkdtemp(join(tmpdir(), 'longleaf-main-job-'))
  app = await launchApp({ dataFolder })
})

test.afterAll(async () => {
  await app.close()
  await deleteFolder(dataFolder)
})

test('the first window says what to do', async () => {
  await expect(app.page.getByRole('heading', { name: 'Drop a book here' })).toBeVisible()
  await expect(app.page.getByRole('button', { name: 'Try the sample book' })).toBeVisible()
})

test('a dropped book is read, listed and opened', async () => {
  await dropFiles(app.page, [sample])
  const row = app.page.getByRole('row', { name: /Tidal Rivers/u })
  await expect(row).toContainText('Ready · 28 pages')
  await expect(app.page.locator('.reader .page[data-page-number="1"] .textLayer')).toContainText('Tidal Rivers')
})

test('the same book again is one document, and that is said', async () => {
  await dropFiles(app.page, [sample])
  await expect(app.page.getByText(/already in your library/u).first()).toBeVisible()
  await expect(app.page.getByRole('row', { name: /Tidal Rivers/u })).toHaveCount(1)
})

test('a question is answered from the book, with its coverage', async () => {
  await app.page.getByRole('textbox', { name: 'Question' }).fill(question)
  const engine = await slowEngine(app)
  await app.page.getByRole('button', { name: 'Ask', exact: true }).click()
  const turn = app.page.getByRole('article', { name: question })
  await expect(turn.getByRole('button', { name: 'Stop' })).toBeVisible()
  await engine.hurry()
  await expect(turn.getByRole('button', { name: 'Copy with citations' })).toBeVisible({ timeout: 300_000 })
  await expect(turn).toContainText(/From \d+ of 28 pages/u)
  await expect(firstCitation(turn)).toBeVisible()
})

test('a citation opens its page and marks the sentence', async () => {
  await firstCitation(app.page).click()
  const mark = app.page.locator('.reader [class*="mark"][class*="strong"]').first()
  await expect(mark).toBeInViewport()
  const quote = (await app.page.locator('.quote').first().innerText()).split('\n')[0] ?? ''
  expect(quote.length).toBeGreaterThan(20)
})

test('the answer is exported as Markdown with footnotes', async () => {
  const target = join(dataFolder, 'answer.md')
  await answerSaveDialog(app.electron, target)
  await app.page.getByRole('button', { name: 'Export as Markdown' }).click()
  await expect.poll(() => readFile(target, 'utf8').catch(() => '')).toContain('[^1]: *Tidal Rivers: a field guide*, p. ')
  expect(await readFile(target, 'utf8')).toContain(`## ${question}`)
})

test('search over the library finds the page', async () => {
  await app.page.getByRole('searchbox', { name: 'Search the library' }).fill('Ada Pruett')
  const hit = app.page.getByRole('listbox', { name: 'Results' }).or(app.page.getByRole('grid', { name: 'Results' })).getByText('Ada Pruett').first()
  await expect(hit).toBeVisible()
  await app.page.keyboard.press('Escape')
})

test('after a restart the book is open where it was left, and the conversation is still there', async () => {
  await app.page.getByRole('textbox', { name: 'Page' }).fill('12')
  await app.page.keyboard.press('Enter')
  const page = (number: number): Locator => app.page.locator(`.reader .page[data-page-number="${number}"]`)
  await expect(page(12)).toBeInViewport()
  await expectSettings(app, { places: [{ unit: 11 }] })
  await app.close()
  app = await launchApp({ dataFolder })
  await expect(page(12)).toBeInViewport()
  await app.page.getByRole('row', { name: /Tidal Rivers/u }).click()
  await app.page.getByRole('button', { name: 'Conversations' }).click()
  await app.page.getByText(question.slice(0, 30)).first().click()
  await expect(app.page.getByRole('article', { name: question })).toContainText(/From \d+ of 28 pages/u)
})

test('deleting the book removes it and its file', async () => {
  await app.page.getByRole('button', { name: /^More for Tidal Rivers/u }).click()
  await app.page.getByRole('menuitem', { name: 'Delete…' }).click()
  await app.page.getByRole('button', { name: 'Delete', exact: true }).click()
  await expect(app.page.getByRole('heading', { name: 'Drop a book here' })).toBeVisible()
})
