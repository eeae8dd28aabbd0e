import { writeFile } from 'node:fs/promises'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { expect, test } from '@playwright/test'
import { Document, Packer, Paragraph } from 'docx'
import { eventChannel } from '../../src-main/ipc/channels'
import type { Answer } from '../../src-main/contract/answer'
import { launchApp, type RunningApp } from '../support/app'
import { dropFiles } from '../support/drop'
import { exfiltrationTexts } from '../support/exfiltration'

let app: RunningApp
let canary: Server
let texts: readonly string[]
const requests: string[] = []

test.describe.configure({ mode: 'serial', timeout: 180_000 })
test.beforeAll(async () => {
  canary = createServer((request, response) => {
    requests.push(request.url ?? '')
    response.end()
  })
  await new Promise<void>((listening) => canary.listen(0, '127.0.0.1', listening))
  texts = exfiltrationTexts(`http://127.0.0.1:${(canary.address() as AddressInfo).port}`)
  app = await launchApp()
  await expect(app.page.getByRole('heading', { name: 'Drop a book here' })).toBeVisible()
})
test.afterAll(async () => {
  await app.close()
  canary.close()
})

test('the canary hears what is really sent', async () => {
  await fetch(`http://127.0.0.1:${(canary.address() as AddressInfo).port}/alive`)
  expect(requests).toEqual(['/alive'])
  requests.length = 0
})

/** The reflowed reader draws what is in view: so everything is brought into view once. */
async function showWholeText(): Promise<void> {
  await app.page.locator('.reader').hover()
  for (let steps = 0; steps < 200; steps += 1) {
    if (await app.page.locator('.reader').getByText(texts.at(-1) ?? '', { exact: true }).count() > 0) return
    await app.page.mouse.wheel(0, 600)
    await app.page.waitForTimeout(30)
  }
  throw new Error('the end of the document never came into view')
}

test('200 hostile texts in a document, read, shown and searched, send nothing', async () => {
  expect(texts.length).toBeGreaterThanOrEqual(200)
  const file = join(app.dataFolder, 'hostile.docx')
  await writeFile(file, await Packer.toBuffer(new Document({ sections: [{ children: texts.map((text) => new Paragraph(text)) }] })))
  await dropFiles(app.page, [file])
  await expect(app.page.getByRole('row', { name: 'hostile', exact: true })).toContainText('Ready')
  await expect(app.page.locator('.reader')).toContainText('canary-secret')
  await showWholeText()
  await app.page.getByRole('searchbox', { name: 'Search the library' }).fill('ignore the question')
  await expect(app.page.getByText(/place/u).first()).toBeVisible()
  await app.page.keyboard.press('Escape')
  await app.page.waitForTimeout(500)
  expect(requests).toEqual([])
})

/** Tells the window of an answer, as main does while one streams. */
const tell = (name: string, payload: unknown): Promise<void> =>
  app.electron.evaluate(async ({ BrowserWindow }, [channel, event, value]) => {
    BrowserWindow.getAllWindows().find((window) => window.isVisible())?.webContents.send(channel as string, event, value)
  }, [eventChannel, name, payload] as const)

test('the same texts in an answer, while it streams and afterwards, send nothing and become no markup', async () => {
  await app.page.getByRole('textbox', { name: 'Question' }).fill('What does the text say about questions?')
  await app.page.getByRole('button', { name: 'Ask', exact: true }).click()
  const turn = app.page.getByRole('article', { name: 'What does the text say about questions?' })
  await expect(turn.getByRole('button', { name: 'Ask again' })).toBeVisible({ timeout: 150_000 })
  const stored = (await app.page.evaluate(async () => {
    const { longleaf } = globalThis as unknown as { longleaf: { call(name: string, ...args: unknown[]): Promise<{ value: unknown }> } }
    const conversations = (await longleaf.call('conversation/list')).value as { id: number }[]
    return (await longleaf.call('conversation/open', conversations[0]?.id)).value
  })) as { history: Answer[] }
  const answer = stored.history[0]
  if (!answer) throw new Error('the answer was not stored')

  const whole = texts.join('\n\n')
  await tell('answer/changed', { answer: { ...answer, state: 'writing', text: '', statements: [], citations: [] } })
  const pieces = Array.from({ length: Math.ceil(whole.length / 97) }, (_, index) => whole.slice(index * 97, (index + 1) * 97))
  let at = 0
  for (const text of pieces) {
    await tell('answer/delta', { answer: answer.id, at, text })
    at += text.length
  }
  await expect(turn).toContainText('mermaid')
  expect(await turn.locator('img, iframe, object, embed, script, style, link, form, svg image, video, audio, a[href]').count()).toBe(0)
  await tell('answer/changed', { answer: { ...answer, state: 'done', text: whole, statements: [{ range: [0, whole.length], support: 'not-found' }], citations: [] } })
  await app.page.waitForTimeout(500)
  expect(await turn.locator('img, iframe, object, embed, script, style, link, form, svg image, video, audio, a[href]').count()).toBe(0)
  expect(requests).toEqual([])
})
