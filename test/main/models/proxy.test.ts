import { describe, expect, it } from 'vitest'
import { chooseProxy } from '../../../src-main/models/proxy'

const hub = 'https://huggingface.co/x'
const proxyOf = async (url: string, env: Readonly<Record<string, string>>, system = 'DIRECT'): Promise<string | null> =>
  (await chooseProxy(new URL(url), env, () => Promise.resolve(system)))?.href ?? null

describe('the proxy of the environment', () => {
  it.each([
    [hub, {}, null],
    [hub, { HTTPS_PROXY: 'http://proxy:8080' }, 'http://proxy:8080/'],
    [hub, { https_proxy: 'proxy:3128', HTTPS_PROXY: 'http://other' }, 'http://proxy:3128/'],
    [hub, { HTTP_PROXY: 'http://proxy' }, null],
    [hub, { ALL_PROXY: 'https://user:word@proxy' }, 'https://user:word@proxy/'],
    ['http://mirror.example/x', { HTTP_PROXY: 'http://proxy' }, 'http://proxy/'],
    ['http://127.0.0.1:1/x', { HTTP_PROXY: 'http://proxy' }, null],
    ['http://localhost:1/x', { ALL_PROXY: 'http://proxy' }, null],
  ])('of %s in %j is %s', async (url, env, proxy) => {
    expect(await proxyOf(url, env)).toBe(proxy)
  })

  it.each([
    ['*', true], ['huggingface.co', true], ['.co', true], ['HUGGINGFACE.CO', true], ['*.huggingface.co', true], ['face.co', false], ['a.example, huggingface.co', true],
    ['huggingface.co:443', true], ['huggingface.co:80', false], ['', false], ['hub.huggingface.co', false],
  ])('is left out by NO_PROXY=%s: %s', async (noProxy, isLeftOut) => {
    expect(await proxyOf(hub, { HTTPS_PROXY: 'http://proxy', NO_PROXY: noProxy }) === null).toBe(isLeftOut)
  })

  it('that speaks something else is refused, without the password in the sentence', async () => {
    await expect(proxyOf(hub, { HTTPS_PROXY: 'socks5://me:secret@proxy:1080' })).rejects.toThrow(/socks5:\/\/proxy:1080/)
    await expect(proxyOf(hub, { HTTPS_PROXY: 'http://' })).rejects.toThrow(/cannot be used/)
  })
})

describe('the proxy of the system', () => {
  it.each([
    ['DIRECT', null], ['PROXY proxy:8080; DIRECT', 'http://proxy:8080/'], ['HTTPS proxy:443', 'https://proxy/'], ['SOCKS5 proxy:1080', null], ['', null], ['PROXY', null],
  ])('in “%s” is %s', async (list, proxy) => {
    expect(await proxyOf(hub, {}, list)).toBe(proxy)
  })

  it('is not asked where the environment has spoken, nor for this computer', async () => {
    expect(await proxyOf(hub, { HTTPS_PROXY: 'http://named' }, 'PROXY system:1')).toBe('http://named/')
    expect(await proxyOf(hub, { NO_PROXY: 'huggingface.co' }, 'PROXY system:1')).toBeNull()
    expect(await proxyOf('http://127.0.0.1:1/x', {}, 'PROXY system:1')).toBeNull()
  })
})
