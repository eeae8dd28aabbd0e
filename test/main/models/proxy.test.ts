import { describe, expect, it } from 'vitest'
import { proxyInEnvironment, proxyInList } from '../../../src-main/models/proxy'

const hub = 'https://huggingface.co/x'
const proxyOf = (url: string, env: Readonly<Record<string, string>>): string | null => proxyInEnvironment(new URL(url), env)?.href ?? null

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
  ])('of %s in %j is %s', (url, env, proxy) => {
    expect(proxyOf(url, env)).toBe(proxy)
  })

  it.each([
    ['*', true], ['huggingface.co', true], ['.co', true], ['HUGGINGFACE.CO', true], ['*.huggingface.co', true], ['face.co', false], ['a.example, huggingface.co', true],
    ['huggingface.co:443', true], ['huggingface.co:80', false], ['', false], ['hub.huggingface.co', false],
  ])('is left out by NO_PROXY=%s: %s', (noProxy, isLeftOut) => {
    expect(proxyOf(hub, { HTTPS_PROXY: 'http://proxy', NO_PROXY: noProxy }) === null).toBe(isLeftOut)
  })

  it('that speaks something else is refused, without the password in the sentence', () => {
    expect(() => proxyOf(hub, { HTTPS_PROXY: 'socks5://me:secret@proxy:1080' })).toThrow(/socks5:\/\/proxy:1080/)
    expect(() => proxyOf(hub, { HTTPS_PROXY: 'http://' })).toThrow(/cannot be used/)
  })
})

describe('the proxy of the system', () => {
  it.each([
    ['DIRECT', null], ['PROXY proxy:8080; DIRECT', 'http://proxy:8080/'], ['HTTPS proxy:443', 'https://proxy/'], ['SOCKS5 proxy:1080', null], ['', null], ['PROXY', null],
  ])('in “%s” is %s', (list, proxy) => {
    expect(proxyInList(list)?.href ?? null).toBe(proxy)
  })
})
