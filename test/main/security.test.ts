import { EventEmitter } from 'node:events'
import type { Session } from 'electron'
import { describe, expect, it, vi } from 'vitest'
import { hardenContents, hardenSession, mayLoad, pagePreferences } from '../../src-main/security'

const { emitter } = vi.hoisted(() => ({ emitter: { current: null as EventEmitter | null } }))
vi.mock('electron', async () => {
  const { EventEmitter: Emitter } = await import('node:events')
  const app = Object.assign(new Emitter(), { isPackaged: true, commandLine: { appendSwitch: () => undefined } })
  emitter.current = app
  return { app }
})
const log = { write: () => undefined }

describe('a page', () => {
  it('loads from the app alone', () => {
    const allowed = ['app://longleaf/index.html', 'blob:app://longleaf/1', 'data:text/plain,x']
    const refused = ['https://example.org/', 'http://127.0.0.1:8080/', 'file:///etc/passwd', 'ws://localhost/', 'ftp://x/', 'devtools://devtools/', 'javascript:1', 'chrome://gpu', 'nonsense', '']
    expect(allowed.filter((url) => !mayLoad(url))).toEqual([])
    expect(refused.filter((url) => mayLoad(url))).toEqual([])
  })

  it('is sandboxed and isolated, without Node, web views and developer tools', () => {
    expect(pagePreferences('/p.cjs')).toMatchObject({
      sandbox: true, contextIsolation: true, nodeIntegration: false, nodeIntegrationInWorker: false, nodeIntegrationInSubFrames: false,
      webSecurity: true, allowRunningInsecureContent: false, experimentalFeatures: false, webviewTag: false, devTools: false,
    })
  })

  it('cannot leave, open windows or embed web views', () => {
    hardenContents(log)
    const contents = Object.assign(new EventEmitter(), { setWindowOpenHandler: vi.fn<(handler: () => { action: string }) => void>() })
    emitter.current?.emit('web-contents-created', {}, contents)
    for (const name of ['will-navigate', 'will-frame-navigate', 'will-redirect', 'will-attach-webview']) {
      const event = { preventDefault: vi.fn() }
      contents.emit(name, event)
      expect(event.preventDefault, name).toHaveBeenCalledOnce()
    }
    expect(contents.setWindowOpenHandler.mock.calls[0]?.[0]()).toEqual({ action: 'deny' })
  })
})

describe('a session', () => {
  it('refuses permissions, devices, screens, downloads and every request that is not to the app', () => {
    const set: Record<string, (...args: unknown[]) => unknown> = {}
    const keep = (name: string) => (handler: (...args: unknown[]) => unknown) => void (set[name] = handler)
    const session = {
      setPermissionRequestHandler: keep('request'), setPermissionCheckHandler: keep('check'), setDevicePermissionHandler: keep('device'), setDisplayMediaRequestHandler: keep('display'),
      webRequest: { onBeforeRequest: keep('web') }, on: (name: string, handler: (...args: unknown[]) => unknown) => void (set[name] = handler), setSpellCheckerEnabled: keep('spell'),
    }
    hardenSession(session as unknown as Session, log)
    const answer = vi.fn()
    set['request']?.(null, 'media', answer)
    expect(answer).toHaveBeenLastCalledWith(false)
    expect([set['check']?.(), set['device']?.(), set['spell']]).toEqual([false, false, false])
    set['web']?.({ url: 'https://example.org/', resourceType: 'image' }, answer)
    expect(answer).toHaveBeenLastCalledWith({ cancel: true })
    set['web']?.({ url: 'app://longleaf/index.html', resourceType: 'mainFrame' }, answer)
    expect(answer).toHaveBeenLastCalledWith({ cancel: false })
    const download = { preventDefault: vi.fn() }
    set['will-download']?.(download)
    expect(download.preventDefault).toHaveBeenCalledOnce()
  })
})
