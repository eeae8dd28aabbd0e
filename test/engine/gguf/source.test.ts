import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { GgufError } from '../../../src-engine/gguf/reader'
import { openFileSource } from '../../../src-engine/gguf/source'

let folder = ''
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'longleaf-source-'))
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

describe('a file as a source of bytes', () => {
  it('gives any part of it', () => {
    const path = join(folder, 'whole')
    writeFileSync(path, 'abcdef')
    const source = openFileSource(path)
    expect([source.length, Buffer.from(source.read(2, 3)).toString(), source.read(6, 0).length]).toEqual([6, 'cde', 0])
    source.close()
  })

  it('is refused where it became shorter while it was read', () => {
    const path = join(folder, 'shrinks')
    writeFileSync(path, 'abcdef')
    const source = openFileSource(path)
    truncateSync(path, 4)
    expect(() => source.read(2, 4)).toThrow(GgufError)
    expect(() => source.read(2, 4)).toThrow(/became shorter while it was read: it ends at byte 4/)
    source.close()
  })

  it('closed while it is read, is read to the end first, and closed once', async () => {
    const path = join(folder, 'closing')
    writeFileSync(path, 'abcdef')
    const source = openFileSource(path)
    const into = new Uint8Array(6)
    const reading = source.fill(0, into)
    source.close()
    source.close()
    await reading
    expect(Buffer.from(into).toString()).toBe('abcdef')
    source.close()
    await expect(source.fill(0, into)).rejects.toThrow('The file is closed.')
  })

  it('is refused where it is a folder, or something that would be waited for', () => {
    expect(() => openFileSource(folder)).toThrow(/is a folder, not a GGUF model file/)
    if (process.platform === 'win32') return
    execFileSync('mkfifo', [join(folder, 'pipe')])
    expect(() => openFileSource(join(folder, 'pipe'))).toThrow(/is a device, not a GGUF model file/)
  })

  it('gives the error of the system where there is none', () => {
    expect(() => openFileSource(join(folder, 'none'))).toThrow(/ENOENT/)
  })
})
