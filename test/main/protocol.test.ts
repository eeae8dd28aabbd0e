import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { contentPolicy } from '../../src-main/content-policy'
import { folderRoute, handleRequests, pathSegments } from '../../src-main/protocol'

const root = mkdtempSync(join(tmpdir(), 'longleaf-protocol-'))
const pages = join(root, 'pages')
beforeAll(() => {
  mkdirSync(join(pages, 'assets'), { recursive: true })
  writeFileSync(join(pages, 'index.html'), '<p>page</p>')
  writeFileSync(join(pages, 'assets', 'a.js'), 'export {}')
  writeFileSync(join(pages, 'empty.css'), '')
  writeFileSync(join(root, 'secret.txt'), 'secret')
  symlinkSync(pages, join(root, 'pages-evil'))
})
afterAll(() => rmSync(root, { recursive: true, force: true }))

const handle = handleRequests(
  {
    bytes: async () => ({ kind: 'bytes', bytes: Uint8Array.of(1, 2, 3), type: 'image/png' }),
    broken: () => Promise.reject(new Error('broken')),
  },
  folderRoute(pages),
  null,
)
const get = (path: string, init: RequestInit = {}) => handle(new Request(`app://longleaf/${path}`, init))

describe('app:// addresses', () => {
  it.each([
    'app://longleaf/%2e%2e%2fsecret.txt', 'app://longleaf/assets/..%2f..%2fsecret.txt', 'app://longleaf/..%5csecret.txt', 'app://longleaf/a%00b',
    'app://longleaf/%zz', 'app://longleaf//etc/passwd', 'app://longleaf/a//b', 'app://longleaf/', 'app://other/index.html', 'https://longleaf/index.html', 'nonsense',
  ])('%s leads nowhere', async (url) => {
    expect(pathSegments(url)).toBeNull()
  })

  it('never leave their folder, however the dots are written', async () => {
    for (const path of ['../secret.txt', '%2e%2e/secret.txt', 'assets/../../secret.txt', 'assets/%2E%2E/%2E%2E/secret.txt', '../pages-evil/index.html']) {
      const response = await get(path)
      expect([400, 404]).toContain(response.status)
      expect(await response.text()).toBe('')
    }
  })
})

describe('responses of app://', () => {
  it('carry the policy, the type and no sniffing, whatever their status', async () => {
    for (const path of ['index.html', 'assets/a.js', 'absent.js', 'bytes/x', 'broken/x', '%00']) {
      const { headers } = await get(path)
      expect(headers.get('content-security-policy')).toBe(contentPolicy)
      expect(headers.get('x-content-type-options')).toBe('nosniff')
    }
    expect((await get('assets/a.js')).headers.get('content-type')).toContain('text/javascript')
    expect((await get('bytes/x')).headers.get('content-type')).toBe('image/png')
  })

  it('have the status of what happened', async () => {
    expect((await get('index.html')).status).toBe(200)
    expect((await get('absent.html')).status).toBe(404)
    expect((await get('assets')).status).toBe(404)
    expect((await get('broken/x')).status).toBe(500)
    expect((await get('__proto__/x')).status).toBe(404)
    expect((await get('index.html', { method: 'POST' })).status).toBe(405)
  })

  it('answer ranges with the bytes asked for', async () => {
    const part = await get('index.html', { headers: { range: 'bytes=3-6' } })
    expect(part.status).toBe(206)
    expect(part.headers.get('content-range')).toBe('bytes 3-6/11')
    expect(part.headers.get('content-length')).toBe('4')
    expect(await part.text()).toBe('page')
    expect((await get('index.html', { headers: { range: 'bytes=11-' } })).status).toBe(416)
    expect(await (await get('index.html')).text()).toBe('<p>page</p>')
    expect(await (await get('empty.css')).text()).toBe('')
    const head = await get('index.html', { method: 'HEAD' })
    expect([head.headers.get('content-length'), await head.text()]).toEqual(['11', ''])
  })
})
