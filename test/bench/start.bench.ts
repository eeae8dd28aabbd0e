import { spawn, type ChildProcess } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer, type AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { printFigure } from '../support/figure'

/** From `npm start` (set-up done, app built) to the first paint of the window's content, seconds. */
const runs = 5
const limitMs = 30_000
const paintTime = `{
  const entry = performance.getEntriesByName('first-contentful-paint')[0]
  entry === undefined ? null : performance.timeOrigin + entry.startTime
}`

const data = await mkdtemp(join(tmpdir(), 'longleaf-start-'))
const seconds: number[] = []
try {
  for (let run = 0; run < runs; run++) seconds.push(await timeStart())
} finally {
  await rm(data, { recursive: true, force: true })
}
printFigure('npm start to first paint', 's', seconds)

async function timeStart(): Promise<number> {
  const port = await freePort()
  const startMs = Date.now()
  const child = spawn(process.execPath, ['scripts/start.mjs', `--remote-debugging-port=${port}`], {
    env: { ...process.env, LONGLEAF_DATA: data, LONGLEAF_OFFLINE: '1' },
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  let said = ''
  child.stderr.setEncoding('utf8').on('data', (text: string) => (said += text))
  try {
    const paintedMs = await firstPaint(port)
    if (said.includes('[set-up]')) throw new Error(`this start did set-up work:\n${said}`)
    return (paintedMs - startMs) / 1000
  } finally {
    await end(child)
  }
}

/** The moment of the first contentful paint, as the page's own clock has it; milliseconds since 1970. */
async function firstPaint(port: number): Promise<number> {
  const end = Date.now() + limitMs
  let refused: unknown
  while (Date.now() < end) {
    const painted = await askPage(port).catch((error: unknown) => {
      refused = error
      return null
    })
    if (painted !== null) return painted
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
  throw new Error(`nothing was painted within ${limitMs} ms`, { cause: refused })
}

/** Null while the window's page has not painted yet. */
async function askPage(port: number): Promise<number | null> {
  const pages = (await (await fetch(`http://127.0.0.1:${port}/json/list`)).json()) as readonly { readonly url: string; readonly webSocketDebuggerUrl: string }[]
  const page = pages.find(({ url }) => url.startsWith('app://longleaf/index'))
  if (page === undefined) return null
  const socket = new WebSocket(page.webSocketDebuggerUrl)
  try {
    await new Promise((resolve, reject) => {
      socket.onopen = resolve
      socket.onerror = () => reject(new Error('the page cannot be asked'))
    })
    const reply = new Promise<string>((resolve) => (socket.onmessage = ({ data }) => resolve(String(data))))
    socket.send(JSON.stringify({ id: 1, method: 'Runtime.evaluate', params: { expression: paintTime, returnByValue: true } }))
    const { result } = JSON.parse(await reply) as { readonly result?: { readonly result?: { readonly value?: number | null } } }
    return result?.result?.value ?? null
  } finally {
    socket.close()
  }
}

async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  await new Promise((resolve) => server.close(resolve))
  return port
}

async function end(child: ChildProcess): Promise<void> {
  const ended = new Promise((resolve) => child.once('close', resolve))
  child.kill('SIGTERM')
  await ended
}
