import { readFileSync } from 'node:fs'
import { createServer, type IncomingMessage, type RequestListener, type Server } from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import { connect, type AddressInfo } from 'node:net'
import type { Duplex } from 'node:stream'
import { afterEach, describe, expect, it } from 'vitest'
import { get, ProxyError } from '../../../src-main/models/http'

const key = readFileSync('test/fixtures/tls/key.pem', 'utf8')
const ca = readFileSync('test/fixtures/tls/certificate.pem', 'utf8')
const answer: RequestListener = (request, response) => void response.end(`${request.headers.host} ${request.url}`)

const open: Server[] = []
const tunnels: Duplex[] = []
const listen = async (server: Server): Promise<number> => {
  open.push(server)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return (server.address() as AddressInfo).port
}
afterEach(async () => {
  for (const tunnel of tunnels.splice(0)) tunnel.destroy()
  for (const server of open.splice(0)) {
    server.closeAllConnections()
    await new Promise((resolve) => server.close(resolve))
  }
})

/** A proxy that brings every connection to one port of this computer, and tells what it was asked for. */
async function startProxy(port: number, asked: string[], status = 200): Promise<URL> {
  const proxy = createServer((request, response) => {
    asked.push(`${request.method} ${request.url} ${request.headers['proxy-authorization'] ?? ''}`.trim())
    response.end('by the proxy')
  })
  proxy.on('connect', (request, socket) => {
    tunnels.push(socket)
    asked.push(`CONNECT ${request.url} ${request.headers['proxy-authorization'] ?? ''}`.trim())
    if (status !== 200) return void socket.end(`HTTP/1.1 ${status} No\r\n\r\n`)
    const server = connect(port, '127.0.0.1', () => {
      socket.write('HTTP/1.1 200 OK\r\n\r\n')
      server.pipe(socket).pipe(server)
    })
    tunnels.push(server)
    server.on('error', () => socket.destroy())
    socket.on('error', () => server.destroy())
  })
  return new URL(`http://127.0.0.1:${await listen(proxy)}`)
}
const read = async (response: IncomingMessage): Promise<string> => {
  let text = ''
  for await (const chunk of response) text += String(chunk)
  return text
}
const { signal } = new AbortController()

describe('through a proxy', () => {
  it('an encrypted connection is carried, to the server by its name, and the certificate is that of the server', async () => {
    const asked: string[] = []
    const port = await listen(createTlsServer({ key, cert: ca }, answer))
    const proxy = await startProxy(port, asked)
    proxy.username = 'me'
    proxy.password = 'w%20rd'
    expect(await read(await get(new URL('https://models.test/file'), { signal, proxy, ca }))).toBe('models.test /file')
    expect(asked).toEqual([`CONNECT models.test:443 Basic ${Buffer.from('me:w rd').toString('base64')}`])
    await expect(get(new URL('https://other.test/file'), { signal, proxy, ca })).rejects.toMatchObject({ code: 'ERR_TLS_CERT_ALTNAME_INVALID' })
    await expect(get(new URL('https://models.test/file'), { signal, proxy })).rejects.toMatchObject({ code: expect.stringContaining('SIGNED') as string })
  })

  it('a plain one names the whole address', async () => {
    const asked: string[] = []
    const proxy = await startProxy(1, asked)
    expect(await read(await get(new URL('http://models.test/file?x'), { signal, proxy }))).toBe('by the proxy')
    expect(asked).toEqual(['GET http://models.test/file?x'])
  })

  it('that does not carry it, the reason is told', async () => {
    const proxy = await startProxy(1, [], 407)
    await expect(get(new URL('https://models.test/file'), { signal, proxy, ca })).rejects.toEqual(new ProxyError(`the proxy ${proxy.host} answers with status 407`))
  })
})

describe('without one', () => {
  it('a connection can be given up at any time', async () => {
    const port = await listen(createServer(() => undefined))
    const abort = new AbortController()
    const asked = get(new URL(`http://127.0.0.1:${port}/`), { signal: abort.signal, proxy: null })
    abort.abort()
    await expect(asked).rejects.toMatchObject({ name: 'AbortError' })
  })
})
