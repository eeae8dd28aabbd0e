import { existsSync, readFileSync, statSync } from 'node:fs'
import { mkdir, mkdtemp, readFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { expect, test } from '@playwright/test'
import type { CatalogueEntry } from '../../src-main/models/catalogue'
import { launchApp } from '../support/app'
import { jsonOf, startCommand, type CommandResult } from '../support/command'
import { deleteFolder } from '../support/delete-folder'
import { dropFiles } from '../support/drop'
import { startFileServer, type FileServer } from '../support/file-server'
import { starterModelPath } from '../support/starter-model'

const catalogue = JSON.parse(readFileSync(resolve('resources/models.json'), 'utf8')) as readonly CatalogueEntry[]
const starter = catalogue.find(({ name }) => name === 'starter')
const glm = catalogue.find(({ name }) => name === 'glm-4-9b-chat-q4_k_m')
const part = 40_000_000
const lostBytesMax = 2_000_000

let folder: string
let data: string
let server: FileServer
let env: Readonly<Record<string, string>>

test.describe.configure({ timeout: 180_000 })
test.beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'longleaf-models-'))
  data = join(folder, 'data')
  await mkdir(join(folder, 'cache'))
  server = await startFileServer(await readFile(starterModelPath()), `/${starter?.repository}/resolve/${starter?.revision}/${starter?.file}`)
  // No model is there, and the hub is a server of this test.
  env = { LONGLEAF_MODELS: '', LONGLEAF_CACHE: join(folder, 'cache'), LONGLEAF_OFFLINE: '', HF_ENDPOINT: new URL(server.url).origin }
})
test.afterEach(async () => {
  await server.close()
  await deleteFolder(folder)
})

const run = (...words: readonly string[]): Promise<CommandResult> => startCommand(data, words, env).done

test('a model is downloaded: cut, killed in the middle, and gone on with; then it answers', async () => {
  const { question } = JSON.parse(await readFile(resolve('resources/sample/question.json'), 'utf8')) as { question: string }
  server.faults.push({ kind: 'cut', afterBytes: part }, { kind: 'stall', afterBytes: part })
  const getting = startCommand(data, ['models', 'get', 'starter'], env)
  const path = join(data, 'models', `${starter?.file}.part`)
  const tooSoon = getting.done.then(({ code, out, err }) => Promise.reject(new Error(`the command ended with ${code}: ${out}${err}`)))
  // A connection that is cut may take with it what was not read yet.
  await Promise.race([expect.poll(() => (existsSync(path) ? statSync(path).size : 0), { timeout: 100_000 }).toBeGreaterThan(2 * part - lostBytesMax), tooSoon])
  getting.child.kill('SIGKILL')
  await tooSoon.catch(() => undefined)
  const found = jsonOf(await run('models', '--json'))['models'] as readonly { readonly name: string }[]
  expect(found.find(({ name }) => name === 'starter')).toMatchObject({ installed: false, download: { state: 'paused', doneBytes: statSync(path).size, totalBytes: starter?.bytes } })

  const got = await run('models', 'get', 'starter', '--json')
  expect(got.code, got.err).toBe(0)
  expect(jsonOf(got)).toMatchObject({ models: [{ name: 'starter', installed: true, bytes: starter?.bytes, download: null }] })
  expect(server.sentBytes - (starter?.bytes ?? 0)).toBeLessThan(2 * lostBytesMax)

  const asked = await run('ask', resolve('resources/sample/sample.pdf'), question, '--json', '--max-tokens', '20')
  expect(asked.code, asked.err).toBe(0)
  expect(jsonOf(asked)).toMatchObject({ model: starter?.title })
})

test('from the window a model is downloaded when it is asked for, never before, and its licence comes first', async () => {
  const app = await launchApp({ dataFolder: data, env })
  const call = (name: string, ...args: readonly unknown[]): Promise<unknown> =>
    app.page.evaluate(async ([called, given]) => {
      const { longleaf } = globalThis as unknown as { longleaf: { call(name: string, ...args: readonly unknown[]): Promise<unknown> } }
      return longleaf.call(called, ...given)
    }, [name, args] as const)
  try {
    expect(await call('model/get', glm?.name)).toMatchObject({ ok: false, failure: { kind: 'licence-needed' } })
    expect(await call('licence/read', 'glm-4')).toMatchObject({ ok: true, value: { accepted: null } })
    expect(server.requests).toEqual([])
    expect(await call('licence/accept', 'glm-4')).toMatchObject({ ok: true })
    expect(await call('model/get', glm?.name)).toMatchObject({ ok: false, failure: { kind: 'download-failed' } })
    expect(await call('model/get', 'starter')).toMatchObject({ ok: true })
    expect(await call('model/delete', 'starter')).toMatchObject({ ok: true })
    expect(existsSync(join(data, 'models', starter?.file ?? ''))).toBe(false)
    expect(await call('model/inspect', '/etc/passwd')).toMatchObject({ ok: false, failure: { kind: 'invalid-request' } })
    expect(await call('model/import', '/etc/passwd', 'copy')).toMatchObject({ ok: false, failure: { kind: 'invalid-request' } })
  } finally {
    await app.close()
  }
})

test('a download that fails is told in a library without documents and beside the conversation, and goes on from there', async () => {
  const app = await launchApp({ dataFolder: data, env })
  const { page } = app
  try {
    server.faults.push({ kind: 'status', status: 403 })
    await expect(page.getByRole('heading', { name: 'Drop a book here' })).toBeVisible()
    await page.keyboard.press('Control+,')
    await page.getByRole('listitem').filter({ hasText: starter?.title ?? '' }).getByRole('button', { name: /^Get \(/u }).click()
    await page.keyboard.press('Escape')
    const work = page.getByRole('group', { name: 'Work in progress' })
    await expect(work).toContainText(starter?.title ?? '')
    await dropFiles(page, [resolve('resources/sample/sample.pdf')])
    await expect(page.locator('.reader .page').first()).toBeVisible()
    await expect(work).toContainText(starter?.title ?? '')
    await work.getByRole('button', { name: 'Go on' }).click()
    await expect(work.getByRole('button', { name: 'Go on' })).toHaveCount(0)
    await expect.poll(() => existsSync(join(data, 'models', starter?.file ?? '')), { timeout: 60_000 }).toBe(true)
    expect(server.requests).toHaveLength(2)
  } finally {
    await app.close()
  }
})
