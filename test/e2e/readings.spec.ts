import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test, type Locator } from '@playwright/test'
import type { AnswerTokens } from '../../src-main/contract/answer'
import { launchApp, type RunningApp } from '../support/app'
import { slowedMs, slowEngine } from '../support/app-engine'
import { expectSettings } from '../support/app-settings'
import { seriousViolations } from '../support/axe'
import { deleteFolder } from '../support/delete-folder'
import { dropFiles } from '../support/drop'
import { catchNotifications, clickNotification } from '../support/notifications'
import { runByName } from '../support/palette'
import { setOnBattery } from '../support/power'
import { writeShortBook } from '../support/short-book'
import { launchWithWalk, walkTitle as title } from '../support/walk-app'

const pages = 5
const long = 'The long way along the Wend'

let app: RunningApp
let folder: string
let engine: Awaited<ReturnType<typeof slowEngine>>

test.describe.configure({ mode: 'serial', timeout: 600_000 })

test.beforeAll(async () => {
  ({ app, folder } = await launchWithWalk(pages))
})

test.afterAll(async () => {
  await app.close()
  await deleteFolder(folder)
})

async function restart(): Promise<void> {
  await app.close()
  app = await launchApp({ dataFolder: join(folder, 'data') })
  engine = await slowEngine(app)
  await expect(row()).toBeVisible()
}

/** Asks in the open conversation; the answer when it is complete. */
async function askAndWait(question: string): Promise<Locator> {
  await app.page.getByRole('textbox', { name: 'Question' }).fill(question)
  await app.page.keyboard.press('Enter')
  const answer = app.page.getByRole('article', { name: question })
  await expect(answer.getByRole('button', { name: 'Ask again' })).toBeVisible({ timeout: slowedMs })
  return answer
}

/** Of the newest answer, as main counted them. */
const lastTokens = (): Promise<AnswerTokens> => app.page.evaluate(async () => {
  const listed = await window.longleaf?.call('conversation/list')
  const newest = listed?.ok === true ? listed.value[0] : undefined
  const opened = newest === undefined ? undefined : await window.longleaf?.call('conversation/open', newest.id)
  const tokens = opened?.ok === true ? opened.value.history.at(-1)?.tokens : undefined
  return tokens ?? { reused: 0, prefilled: 0, generated: 0 }
})

/** Of what was read last. */
const tokensRead = (): Promise<number> => app.page.evaluate(async () => {
  const listed = await window.longleaf?.call('reading/list')
  return listed?.ok === true ? listed.value.readings[0]?.tokens ?? 0 : 0
})

/** Blockers of sleep are numbered from the first on. */
const isKeptAwake = (): Promise<boolean> =>
  app.electron.evaluate(async ({ powerSaveBlocker }) => Array.from({ length: 16 }, (_, id) => id).some((id) => powerSaveBlocker.isStarted(id)))

const row = (): Locator => app.page.getByRole('row', { name: title })
const reader = (): Locator => app.page.getByRole('region', { name: 'Reader', exact: true })

test('the forecast says what reading takes, and one key starts it', async () => {
  await runByName(app.page, 'read the whole')
  const dialog = app.page.getByRole('dialog', { name: `Read the whole of “${title}”?` })
  await expect(dialog).toContainText(/[\d,]+ tokens/u)
  await expect(dialog).toContainText(/about \d+ min/u)
  await expect(dialog.getByRole('button', { name: 'Start reading' })).toBeFocused()
  expect(await seriousViolations(app.page)).toEqual([])
  engine = await slowEngine(app)
  await app.page.keyboard.press('Enter')
  await expect(row()).toContainText(/Reading \d+ %/u)
  await expect(reader()).toContainText(/Reading \d+ %/u)
  expect(await seriousViolations(app.page)).toEqual([])
})

test('on battery it is read more slowly, which is said, until the computer is plugged in again; only then it is kept awake', async () => {
  expect(await isKeptAwake()).toBe(true)
  await setOnBattery(app, true)
  await expect(row()).toContainText('slower (on battery)')
  await expect.poll(isKeptAwake).toBe(false)
  await setOnBattery(app, false)
  await expect(row()).not.toContainText('slower')
  await expect.poll(isKeptAwake).toBe(true)
  await expect(row()).toContainText(/Reading \d+ %/u)
})

test('a question that comes meanwhile is answered first, from passages', async () => {
  await expect(app.page.getByRole('button', { name: 'In view: Passages' })).toBeVisible()
  await expect(await askAndWait('How long is the Wend from its spring to the bar?')).toContainText(/From (?:passages on all|\d+ of) 5 pages/u)
  await expect(row()).toContainText(/Reading \d+ %/u)
})

test('paused, it stays so over a restart, and goes on where the person says so', async () => {
  await row().getByRole('button', { name: 'Pause reading' }).click()
  await expect(row()).toContainText(/Paused at \d+ %/u)
  await restart()
  await expect(row()).toContainText(/Paused at \d+ %/u)
  await row().getByRole('button', { name: 'Go on reading' }).click()
  await expect(row()).toContainText(/Reading \d+ %/u)
})

test('what is being read when the app is quit goes on by itself at the next start', async () => {
  await restart()
  await expect(row()).toContainText(/Reading \d+ %/u)
})

test('read to its end while the window is hidden, it says so by a notification, and a click on that brings the window', async () => {
  await catchNotifications(app)
  const isVisible = (): Promise<boolean> =>
    app.electron.evaluate(async ({ BrowserWindow }) => BrowserWindow.getAllWindows().some((window) => window.isVisible()))
  await app.electron.evaluate(async ({ BrowserWindow }) => BrowserWindow.getAllWindows().forEach((window) => window.hide()))
  expect(await isVisible()).toBe(false)
  await engine.hurry()
  await expect.poll(() => clickNotification(app), { timeout: slowedMs }).toEqual({ title: `“${title}” is read`, body: 'Questions about it are answered from the whole text now.' })
  await expect.poll(isVisible).toBe(true)
  await expect(row()).toContainText(`Read · ${pages} pages`)
})

test('two conversations ask about the whole of it, and nothing of it is read again', async () => {
  await expect(app.page.getByRole('button', { name: 'In view: Whole text' })).toBeVisible()
  for (const question of ['How long is the Wend?', 'Who wrote the book?']) {
    await app.page.getByRole('button', { name: 'New conversation' }).click()
    const answer = await askAndWait(question)
    await expect(answer).toContainText(`Read all ${pages} pages`)
    const { reused, prefilled } = await lastTokens()
    expect(reused).toBeGreaterThan(2_000)
    expect(prefilled).toBeLessThan(60)
  }
})

test('where the settings say so, each word of an answer looks at chosen parts, and the answer tells what it passed over', async () => {
  await app.page.keyboard.press('Control+,')
  const readings = app.page.getByRole('region', { name: 'Readings' })
  await readings.getByRole('radio', { name: 'all that was read' }).focus()
  await app.page.keyboard.press('ArrowRight')
  await readings.getByRole('slider', { name: 'Parts of so many tokens together' }).focus()
  await app.page.keyboard.press('Home')
  await expect(readings).toContainText('2,048 tokens')
  expect(await seriousViolations(app.page)).toEqual([])
  await app.page.keyboard.press('Escape')
  await expectSettings(app, { selectedTokens: 2_048 })
  await expect(await askAndWait('How wide is the Wend at the bar?')).toContainText(/each word looked at 2,048 tokens; \d+ % of the model’s attention lay elsewhere/u)
})

test('what was read is listed in the settings with its size, and deleted there', async () => {
  await app.page.keyboard.press('Control+,')
  const readings = app.page.getByRole('region', { name: 'Readings' })
  await expect(readings.getByRole('listitem')).toContainText(new RegExp(`${title}.* · ${pages} pages · .*tokens · [\\d.]+ MB`, 'u'))
  await readings.getByRole('slider', { name: 'All readings together take at most' }).focus()
  await app.page.keyboard.press('ArrowLeft')
  await expect(readings).toContainText('of 32 GB')
  await expect(readings.getByRole('listitem')).toHaveCount(1)
  await readings.getByRole('button', { name: `Delete what was read of ${title}…` }).click()
  await app.page.getByRole('alertdialog').getByRole('button', { name: 'Delete' }).click()
  await expect(readings).toContainText('Nothing is read yet.')
  expect(await seriousViolations(app.page)).toEqual([])
  await app.page.keyboard.press('Escape')
  await expect(row()).toContainText(`Ready · ${pages} pages`)
})

test('a book that is too long is said to be so, with its chapters to choose from', async () => {
  await writeFile(join(folder, 'long.pdf'), writeShortBook(long, 14))
  const errors: string[] = []
  app.page.on('pageerror', ({ message }) => errors.push(message))
  await dropFiles(app.page, [join(folder, 'long.pdf')])
  const longRow = app.page.getByRole('row', { name: long })
  await expect(longRow).toContainText('Ready · 14 pages')
  expect(errors, 'the reader threw at what was dropped').toEqual([])
  await longRow.click()
  await reader().getByRole('button', { name: /read the whole/u }).click()
  const dialog = app.page.getByRole('dialog', { name: `How is “${long}” to be read?` })
  await expect(dialog.getByRole('radio', { name: /^Some chapters/u })).toBeChecked()
  await expect(dialog).toContainText(/About \d+ (?:s|min), and [\d.]+ MB on the disk\./u)
  expect(await seriousViolations(app.page)).toEqual([])
})

test('one of them is chosen with the keyboard, read, and asked about', async () => {
  const dialog = app.page.getByRole('dialog', { name: `How is “${long}” to be read?` })
  const fitting = dialog.getByRole('checkbox', { checked: true })
  while (await fitting.count() > 0) {
    await fitting.first().focus()
    await app.page.keyboard.press('Space')
  }
  await expect(dialog.getByRole('button', { name: 'Read these chapters' })).toBeDisabled()
  await dialog.getByRole('checkbox', { name: /^Chapter 3\b/u }).focus()
  await app.page.keyboard.press('Space')
  await expect(dialog.getByRole('status')).toContainText(/^\d{3} of 7,\d{3} tokens$/u)
  const counted = Number.parseInt(await dialog.getByRole('status').innerText())
  await dialog.getByRole('button', { name: 'Read these chapters' }).focus()
  await app.page.keyboard.press('Enter')
  await expect(app.page.getByRole('row', { name: long })).toContainText('Read · page 3', { timeout: slowedMs })
  // What is read besides are the rules and the title.
  const read = (await tokensRead()) - counted
  expect(read).toBeGreaterThan(0)
  expect(read).toBeLessThan(150)
  await expect(await askAndWait('What is said of the river?')).toContainText(/From what is read, 1 of 14 pages:\s*3\b/u)
})
