import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { parseCli } from '../../../src-main/cli/args'
import { askCommand } from '../../../src-main/cli/ask'
import type { Command, CommandWorld, ExitCode } from '../../../src-main/cli/command'
import { importCommand } from '../../../src-main/cli/import'
import { deleteCommand, listCommand, searchCommand, showCommand } from '../../../src-main/cli/library'
import { modelsCommand } from '../../../src-main/cli/models'
import { createOutput } from '../../../src-main/cli/output'
import { readingsCommand } from '../../../src-main/cli/read'
import type { CommandName } from '../../../src-main/cli/usage'
import type { Answer } from '../../../src-main/contract/answer'
import { FailureError } from '../../../src-main/contract/failure'
import type { ReadingSummary } from '../../../src-main/contract/reading'
import { foldersIn } from '../../../src-main/folders'
import { createImports } from '../../../src-main/import/imports'
import type { IngestHost } from '../../../src-main/import/ingest-host'
import { openStoredFiles } from '../../../src-main/import/stored-files'
import { createEventHub } from '../../../src-main/ipc/hub'
import type { Library } from '../../../src-main/library/library'
import { openSettings } from '../../../src-main/settings/settings'
import type { Services } from '../../../src-main/services'
import { buildDocument, type Built } from '../../support/documents'
import { openHere } from '../../support/library'

const jobs: Partial<Record<CommandName, Command>> = {
  ask: askCommand, import: importCommand, list: listCommand, show: showCommand, delete: deleteCommand, search: searchCommand,
  models: modelsCommand, readings: readingsCommand,
}
const books: Record<string, Built> = {
  'tides.pdf': buildDocument(['The tide came in at nine.', 'The heron stood in the reeds.'], { labels: ['i', '1'], title: 'Tides' }),
  'rules.docx': buildDocument(['Pencils only.'], { format: 'docx', path: ['Rules'], title: 'Rules' }),
}

let root: string
let library: Library
let services: Services
let abort: AbortController
let kept: ReadingSummary[]

interface Run {
  readonly code: ExitCode
  readonly out: string
  readonly err: string
  readonly json: Record<string, unknown>
}

/** Runs a command as the program does, over a real library, with a reader that knows two books. */
async function run(...words: readonly string[]): Promise<Run> {
  const cli = parseCli(JSON.stringify(words))
  if (cli.kind !== 'command') throw new Error(`not a command: ${words.join(' ')}`)
  const written = { out: '', err: '' }
  const writer = (name: 'out' | 'err') => ({ write: (text: string) => void (written[name] += text) })
  const streams = { out: writer('out'), err: writer('err'), terminal: false }
  const world: CommandWorld = { services, options: cli.options, out: createOutput(streams, cli.options), listen: createEventHub().listen, signal: abort.signal }
  const code = (await jobs[cli.name]?.(world, cli.args)) ?? 1
  return { code, ...written, json: cli.options.json ? (JSON.parse(written.out) as Record<string, unknown>) : {} }
}
const put = (name: string, bytes = name): string => {
  writeFileSync(join(root, name), bytes)
  return join(root, name)
}

const answer: Answer = {
  id: 1, conversation: 1, question: 'When?', text: 'The tide came at nine. Herons fly.', state: 'done', failure: null, model: 'Scripted', mode: 'passages',
  statements: [{ range: [0, 22], support: 'cited' }, { range: [23, 34], support: 'not-found' }],
  citations: [{
    marker: 1, statement: [0, 22], document: 'd', title: 'Tides', span: { start: { unit: 0, offset: 0 }, end: { unit: 0, offset: 25 } },
    quote: 'The tide came in at nine.', verified: true, confidence: 'high', unit: 0, page: 1, pageLabel: 'i', section: [], paragraph: 1,
  }],
  coverage: { documents: [{ document: 'd', title: 'Tides', unitsInView: [0], unitsTotal: 2, paginated: true }], complete: false },
  missingWords: ['osprey'], tokens: { reused: 0, prefilled: 9, generated: 4 }, milliseconds: { prefill: 1.4, firstToken: 2.6, total: 3.5 }, asked: '2026-01-01T00:00:00Z',
}

beforeEach(async () => {
  root = mkdtempSync(join(tmpdir(), 'longleaf-cli-'))
  abort = new AbortController()
  library = await openHere(join(root, 'data'))
  const files = openStoredFiles(foldersIn(join(root, 'data')))
  const ingest: IngestHost = {
    warm: () => undefined,
    async parse(task, hooks) {
      const book = books[task.fileName]
      if (task.fileName === 'locked.pdf' && task.password !== 'heron') throw new FailureError('password-needed', 'It asks for a password.')
      if (book === undefined && task.fileName !== 'locked.pdf') throw new FailureError('wrong-type', `“${task.fileName}” is no document.`)
      const { units, document } = book ?? buildDocument(['Locked words.'])
      hooks.onProgress(units.length, units.length)
      hooks.onUnits(units)
      return { ...document, notices: task.fileName === 'tides.pdf' ? ['It holds an attachment.'] : [] }
    },
    close: () => undefined,
  }
  const imports = createImports({ library, files, ingest, log: { write: () => undefined }, publish: () => undefined })
  const asked = { start: () => Promise.resolve(answer), cancel: () => undefined, finished: () => Promise.resolve(answer) }
  // The commands under test use these parts and no others.
  kept = []
  const readings = { list: () => Promise.resolve(kept), shelf: () => Promise.resolve({ readings: kept, quotaBytes: 64e9 }) }
  services = { library, files, imports, readings, asker: asked, deleteDocument: (id: string) => library.delete(id) } as unknown as Services
})
afterEach(async () => {
  await library.close()
  rmSync(root, { recursive: true, force: true })
})

describe('import', () => {
  it('prints a line for each file, its notices on standard error, and every field for scripts', async () => {
    const { code, json, err } = await run('import', put('tides.pdf'), '--json')
    expect(code).toBe(0)
    expect(json).toMatchObject({
      documents: [{ id: expect.stringMatching(/^[0-9a-f]{12,64}$/) as string, path: join(root, 'tides.pdf'), title: 'Tides', author: null, format: 'pdf', pages: 2, characters: 54, state: 'ready', known: false, pageProblems: [], failure: null }],
    })
    expect(err).toContain('It holds an attachment.')
    expect((await run('import', join(root, 'tides.pdf'), '--json')).json).toMatchObject({ documents: [{ known: true, state: 'ready' }] })
    expect((await run('import', put('rules.docx'))).out).toMatch(/^[0-9a-f]{12} {2}Rules {2}1 section {2}13 characters {2}ready\n$/)
  })

  it('does the good ones all the same where others fail, and says which', async () => {
    const { code, json, err } = await run('import', put('zero.pdf', ''), put('tides.pdf'), put('page.html'), join(root, 'absent.pdf'), '--json')
    expect(code).toBe(1)
    expect((json['documents'] as { state: string; failure: { kind: string } | null }[]).map(({ state, failure }) => [state, failure?.kind ?? null])).toEqual([
      ['failed', 'empty-file'], ['ready', null], ['failed', 'wrong-type'], ['failed', 'not-found'],
    ])
    expect(json['failure']).toMatchObject({ kind: 'empty-file', document: 'zero.pdf' })
    expect(err).toMatch(/“zero\.pdf” is empty/)
    expect(err).not.toMatch(/undefined|Error:|at .*\.ts/)
  })

  it('takes the password from a file, and never shows it', async () => {
    expect(await run('import', put('locked.pdf'), '--json')).toMatchObject({ code: 1, json: { documents: [{ state: 'needs-password' }] } })
    writeFileSync(join(root, 'password'), 'heron\n')
    const done = await run('import', join(root, 'locked.pdf'), '--json', '--password-file', join(root, 'password'))
    expect(done).toMatchObject({ code: 0, json: { documents: [{ state: 'ready' }] } })
    expect(done.out + done.err).not.toContain('heron')
    await expect(run('import', join(root, 'locked.pdf'), '--password-file', join(root, 'absent'))).rejects.toMatchObject({ failure: { kind: 'file-unreadable' } })
  })

  it('is stopped by Ctrl+C and keeps what was done', async () => {
    const paths = [put('tides.pdf'), put('rules.docx')]
    abort.abort()
    expect((await run('import', ...paths, '--json')).code).toBe(130)
    abort = new AbortController()
    expect((await run('import', ...paths)).code).toBe(0)
    expect(await library.queue()).toEqual([])
  })
})

describe('the library', () => {
  it('is listed, shown, searched and emptied', async () => {
    await run('import', put('tides.pdf'), put('rules.docx'))
    const { documents } = (await run('list', '--json')).json as { documents: { id: string; fileName: string; reading: unknown }[] }
    expect(documents).toHaveLength(2)
    expect(documents[0]?.reading).toEqual({ state: 'none', tokens: 0, model: null })
    const id = documents.find(({ fileName }) => fileName === 'tides.pdf')?.id ?? ''
    kept = [2048, 4096].map((tokens) => ({ id: `${tokens}.reading`, document: id, title: 'Tides', model: 'GLM', tokens, tokensTotal: 5000, state: 'partial', units: [[0, 0]], bytes: 9, lastUsed: '2026-01-01T00:00:00Z' }))
    expect((await run('list', '--json')).json).toMatchObject({ documents: expect.arrayContaining([expect.objectContaining({ id, reading: { state: 'partial', tokens: 4096, model: 'GLM' } })]) as unknown })
    expect((await run('readings', '--json')).json).toMatchObject({ quotaBytes: 64e9, readings: [{ id: '2048.reading', document: id, title: 'Tides', tokens: 2048, units: [[1, 1]], bytes: 9 }, { id: '4096.reading' }] })
    expect((await run('readings')).out).toContain('  Tides  GLM  4096 tokens  0 MB  partly read, page 1  last used 2026-01-01\n')

    expect((await run('show', id.slice(0, 8), '--text')).out).toBe('[page 1 (i)]\nThe tide came in at nine.\n\n[page 2 (1)]\nThe heron stood in the reeds.\n\n')
    expect((await run('show', id, '--text', '--json')).json).toMatchObject({ document: { id }, pages: [{ index: 1, label: 'i', text: 'The tide came in at nine.' }, { index: 2, label: '1' }], outline: [] })
    const docx = documents.find(({ fileName }) => fileName === 'rules.docx')?.id ?? ''
    expect((await run('show', docx, '--json')).json).toMatchObject({ document: { pages: null }, pages: [], blocks: [{ path: ['Rules'], paragraph: 1, kind: 'paragraph', text: 'Pencils only.' }] })

    const found = await run('search', 'heron', '--json')
    expect(found).toMatchObject({ code: 0, json: { results: [{ document: id, title: 'Tides', page: 2, pageLabel: '1', matches: [[4, 9]] }] } })
    expect((await run('search', 'heron')).out).toContain('The [heron] stood')
    expect(await run('search', 'osprey', '--json')).toMatchObject({ code: 0, json: { results: [] } })

    expect((await run('delete', id, '--json')).code).toBe(0)
    expect((await run('list', '--json')).json['documents']).toHaveLength(1)
    for (const absent of [id, 'nothing', '../x', 'abc']) await expect(run('show', absent)).rejects.toMatchObject({ failure: { kind: 'not-found' } })
  })
})

describe('ask', () => {
  it('imports what is new, and answers with sources, coverage and what was not found', async () => {
    const { code, out, json } = await run('ask', put('tides.pdf'), 'When?', '--json', '--export', join(root, 'out.md'))
    expect(code).toBe(0)
    expect(out).not.toContain('"span"')
    expect(json).toMatchObject({
      question: 'When?', answer: answer.text, model: 'Scripted', mode: 'passages', notices: ['It holds an attachment.'],
      citations: [{ marker: 1, statement: [0, 22], document: 'd', title: 'Tides', page: 1, pageLabel: 'i', section: [], paragraph: 1, quote: 'The tide came in at nine.', verified: true, confidence: 'high' }],
      coverage: { pagesInView: [1], pagesTotal: 2, complete: false }, tokens: { reused: 0, prefilled: 9, generated: 4 },
      milliseconds: { import: expect.any(Number) as number, prefill: 1, firstToken: 3, total: 4 },
    })
    expect(readFileSync(join(root, 'out.md'), 'utf8')).toContain('[^1]')
    expect((await run('ask', join(root, 'tides.pdf'), 'When?')).out.split('\n').slice(0, 4)).toEqual([
      'The tide came at nine. [1] Herons fly. [not found in the text]', '', '[1] Tides, page i (1 in the file): “The tide came in at nine.”', 'In view: 1 of 2 pages of Tides.',
    ])
  })

  it('fails with the file’s failure where there is nothing to ask about, and answers from the rest where there is', async () => {
    await expect(run('ask', put('zero.pdf', ''), 'When?')).rejects.toMatchObject({ failure: { kind: 'empty-file', document: 'zero.pdf' } })
    await expect(run('ask', 'abcdef', 'When?')).rejects.toMatchObject({ failure: { kind: 'not-found' } })
    expect(await run('ask', join(root, 'zero.pdf'), put('tides.pdf'), 'When?', '--json')).toMatchObject({ code: 1, json: { answer: answer.text, failure: { kind: 'empty-file' } } })
  })
})

describe('models device', () => {
  const device = { name: 'Vulkan0', title: 'Radeon', kind: 'card', freeBytes: 6e9, totalBytes: 8e9 } as const
  beforeEach(async () => {
    const settings = await openSettings(library, () => undefined)
    services = { ...services, engine: { devices: () => Promise.resolve([device]) }, settings } as unknown as Services
  })

  it('says what can compute and what does', async () => {
    expect((await run('models', 'device')).out).toBe('Computes: auto\nVulkan0  Radeon  card  6.00 GB of 8.00 GB free\n')
    expect((await run('models', 'device', '--json')).json).toEqual({ device: 'auto', trouble: null, devices: [device] })
  })

  it('chooses one, which forgets what happened to it, and knows no others', async () => {
    await services.settings.write({ deviceTrouble: 'Radeon stopped working.' })
    expect((await run('models', 'device')).out).toMatch(/^Computes: auto\. Radeon stopped working\./)
    expect((await run('models', 'device', 'Vulkan0', '--json')).json).toMatchObject({ device: 'Vulkan0', trouble: null })
    await expect(run('models', 'device', 'Vulkan1')).rejects.toThrow('There is no device “Vulkan1”. Choose one of: auto, cpu, Vulkan0.')
    expect(services.settings.read()).toMatchObject({ device: 'Vulkan0', deviceTrouble: null })
  })
})
