import { existsSync } from 'node:fs'
import { mkdtemp, readFile, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { expect, test } from '@playwright/test'
import { bookPath } from '../support/books'
import { jsonOf, rendererPids, runCommand, startCommand } from '../support/command'
import { deleteFolder } from '../support/delete-folder'

const sample = resolve('resources/sample/sample.pdf')
let folder: string
let data: string

test.describe.configure({ timeout: 180_000 })
test.beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'longleaf-command-'))
  data = join(folder, 'data')
})
test.afterEach(() => deleteFolder(folder))

test('a document is imported, listed, shown, searched and deleted, each with its exit code and JSON', async () => {
  const imported = await runCommand(data, 'import', sample, '--json', '--quiet')
  expect(imported.code).toBe(0)
  const [document] = jsonOf(imported)['documents'] as readonly { readonly id: string; readonly pages: number }[]
  expect(document).toMatchObject({ state: 'ready', known: false, format: 'pdf', pages: 28, pageProblems: [], failure: null })
  const id = document?.id ?? ''

  expect(jsonOf(await runCommand(data, 'list', '--json'))).toMatchObject({ documents: [{ id, reading: { state: 'none' } }] })
  const shown = jsonOf(await runCommand(data, 'show', id.slice(0, 12), '--text', '--json')) as { pages: readonly { index: number; text: string }[] }
  expect(shown.pages.map(({ index }) => index)).toEqual(Array.from({ length: 28 }, (_, page) => page + 1))
  const { results } = jsonOf(await runCommand(data, 'search', 'tidal', '--json')) as { results: readonly { document: string; snippet: string }[] }
  expect(results[0]).toMatchObject({ document: id, page: expect.any(Number), section: expect.any(Array) })
  expect(results[0]?.snippet.toLowerCase()).toContain('tidal')
  expect((await runCommand(data, 'delete', id)).code).toBe(0)
  const gone = await runCommand(data, 'show', id, '--json')
  expect([gone.code, jsonOf(gone)]).toMatchObject([1, { failure: { kind: 'not-found' } }])
})

test('a question is answered with citations that stand in the text, and exported', async () => {
  const { question } = JSON.parse(await readFile(resolve('resources/sample/question.json'), 'utf8')) as { question: string }
  const asked = await runCommand(data, 'ask', sample, question, '--json', '--max-tokens', '60', '--seed', '1', '--export', join(folder, 'answer.md'))
  expect(asked.code, asked.err).toBe(0)
  const answer = jsonOf(asked) as { citations: readonly { page: number; quote: string; verified: boolean }[]; coverage: { pagesInView: readonly number[] } }
  expect(answer).toMatchObject({ question, mode: 'passages', coverage: { pagesTotal: 28, complete: false }, tokens: { reused: 0 } })
  expect(answer.coverage.pagesInView.length).toBeGreaterThan(0)
  const { pages } = jsonOf(await runCommand(data, 'show', await onlyId(), '--json')) as { pages: readonly { text: string }[] }
  const folded = (text: string): string => text.replace(/\s+/gu, ' ')
  for (const { page, quote, verified } of answer.citations) {
    expect(verified).toBe(true)
    expect(folded(`${pages[page - 1]?.text ?? ''} ${pages[page]?.text ?? ''}`)).toContain(folded(quote))
  }
  expect(await readFile(join(folder, 'answer.md'), 'utf8')).toContain(question.replace(/[?]/u, ''))
})

async function onlyId(): Promise<string> {
  const [document] = jsonOf(await runCommand(data, 'list', '--json'))['documents'] as readonly { readonly id: string }[]
  return document?.id ?? ''
}

test('wrong usage is answered with a sentence and the usage, and touches nothing', async () => {
  const { code, out, err } = await runCommand(data, 'bogus')
  expect([code, out]).toEqual([2, ''])
  expect(err).toContain('There is no command “bogus”.')
  expect(err).toContain('Usage:')
  expect(existsSync(join(data, 'library.db'))).toBe(false)
})

test('bad files fail with their own sentences, the good one is stored all the same', async () => {
  const empty = join(folder, 'empty.pdf')
  const page = join(folder, 'page.pdf')
  await Promise.all([writeFile(empty, ''), writeFile(page, '<!doctype html><p>Sign in')])
  const { code, err, ...rest } = await runCommand(data, 'import', empty, page, join(folder, 'absent.pdf'), sample, '--json', '--quiet')
  expect(code).toBe(1)
  expect(jsonOf({ code, err, ...rest })).toMatchObject({
    documents: [{ failure: { kind: 'empty-file' } }, { failure: { kind: 'wrong-type' } }, { failure: { kind: 'not-found' } }, { state: 'ready' }],
    failure: { kind: 'empty-file', document: 'empty.pdf' },
  })
  expect(err).not.toMatch(/undefined|TypeError|\bat .*\.js/u)
  await writeFile(join(folder, 'page.gguf'), '<!doctype html>')
  const model = await runCommand(data, 'models', 'import', join(folder, 'page.gguf'))
  expect(model.code).toBe(1)
  expect(model.err).toContain('is not a GGUF model')
})

test('Ctrl+C stops an import at once and keeps what was done; a second command waits for the first', async () => {
  const importing = startCommand(data, ['import', sample, await bookPath('r')])
  await importing.says('refman.pdf: 0 %')
  const listing = startCommand(data, ['list', '--json'])
  await listing.says('waiting for it to end')
  const stopped = performance.now()
  importing.child.kill('SIGINT')
  expect((await importing.done).code).toBe(130)
  expect(performance.now() - stopped).toBeLessThan(20_000)
  const listed = await listing.done
  expect(listed.code).toBe(0)
  expect(jsonOf(listed)).toMatchObject({ documents: [{ fileName: 'sample.pdf', state: 'ready' }] })
})

for (const [signal, what, kind] of [['SIGKILL', 'dies', 'reader-crashed'], ['SIGSTOP', 'hangs', 'took-too-long']] as const) {
  test(`a reader that ${what} costs its document and no other`, async () => {
    const importing = startCommand(data, ['import', await bookPath('r'), sample, '--json'])
    await importing.says('refman.pdf: 0 %')
    const readers = rendererPids(importing.child)
    expect(readers).toHaveLength(1)
    readers.forEach((pid) => process.kill(pid, signal))
    const result = await importing.done
    expect(result.code).toBe(1)
    expect(jsonOf(result)).toMatchObject({ documents: [{ fileName: 'refman.pdf', state: 'failed', failure: { kind } }, { fileName: 'sample.pdf', state: 'ready' }] })
  })
}
