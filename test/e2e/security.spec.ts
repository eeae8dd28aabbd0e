import { readFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { expect, test } from '@playwright/test'
import { launchApp, type RunningApp } from '../support/app'
import { dropFiles } from '../support/drop'

// The items of Electron's security checklist that apply, by their numbers there. 7, 12 and 16 are in unit tests beside the policy and the versions.
let app: RunningApp

test.describe.configure({ mode: 'serial' })
test.beforeAll(async () => {
  app = await launchApp()
  await expect(app.page.getByRole('heading', { name: 'Drop a book here' })).toBeVisible()
  await dropFiles(app.page, [resolve('resources/sample/sample.pdf')])
  await expect(app.page.getByRole('row', { name: /Tidal Rivers/u })).toContainText('Ready')
})
test.afterAll(async () => {
  await app.close()
})

interface PageFacts {
  readonly url: string
  readonly pid: number
  readonly preferences: Readonly<Record<string, unknown>>
}

/** Every page that the app has made: the window that a person sees and the hidden one that reads documents. */
const pages = (): Promise<readonly PageFacts[]> =>
  app.electron.evaluate(async ({ webContents }) =>
    webContents.getAllWebContents().map((contents) => ({
      url: contents.getURL(),
      pid: contents.getOSProcessId(),
      preferences: { ...(contents as unknown as { getLastWebPreferences(): Record<string, unknown> }).getLastWebPreferences() },
    })),
  )

/** Runs code in the page itself, under the page's own policy; Playwright's evaluate would go around it. */
const inPage = <T>(code: string): Promise<T> =>
  app.electron.evaluate(({ BrowserWindow }, script) => {
    const visible = BrowserWindow.getAllWindows().find((window) => window.isVisible())
    return visible?.webContents.executeJavaScript(script) as Promise<never>
  }, code) as Promise<T>

test('1, 8, 18: every page comes from app://, none from a file or the web', async () => {
  for (const { url } of await pages()) expect(url).toMatch(/^app:\/\/longleaf\//u)
})

test('2, 3, 4, 6, 9, 10, 11: no page has Node, isolation and sandbox are on, web views and experiments off', async () => {
  const all = await pages()
  expect(all.length).toBeGreaterThanOrEqual(2)
  for (const { preferences } of all) {
    expect(preferences).toMatchObject({ sandbox: true, contextIsolation: true, nodeIntegration: false, webSecurity: true })
    for (const name of ['nodeIntegrationInWorker', 'nodeIntegrationInSubFrames', 'allowRunningInsecureContent', 'experimentalFeatures', 'webviewTag', 'enableBlinkFeatures']) expect(Boolean(preferences[name]), name).toBe(false)
  }
})

test('4: the kernel holds every page in the sandbox (Seccomp 2)', async () => {
  test.skip(process.platform !== 'linux' || process.getuid?.() === 0, 'Linux tells it in /proc; root has no sandbox')
  for (const { pid, url } of await pages()) expect(await readFile(`/proc/${pid}/status`, 'utf8'), url).toMatch(/^Seccomp:\s+2$/mu)
})

test('5: permissions are refused, asked for or checked', async () => {
  expect(await inPage<string>("navigator.permissions.query({ name: 'geolocation' }).then((p) => p.state)")).not.toBe('granted')
  expect(await inPage<string>("navigator.mediaDevices.getUserMedia({ audio: true }).then(() => 'granted', (e) => e.name)")).toMatch(/NotAllowed|NotFound|Security/u)
  expect(await inPage<string>('Notification.requestPermission()')).toBe('denied')
})

test('7: the policy stops evaluation, foreign scripts, styles, images and connections', async () => {
  expect(await inPage<string>("(() => { try { return String(new Function('return 1')()) } catch (e) { return e.name } })()")).toBe('EvalError')
  const load = (tag: string, attribute: string): Promise<string> =>
    inPage(`new Promise((done) => { const e = document.createElement('${tag}'); e.onload = () => done('loaded'); e.onerror = () => done('refused'); e.rel = 'stylesheet'; e.${attribute} = 'http://127.0.0.1:9/x'; document.head.append(e) })`)
  expect(await load('script', 'src')).toBe('refused')
  expect(await load('img', 'src')).toBe('refused')
  expect(await load('link', 'href')).toBe('refused')
  expect(await inPage<string>("fetch('http://127.0.0.1:9/x').then(() => 'sent', () => 'refused')")).toBe('refused')
  expect(await inPage<string>("new Promise((done) => { try { const s = new WebSocket('ws://127.0.0.1:9'); s.onopen = () => done('open'); s.onerror = () => done('refused') } catch { done('refused') } })")).toBe('refused')
})

test('13: no page can be led elsewhere', async () => {
  const before = await inPage<string>('location.href')
  await inPage("location.href = 'https://example.org/'; undefined")
  await inPage("location.href = 'file:///etc/passwd'; undefined")
  await inPage("{ const a = document.createElement('a'); a.href = 'https://example.org/'; document.body.append(a); a.click(); a.remove() }; undefined")
  await new Promise((later) => setTimeout(later, 300))
  expect(await inPage<string>('location.href')).toBe(before)
})

test('14, 15: no window can be opened, and nothing outside', async () => {
  const count = (): Promise<number> => app.electron.evaluate(async ({ webContents }) => webContents.getAllWebContents().length)
  const before = await count()
  expect(await inPage<boolean>("window.open('https://example.org/') === null")).toBe(true)
  await inPage("{ const a = document.createElement('a'); a.href = 'mailto:a@example.org'; a.target = '_blank'; document.body.append(a); a.click(); a.remove() }; undefined")
  expect(await count()).toBe(before)
})

test('17, 20: the bridge knows names of the contract only, and no Electron', async () => {
  expect(await inPage<string[]>('Object.keys(window.longleaf).sort()')).toEqual(['call', 'pathsOf', 'subscribe'])
  expect(await inPage<string[]>("['require', 'process', 'module', 'Buffer', 'ipcRenderer', 'electron'].filter((name) => name in window)")).toEqual([])
  const refused = await inPage<{ ok: boolean }>("window.longleaf.call('no/such').then((r) => r, () => ({ ok: false }))")
  expect(refused.ok).toBe(false)
  const wrong = await inPage<{ ok: boolean; failure: { kind: string } }>("window.longleaf.call('document/open', { __proto__: { toString: 1 } })")
  expect(wrong).toMatchObject({ ok: false, failure: { kind: 'invalid-request' } })
})

test('17: a path that no person gave is not imported', async () => {
  const answer = await inPage<{ ok: boolean }>("window.longleaf.call('import/start', [{ kind: 'path', path: '/etc/passwd' }])")
  expect(answer.ok).toBe(false)
})

test('app:// gives no file outside its folders', async () => {
  for (const path of ['../../../../etc/passwd', '..%2f..%2f..%2fetc/passwd', '%2e%2e/%2e%2e/package.json', 'document/../../library.sqlite', 'document/0', 'source/1', 'cover/..%2f..%2fx']) {
    expect(await inPage<number>(`fetch('app://longleaf/${path}').then((r) => r.status, () => 0)`), path).not.toBe(200)
  }
})
