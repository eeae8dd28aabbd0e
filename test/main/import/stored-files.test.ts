import { createHash } from 'node:crypto'
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { foldersIn } from '../../../src-main/folders'
import { openStoredFiles, type StoredFiles } from '../../../src-main/import/stored-files'

let root: string
let files: StoredFiles
const sha = (bytes: string): string => createHash('sha256').update(bytes).digest('hex')
const source = (name: string, bytes: string): string => {
  const path = join(root, name)
  writeFileSync(path, bytes)
  return path
}
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'longleaf-files-'))
  files = openStoredFiles(foldersIn(root))
})
afterEach(() => rmSync(root, { recursive: true, force: true }))

describe('a held file', () => {
  it('is a copy with its hash, length and the kind that its bytes show', async () => {
    const held = await files.hold(source('a.txt', '%PDF-1.7 body'), 'a.txt')
    expect(held).toMatchObject({ hash: sha('%PDF-1.7 body'), bytes: 13, extension: 'pdf' })
    expect((await files.hold(source('b', 'PK\u0003\u0004'), 'b')).extension).toBe('docx')
    writeFileSync(join(root, 'a.txt'), 'changed')
    expect(readFileSync(held.path, 'utf8')).toBe('%PDF-1.7 body')
  })

  it('is refused where it is empty, absent, a folder or too large, before anything is copied', async () => {
    const large = source('large.pdf', '')
    truncateSync(large, 501_000_000)
    await expect(files.hold(source('zero.pdf', ''), 'zero.pdf')).rejects.toMatchObject({ failure: { kind: 'empty-file', document: 'zero.pdf' } })
    await expect(files.hold(join(root, 'absent.pdf'), 'absent.pdf')).rejects.toMatchObject({ failure: { kind: 'not-found' } })
    await expect(files.hold(root, 'folder')).rejects.toMatchObject({ failure: { kind: 'file-unreadable' } })
    await expect(files.hold(large, 'large.pdf')).rejects.toMatchObject({ failure: { kind: 'too-large', message: expect.stringContaining('501 MB') as string } })
    expect(existsSync(join(root, 'incoming')) ? readdirSync(join(root, 'incoming')) : []).toEqual([])
  })

  it('is kept under its hash, found by the beginning of it, and removed', async () => {
    const held = await files.hold(source('a.pdf', '%PDF-x'), 'a.pdf')
    await files.keep(held)
    const path = join(root, 'documents', `${held.hash}.pdf`)
    expect(await files.find(held.hash)).toBe(path)
    expect(await files.find(held.hash.slice(0, 8))).toBe(path)
    expect(readdirSync(join(root, 'incoming'))).toEqual([])
    await files.remove(held.hash)
    expect(await files.find(held.hash)).toBeNull()
    expect(readdirSync(join(root, 'documents'))).toEqual([])
  })

  it('is never found by what is not a hash', async () => {
    source('x.pdf', '')
    for (const wrong of ['', '..', '../x', 'x.pdf', 'A'.repeat(64), '%2e', 'abc']) expect(await files.find(wrong)).toBeNull()
  })
})

describe('the incoming folder', () => {
  it('keeps pasted bytes until they are released', async () => {
    const path = await files.stage(Buffer.from('%PDF-pasted'))
    expect(files.isStaged(path)).toBe(true)
    expect(files.isStaged(join(root, 'a.pdf'))).toBe(false)
    expect(statSync(path).size).toBe(11)
    await files.release(path)
    expect(existsSync(path)).toBe(false)
  })

  it('loses at the next start what is not waited for', async () => {
    const waiting = await files.stage(Buffer.from('a'))
    await files.stage(Buffer.from('b'))
    await files.hold(source('c.pdf', '%PDF-c'), 'c.pdf')
    await files.tidy([waiting])
    expect(readdirSync(join(root, 'incoming')).map((name) => join(root, 'incoming', name))).toEqual([waiting])
  })
})
