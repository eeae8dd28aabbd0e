import { describe, expect, it } from 'vitest'
import { announcedBy, announcedInList } from '../../../src-main/models/announced'
import { deliveryHosts, endpointOf, fileUrl, listUrl, mayFollow } from '../../../src-main/models/source'

const file = { repository: 'bartowski/glm-4-9b-chat-GGUF', revision: 'main', file: 'glm-4-9b-chat-Q4_K_M.gguf' }
const hash = 'a'.repeat(64)

describe('where a file comes from', () => {
  it('is the hub, or what HF_ENDPOINT or the person names instead', () => {
    expect(fileUrl(endpointOf('', {}), file).href).toBe('https://huggingface.co/bartowski/glm-4-9b-chat-GGUF/resolve/main/glm-4-9b-chat-Q4_K_M.gguf')
    expect(fileUrl(endpointOf('', { HF_ENDPOINT: 'https://mirror.example' }), file).host).toBe('mirror.example')
    expect(fileUrl(endpointOf(' https://own.example/hub/ ', { HF_ENDPOINT: 'https://mirror.example' }), file).href).toBe('https://own.example/hub/bartowski/glm-4-9b-chat-GGUF/resolve/main/glm-4-9b-chat-Q4_K_M.gguf')
    expect(listUrl(endpointOf('', {}), file).href).toBe('https://huggingface.co/api/models/bartowski/glm-4-9b-chat-GGUF/tree/main')
  })

  it('is never an address that others on the way can read or change; this computer itself is', () => {
    for (const bad of ['http://mirror.example', 'ftp://mirror.example', 'file:///etc', 'mirror', 'http://127.0.0.1.example']) {
      expect(() => endpointOf(bad, {})).toThrow(expect.objectContaining({ failure: expect.objectContaining({ kind: 'invalid-request' }) as unknown }) as Error)
    }
    for (const good of ['http://127.0.0.1:8080', 'http://localhost:1', 'http://[::1]:1']) expect(endpointOf(good, {}).href).toBe(`${good}/`)
  })
})

describe('being led on', () => {
  it.each([
    ['https://huggingface.co/a', 'https://huggingface.co/b', true],
    ['https://huggingface.co/a', 'https://cdn-lfs.hf.co/b', true],
    ['https://huggingface.co/a', 'https://cas-bridge.xethub.hf.co/b', true],
    ['https://mirror.example/a', 'https://mirror.example/b', true],
    ['https://mirror.example/a', 'https://cdn-lfs.huggingface.co/b', true],
    ['https://huggingface.co/a', 'http://huggingface.co/b', false],
    ['https://huggingface.co/a', 'http://127.0.0.1/b', false],
    ['https://huggingface.co/a', 'https://127.0.0.1/b', false],
    ['https://huggingface.co/a', 'https://evilhf.co/b', false],
    ['https://huggingface.co/a', 'https://hf.co.example/b', false],
    ['https://huggingface.co/a', 'https://mirror.example/b', false],
    ['https://mirror.example/a', 'https://mirror.example:8443/b', false],
    ['http://127.0.0.1:1/a', 'http://127.0.0.1:1/b', true],
    ['http://127.0.0.1:1/a', 'http://127.0.0.1:2/b', false],
    ['http://127.0.0.1:1/a', 'http://hf.co/b', false],
  ])('%s to %s: %s', (from, to, may) => {
    expect(mayFollow(new URL(from), new URL(to), deliveryHosts)).toBe(may)
  })
})

describe('what a server announces', () => {
  it('is read from the hub’s headers, or from an ETag that is a SHA-256', () => {
    expect(announcedBy({ 'x-linked-size': '42', 'x-linked-etag': `"${hash}"`, etag: '"other"' })).toEqual({ bytes: 42, sha256: hash })
    expect(announcedBy({ etag: `W/"${hash}"` })).toEqual({ bytes: null, sha256: hash })
    expect(announcedBy({ 'x-linked-size': '-1', 'x-linked-etag': '"abc"', etag: `"${hash.toUpperCase()}"` })).toEqual({ bytes: null, sha256: null })
    expect(announcedBy({})).toEqual({ bytes: null, sha256: null })
  })

  it('is read from its list of files, if it is one', () => {
    const list = [{ path: 'README.md' }, { path: file.file, lfs: { oid: hash, size: 7 } }]
    expect(announcedInList(list, file.file)).toEqual({ bytes: 7, sha256: hash })
    for (const bad of [null, {}, 'x', [{}], [{ path: file.file }], [{ path: file.file, lfs: { oid: 1, size: 'x' } }]]) {
      expect(announcedInList(bad, file.file)).toEqual({ bytes: null, sha256: null })
    }
  })
})
