import { mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { expect, test } from '@playwright/test'
import { launchApp, type RunningApp } from '../support/app'
import { enginePids, slowEngine } from '../support/app-engine'
import { bookPath } from '../support/books'
import { deleteFolder } from '../support/delete-folder'
import { dropFiles } from '../support/drop'

const sample = resolve('resources/sample/sample.pdf')
let dataFolder: string
let app: RunningApp

test.describe.configure({ timeout: 240_000 })
test.beforeEach(async () => {
  dataFolder = await mkdtemp(join(tmpdir(), 'longleaf-faults-'))
  app = await launchApp({ dataFolder })
  await expect(app.page.getByRole('heading', { name: 'Drop a book here' })).toBeVisible()
})
test.afterEach(async () => {
  await app.close()
  await deleteFolder(dataFolder)
})

async function openSample(): Promise<void> {
  await dropFiles(app.page, [sample])
  await expect(app.page.getByRole('row', { name: /Tidal Rivers/u })).toContainText('Ready')
}

async function ask(question: string): Promise<ReturnType<typeof app.page.getByRole>> {
  await app.page.getByRole('textbox', { name: 'Question' }).fill(question)
  await app.page.getByRole('button', { name: 'Ask', exact: true }).click()
  return app.page.getByRole('article', { name: question })
}

test('an engine that is killed leaves its answer interrupted, starts again by itself and answers the next question', async () => {
  await openSample()
  await slowEngine(app)
  const turn = await ask('How long is the Wend from its spring to the bar?')
  await expect(turn.getByText(/Reading · .* tokens|Writing/u).first()).toBeVisible({ timeout: 60_000 })
  const [first = 0] = await enginePids(app)
  process.kill(first, 'SIGKILL')
  await expect(turn).toContainText('The engine stopped before the answer was complete.')
  await expect.poll(async () => (await enginePids(app)).find((pid) => pid !== first) ?? 0, { timeout: 10_000 }).toBeGreaterThan(0)
  await turn.getByRole('button', { name: 'Ask again' }).click()
  await expect(app.page.getByRole('button', { name: 'Copy with citations' }).last()).toBeVisible({ timeout: 150_000 })
})

test('a stopped answer keeps what was written and the next one works', async () => {
  await openSample()
  const engine = await slowEngine(app)
  const turn = await ask('What is a tidal river?')
  await turn.getByRole('button', { name: 'Stop' }).click()
  await engine.hurry()
  await expect(turn.getByText(/^Stopped/u)).toBeVisible()
})

test('a window that crashes comes back with the library and the conversation', async () => {
  await openSample()
  const window = await app.electron.evaluate(async ({ BrowserWindow }) => {
    const visible = BrowserWindow.getAllWindows().find((each) => each.isVisible())
    visible?.webContents.forcefullyCrashRenderer()
    return visible?.id ?? 0
  })
  // A script for a page that has just gone is never answered.
  const text = (): Promise<string> =>
    app.electron.evaluate(({ BrowserWindow }, id) => Promise.race([
      BrowserWindow.fromId(id)?.webContents.executeJavaScript('document.body.innerText') as Promise<string>,
      new Promise<string>((resolve) => setTimeout(resolve, 1_000, '')),
    ]), window)
  await expect.poll(text, { timeout: 30_000 }).toContain('Tidal Rivers')
})

test('an app that is killed while it imports loses nothing: the document is whole or absent, and the queue goes on', async () => {
  await openSample()
  await dropFiles(app.page, [await bookPath('bash')])
  await expect(app.page.getByRole('row', { name: /bash/iu }).first()).toBeVisible()
  const main = app.electron.process()
  const ended = new Promise((resolve) => main.once('exit', resolve))
  main.kill('SIGKILL')
  await ended
  app = await launchApp({ dataFolder })
  await expect(app.page.getByRole('row', { name: /Tidal Rivers/u })).toContainText('Ready')
  await expect(app.page.getByRole('row', { name: /bash/iu }).first()).toContainText(/Ready · 19\d pages/u, { timeout: 90_000 })
})

test('a second start for the same library gives way to the first', async () => {
  const second = launchApp({ dataFolder }).then(async (other) => {
    await other.close()
    return 'a second window opened'
  }, () => 'gave way')
  expect(await second).toBe('gave way')
  await expect(app.page.getByRole('heading', { name: 'Drop a book here' })).toBeVisible()
})
