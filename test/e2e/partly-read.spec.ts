import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test, type Locator } from '@playwright/test'
import type { DocumentReading } from '../../src-main/contract/reading'
import { launchApp, type RunningApp } from '../support/app'
import { slowedMs, slowEngine } from '../support/app-engine'
import { expectSettings } from '../support/app-settings'
import { seriousViolations } from '../support/axe'
import { deleteFolder } from '../support/delete-folder'
import { runByName } from '../support/palette'
import { sleepTree } from '../support/process-tree'
import { launchWithWalk, walkTitle as title } from '../support/walk-app'

const pages = 7

let app: RunningApp
let folder: string

test.describe.configure({ mode: 'serial', timeout: 600_000 })

test.beforeAll(async () => {
  ({ app, folder } = await launchWithWalk(pages))
})

test.afterAll(async () => {
  await app.close()
  await deleteFolder(folder)
})

const row = (): Locator => app.page.getByRole('row', { name: title })
const reader = (): Locator => app.page.getByRole('region', { name: 'Reader', exact: true })
const inView = (): Locator => app.page.getByRole('button', { name: /^In view:/u })

/** How the book stands. */
const stateOf = (): Promise<DocumentReading | null> => app.page.evaluate(async () => {
  const listed = await window.longleaf?.call('reading/states')
  return listed?.ok === true ? listed.value[0] ?? null : null
})

/** Tokens that the newest answer had to read. */
const prefilled = (): Promise<number | undefined> => app.page.evaluate(async () => {
  const listed = await window.longleaf?.call('conversation/list')
  const newest = listed?.ok === true ? listed.value[0] : undefined
  const opened = newest === undefined ? undefined : await window.longleaf?.call('conversation/open', newest.id)
  return opened?.ok === true ? opened.value.history.at(-1)?.tokens.prefilled : undefined
})

/** "1" or "1–3": the pages that are complete. */
async function pagesRead(): Promise<string> {
  const units = (await stateOf())?.kept.units ?? []
  return units.map(([first, last]) => (first === last ? `${first + 1}` : `${first + 1}–${last + 1}`)).join(', ')
}

async function act(name: string): Promise<void> {
  await reader().getByRole('button', { name: /^Reading by the model/u }).click()
  await app.page.getByRole('menuitem', { name }).click()
}

/** Silence of the engine that is taken for a hang, milliseconds. */
const hang = 10_000

test('what is being read when the computer falls asleep goes on when it wakes', async () => {
  await runByName(app.page, 'read the whole')
  const start = app.page.getByRole('button', { name: 'Start reading' })
  await expect(start).toBeEnabled({ timeout: slowedMs })
  const engine = await slowEngine(app)
  await start.click()
  await expect(row()).toContainText(/Reading \d+ %/u, { timeout: slowedMs })
  await engine.hurry()
  await sleepTree(app.electron.process().pid ?? 0, hang + 2_000)
  await slowEngine(app)
  const before = await stateOf()
  await expect.poll(async () => (await stateOf())?.kept.tokens, { timeout: slowedMs }).toBeGreaterThan(before?.kept.tokens ?? 0)
  // Nothing was started again.
  expect((await readFile(join(folder, 'data', 'logs', 'longleaf.log'), 'utf8')).match(/ loaded /gu)).toHaveLength(1)
})

test('while a document is read, a question is answered from the pages read so far where that is chosen, and the answer says which', async () => {
  await expect.poll(pagesRead, { timeout: slowedMs }).not.toBe('')
  await inView().click()
  const choice = app.page.getByRole('menuitem', { name: 'Pages read' })
  await expect(choice).toContainText(/The model has read pages? 1/u)
  await choice.click()
  const question = 'How long is the Wend?'
  await app.page.getByRole('textbox', { name: 'Question' }).fill(question)
  await app.page.keyboard.press('Enter')
  const answer = app.page.getByRole('article', { name: question })
  await expect(answer).toContainText(/From what is read, [1-6] of 7 pages:\s*1/u, { timeout: slowedMs })
  await expect(answer.getByRole('button', { name: 'Ask again' })).toBeVisible({ timeout: slowedMs })
  await expect(row()).toContainText(/Reading \d+ %/u)
  // Of the document it is only what stood behind the last whole page.
  expect(await prefilled()).toBeLessThan(64)
})

test('stopped on the way it is partly read, which the row, the question and the settings tell', async () => {
  await act('Stop reading…')
  const dialog = app.page.getByRole('alertdialog', { name: `Stop reading “${title}”?` })
  await expect(dialog).toContainText(/The model has read pages? 1/u)
  expect(await seriousViolations(app.page)).toEqual([])
  await dialog.getByRole('button', { name: 'Stop and keep' }).click()
  await expect(row()).toContainText(/Partly read · pages? 1/u)
  // The engine commits what it was computing a moment after it is told to stop.
  await expect(async () => expect(row()).toContainText(await pagesRead(), { timeout: 1_000 })).toPass({ timeout: 30_000 })
  await expect(inView()).toHaveAccessibleName('In view: Pages read')
  await app.page.keyboard.press('Control+,')
  const readings = app.page.getByRole('region', { name: 'Readings' })
  await expect(readings.getByRole('listitem')).toContainText(/[\d,]+ of [\d,]+ tokens/u)
  await readings.getByRole('switch', { name: 'Go on reading after a restart' }).focus()
  await app.page.keyboard.press('Space')
  await app.page.keyboard.press('Escape')
  await expectSettings(app, { goOnReading: false })
})

test('read on, it goes on from there; where the settings say so, it does not go on by itself after a restart', async () => {
  const kept = (await stateOf())?.kept.tokens ?? 0
  await act('Read on')
  await expect(row()).toContainText(/Reading \d+ %/u)
  expect((await stateOf())?.kept.tokens).toBeGreaterThanOrEqual(kept)
  await app.close()
  app = await launchApp({ dataFolder: join(folder, 'data') })
  await expect(row()).toContainText(/Paused at \d+ % · by you/u)
  expect((await stateOf())?.kept.tokens).toBeGreaterThanOrEqual(kept)
})
