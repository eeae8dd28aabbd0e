import { mkdtemp, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from '@playwright/test'
import { launchApp } from '../support/app'
import { slowCommand, slowedMs, slowEngine } from '../support/app-engine'
import { jsonOf, runCommand, startCommand } from '../support/command'
import { deleteFolder } from '../support/delete-folder'
import { writeShortBook } from '../support/short-book'

/** What the app reads before it stores that, tokens. */
const superChunk = 2_048

const title = 'A walk along the Wend'

let folder: string
let book: string
let data: string

test.describe.configure({ mode: 'serial', timeout: 600_000 })

test.beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'longleaf-killed-'))
  data = join(folder, 'data')
  book = join(folder, 'walk.pdf')
  await writeFile(book, writeShortBook(title, 6))
})

test.afterAll(() => deleteFolder(folder))

// Killed as by a power cut; the engine is on its own then, and goes.

test('a reading that is killed goes on by itself in the window; killed again, it loses no more than was under way', async () => {
  const command = startCommand(data, ['read', book])
  await command.says(new RegExp(`Reading “${title}”: \\d+ %`, 'u'))
  const engine = await slowCommand(command)
  // Of tenths some may be left out. From 40 % to 75 % the first super-chunk is stored and the second is not.
  await command.says(new RegExp(`Reading “${title}”: [4-7]0 %`, 'u'))
  command.child.kill('SIGKILL')
  await command.done
  await engine.hurry()
  const [partly] = jsonOf(await runCommand(data, 'readings', '--json'))['readings'] as { readonly tokens: number; readonly state: string }[]
  expect(partly).toMatchObject({ tokens: superChunk, state: 'partial' })

  const app = await launchApp({ dataFolder: data })
  await slowEngine(app)
  await expect(app.page.getByRole('row', { name: title })).toContainText(/Reading (?:[4-9]\d) %/u, { timeout: slowedMs })
  app.electron.process().kill('SIGKILL')
  await app.close()

  const { code, out, err } = await runCommand(data, 'read', book, '--json')
  expect(code, err).toBe(0)
  expect(JSON.parse(out)).toMatchObject({ state: 'read', pages: [1, 6], setAside: null })
  expect([superChunk, 2 * superChunk]).toContain((JSON.parse(out) as { readonly reused: number }).reused)
})

test('it is asked about from two processes, whole where nothing else is said, and nothing of it is read again', async () => {
  const { tokens } = (jsonOf(await runCommand(data, 'readings', '--json'))['readings'] as { readonly tokens: number }[])[0] ?? { tokens: 0 }
  expect(tokens).toBeGreaterThan(2 * superChunk)
  expect(jsonOf(await runCommand(data, 'forecast', book, '--json'))).toMatchObject({ tokens })
  for (const question of ['How long is the river?', 'Who walked?']) {
    const answer = jsonOf(await runCommand(data, 'ask', book, question, '--json', '--max-tokens', '8', '--memory', '2GB'))
    expect(answer).toMatchObject({ mode: 'whole', tokens: { reused: tokens }, setAside: null, coverage: { complete: true } })
    expect((answer['tokens'] as { readonly prefilled: number }).prefilled).toBeLessThan(64)
  }
})

test('where it does not fit the memory that is allowed, the answer has the same words', async () => {
  const ask = async (...more: readonly string[]): Promise<Record<string, unknown>> =>
    jsonOf(await runCommand(data, 'ask', book, 'How long is the Wend from its spring to the bar?', '--json', '--max-tokens', '40', ...more))
  const resident = await ask('--memory', '2GB')
  const streamed = await ask('--memory', '30MB')
  expect([resident['attention'], streamed['attention']]).toEqual(['resident', 'streamed'])
  expect(streamed['answer']).toBe(resident['answer'])
  expect(String(streamed['answer']).length).toBeGreaterThan(20)
  expect(streamed['tokens']).toEqual(resident['tokens'])
})

test('it is listed for a person by its title and the name of its model, and deleted by the end of its id', async () => {
  const { out } = await runCommand(data, 'readings')
  expect(out).toMatch(/^[0-9a-f]{12} {2}A walk along the Wend {2}SmolLM2[^\n]* {2}read {2}last used \d{4}-\d\d-\d\d\n$/u)
  expect((await runCommand(data, 'readings', 'delete', out.slice(0, 12))).out).toContain('Deleted: ')
  expect(jsonOf(await runCommand(data, 'list', '--json'))).toMatchObject({ documents: [{ reading: { state: 'none' } }] })
})
