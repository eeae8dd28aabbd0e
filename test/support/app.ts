import { mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { _electron, type ElectronApplication, type Page } from '@playwright/test'
import { deleteFolder } from './delete-folder'

/** The real app under test, with a data folder of its own. */
export interface RunningApp {
  /** What it evaluates must be async: of what is there at once Playwright may lose the answer, where V8 collects its promise before it is told. */
  readonly electron: ElectronApplication
  readonly page: Page
  readonly dataFolder: string
  /** Ends the app, by force where it does not end by itself, and deletes the data folder. */
  close(): Promise<void>
}

export interface LaunchOptions {
  /** A data folder to go on with; it is kept when the app closes. */
  readonly dataFolder?: string
  readonly env?: Readonly<Record<string, string>>
  readonly args?: readonly string[]
}

const closeLimitMs = 5_000
const addressPollMs = 25
const chatter = /^\[\d+:\d{4}\/\d{6}|^Debugger |^For help, see: |^$/

/** Starts the built app with the sandbox on (off only for root, where Chromium has none) and waits for its window. */
export async function launchApp({ dataFolder, env = {}, args = [] }: LaunchOptions = {}): Promise<RunningApp> {
  const data = dataFolder ?? (await mkdtemp(join(tmpdir(), 'longleaf-data-')))
  const executablePath = process.env['LONGLEAF_ELECTRON']
  const electron = await _electron.launch({
    ...(executablePath === undefined ? {} : { executablePath }),
    args: [resolve('.'), ...args],
    chromiumSandbox: process.getuid?.() !== 0,
    env: { ...definedIn(process.env), LONGLEAF_DATA: data, ...env },
  })
  const child = electron.process()
  child.stderr?.on('data', (text: Buffer) => {
    for (const line of text.toString().split('\n')) if (!chatter.test(line)) console.warn(line)
  })
  const page = await mainWindow(electron)
  return {
    electron,
    page,
    dataFolder: data,
    async close() {
      const ended = new Promise<void>((done) => (child.exitCode === null && child.signalCode === null ? child.once('exit', () => done()) : done()))
      const timer = setTimeout(() => child.kill('SIGKILL'), closeLimitMs)
      await electron.close().catch(() => undefined)
      await ended
      clearTimeout(timer)
      if (dataFolder === undefined) await deleteFolder(data)
    },
  }
}

/** The hidden window that reads documents may come before the one that a person sees, and either before it has its address. */
async function mainWindow(electron: ElectronApplication): Promise<Page> {
  await electron.firstWindow()
  while (electron.windows().length > 0) {
    const main = electron.windows().find((page) => page.url().endsWith('/index.html'))
    if (main !== undefined) return main
    await sleep(addressPollMs)
  }
  throw new Error('the app closed before its window had an address')
}

function definedIn(env: NodeJS.ProcessEnv): Record<string, string> {
  return Object.fromEntries(Object.entries(env).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])))
}
