import { resolve } from 'node:path'
import { expect, test, type Page } from '@playwright/test'
import { launchApp, type RunningApp } from '../support/app'
import { expectSettings } from '../support/app-settings'
import { seriousViolations } from '../support/axe'
import { answerOpenDialog } from '../support/dialogs'
import { testData } from '../support/test-data'

const complaints: string[] = []
let app: RunningApp
let page: Page

test.describe.configure({ mode: 'serial', timeout: 120_000 })

test.beforeAll(async () => {
  app = await launchApp()
  page = app.page
  page.on('console', (message) => {
    if (message.type() === 'error') complaints.push(message.text())
  })
  page.on('pageerror', (error) => complaints.push(error.message))
  await answerOpenDialog(app.electron, [resolve('resources/sample/sample.pdf'), testData('cases/files/encrypted-user.pdf'), testData('cases/files/footnotes.docx')])
  await page.getByRole('button', { name: 'Open documents' }).click()
  await expect(page.getByRole('row', { name: /Tidal Rivers/u })).toContainText('Ready')
  await expect(page.getByRole('row', { name: 'footnotes', exact: true })).toContainText('Ready')
  await page.getByRole('row', { name: /Tidal Rivers/u }).click()
  await expect(page.locator('.page[data-page-number="1"] .textLayer')).toContainText('Tidal Rivers')
})

test.afterAll(async () => {
  await app.close()
})

/** Sets the size of the page, in CSS pixels. */
async function resize(width: number, height: number): Promise<void> {
  await app.electron.evaluate(async ({ BrowserWindow }, size) => {
    const window = BrowserWindow.getAllWindows().find((candidate) => candidate.isVisible())
    window?.setMinimumSize(200, 200)
    window?.setContentSize(size.width, size.height)
  }, { width, height })
  await expect.poll(() => page.evaluate(() => window.innerWidth)).toBe(width)
}

async function expectAccessible(): Promise<void> {
  expect(await seriousViolations(page)).toEqual([])
  expect(await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth), 'the window scrolls sideways').toBeLessThanOrEqual(0)
}

test('a wide window has three panes', async () => {
  await resize(1280, 800)
  for (const name of ['Library', 'Reader', 'Conversation']) await expect(page.getByRole('region', { name, exact: true })).toBeVisible()
  await expectAccessible()
})

test('a pane is made wider with the keyboard, and the width is kept', async () => {
  const splitter = page.getByRole('separator', { name: 'Width of the library' })
  const before = Number(await splitter.getAttribute('aria-valuenow'))
  await splitter.focus()
  await page.keyboard.press('ArrowRight')
  await expect(splitter).toHaveAttribute('aria-valuenow', String(before + 16))
  await expectSettings(app, { libraryWidth: before + 16 })
})

test('under 1,000 pixels the library is a drawer that Esc closes', async () => {
  await resize(900, 700)
  await expect(page.getByRole('region', { name: 'Library', exact: true })).toBeHidden()
  await page.getByRole('button', { name: 'Show the library' }).click()
  await expect(page.getByRole('row', { name: 'footnotes', exact: true })).toBeVisible()
  await expectAccessible()
  await page.keyboard.press('Escape')
  await expect(page.getByRole('region', { name: 'Library', exact: true })).toBeHidden()
})

test('under 760 pixels, as at 200 % zoom, reader and conversation are tabs and nothing is lost', async () => {
  await resize(640, 480)
  await expect(page.locator('.page .textLayer').first()).toBeVisible()
  await expectAccessible()
  await page.getByRole('tab', { name: 'Conversation' }).click()
  await expect(page.getByRole('textbox', { name: 'Question' })).toBeInViewport()
  await expectAccessible()
  await page.getByRole('tab', { name: 'Reader' }).click()
  await expect(page.getByRole('textbox', { name: 'Page' })).toBeInViewport()
  await resize(1280, 800)
})

test('the settings and the palette can be used by everyone', async () => {
  for (const shortcut of ['Control+,', 'Control+k']) {
    await page.keyboard.press(shortcut)
    await expect(page.getByRole('dialog')).toBeVisible()
    await expectAccessible()
    await page.keyboard.press('Escape')
    await expect(page.getByRole('dialog')).toBeHidden()
  }
})

test('a locked document asks for its password, says when it is wrong, and opens with the right one', async () => {
  await page.getByRole('button', { name: 'Enter the password…' }).click()
  const field = page.getByLabel('Password', { exact: true })
  await field.fill('osprey')
  await page.keyboard.press('Enter')
  await expect(page.getByRole('alert')).toContainText('does not open')
  await expectAccessible()
  await field.fill('heron')
  await page.keyboard.press('Enter')
  await expect(page.getByRole('dialog')).toBeHidden()
  await expect(page.getByRole('row', { name: /encrypted-user/u })).toContainText('Ready')
})

test('a Word document is set as running text, and its words are found and marked', async () => {
  await page.getByRole('row', { name: /footnotes/u }).click()
  await expect(page.getByRole('heading', { name: 'Water rights' })).toBeVisible()
  await page.keyboard.press('Control+f')
  await page.keyboard.type('parish roll')
  await expect(page.locator('.reflow mark[data-strong]')).toHaveText('parish roll')
  await expect(page.getByRole('search')).toContainText('1 of 1')
  await expectAccessible()
  await page.keyboard.press('Escape')
  await expect(page.getByRole('search')).toBeHidden()
})

test('a typed page opens, by its number in the file', async () => {
  await page.getByRole('row', { name: /Tidal Rivers/u }).click()
  const field = page.getByRole('textbox', { name: 'Page' })
  await field.fill('12')
  await page.keyboard.press('Enter')
  await expect(page.locator('.page[data-page-number="12"]')).toBeInViewport()
  await expect(field).toHaveValue('12')
})

test('nothing of this broke the content policy or was logged as an error', () => {
  expect(complaints).toEqual([])
})
