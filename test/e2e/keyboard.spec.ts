import { resolve } from 'node:path'
import { expect, test } from '@playwright/test'
import { launchApp, type RunningApp } from '../support/app'
import { seriousViolations } from '../support/axe'
import { firstCitation } from '../support/citations'
import { answerOpenDialog } from '../support/dialogs'
import { runByName } from '../support/palette'

let app: RunningApp

test.describe.configure({ mode: 'serial', timeout: 600_000 })
test.beforeAll(async () => {
  app = await launchApp()
})
test.afterAll(async () => {
  await app.close()
})

test('axe finds nothing serious in the first window', async () => {
  await expect(app.page.getByRole('heading', { name: 'Drop a book here' })).toBeVisible()
  expect(await seriousViolations(app.page)).toEqual([])
})

test('the keyboard alone opens a book, asks, and opens a citation', async () => {
  const { page } = app
  await answerOpenDialog(app.electron, [resolve('resources/sample/sample.pdf')])
  await page.getByRole('button', { name: 'Open documents' }).focus()
  await page.keyboard.press('Enter')
  await expect(page.getByRole('row', { name: /Tidal Rivers/u })).toContainText('Ready')
  await expect(page.locator('.reader .textLayer').first()).toContainText('Tidal Rivers')
  await page.keyboard.press('Control+l')
  await expect(page.getByRole('textbox', { name: 'Question' })).toBeFocused()
  await page.keyboard.type('How long is the Wend from its spring to the bar?')
  await page.keyboard.press('Enter')
  const chip = firstCitation(page)
  await expect(page.getByRole('button', { name: 'Copy with citations' })).toBeVisible({ timeout: 300_000 })
  await page.keyboard.press('Shift+Tab')
  for (let steps = 0; steps < 200 && !(await chip.evaluate((node) => node === document.activeElement)); steps += 1) await page.keyboard.press('Shift+Tab')
  await expect(chip).toBeFocused()
  await page.keyboard.press('Enter')
  await expect(page.locator('.reader [class*="mark"][class*="strong"]').first()).toBeInViewport()
})

test('F6 walks through the panes', async () => {
  const seen = new Set<string>()
  for (let step = 0; step < 4; step += 1) {
    await app.page.keyboard.press('F6')
    seen.add(await app.page.evaluate(() => document.activeElement?.closest('[data-pane]')?.getAttribute('data-pane') ?? 'none'))
  }
  expect([...seen].sort()).toEqual(['conversation', 'library', 'reader'])
})

test('the palette finds an action by its name and runs it', async () => {
  await runByName(app.page, 'dark theme')
  await expect(app.page.locator('html')).toHaveAttribute('data-theme', 'dark')
})

test('axe finds nothing serious with a book and an answer open, in dark and in light', async () => {
  expect(await seriousViolations(app.page)).toEqual([])
  await runByName(app.page, 'light theme')
  await expect(app.page.locator('html')).toHaveAttribute('data-theme', 'light')
  expect(await seriousViolations(app.page)).toEqual([])
})
