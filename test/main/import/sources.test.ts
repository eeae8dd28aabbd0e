import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, relative } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { expandPath, filesIn } from '../../../src-main/import/sources'

const root = mkdtempSync(join(tmpdir(), 'longleaf-sources-'))
const put = (path: string): void => {
  mkdirSync(join(root, path, '..'), { recursive: true })
  writeFileSync(join(root, path), 'x')
}

beforeAll(() => {
  for (const path of ['shelf/b10.pdf', 'shelf/b9.PDF', 'shelf/deep/er/c.docx', 'shelf/.hidden.pdf', 'shelf/.git/d.pdf', 'shelf/notes.txt', 'shelf/picture.png', 'one.txt', 'outside/e.pdf']) put(path)
  mkdirSync(join(root, 'empty'))
  symlinkSync(join(root, 'shelf'), join(root, 'shelf', 'deep', 'loop'))
  symlinkSync('self', join(root, 'self'))
  symlinkSync(join(root, 'outside'), join(root, 'shelf', 'linked'))
  symlinkSync(join(root, 'nowhere.pdf'), join(root, 'shelf', 'dangling.pdf'))
})
afterAll(() => rmSync(root, { recursive: true, force: true }))

describe('a folder', () => {
  it('gives its documents in the order of their names, without hidden ones, and links in a circle once', async () => {
    const files = (await filesIn(join(root, 'shelf'))).map((path) => relative(join(root, 'shelf'), path).replaceAll('\\', '/'))
    expect(files).toEqual(['b9.PDF', 'b10.pdf', 'deep/er/c.docx', 'linked/e.pdf'])
  })

  it('without documents says so', async () => {
    expect(await expandPath(join(root, 'empty'))).toMatchObject({ ok: false, failure: { kind: 'not-found' } })
  })
})

describe('a path', () => {
  it('of a file is that file, whatever its name says', async () => {
    expect(await expandPath(join(root, 'one.txt'))).toEqual({ ok: true, value: [join(root, 'one.txt')] })
  })

  it.each([
    ['absent.pdf', 'not-found'],
    ['one.txt/a.pdf', 'not-found'],
    ['self', 'file-unreadable'],
    ['a\0b.pdf', 'file-unreadable'],
    [`${'n'.repeat(300)}.pdf`, 'file-unreadable'],
  ])('%j fails with a sentence', async (path, kind) => {
    const expanded = await expandPath(join(root, path))
    expect(expanded).toMatchObject({ ok: false, failure: { kind } })
    expect(expanded.ok ? '' : expanded.failure.message).toMatch(/[.]$/)
  })
})
