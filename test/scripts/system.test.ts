import { mkdtemp, rm, stat, utimes, writeFile } from 'node:fs/promises'
import { existsSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { thisContext } from '../../scripts/setup/context.mjs'
import { installFolder, installVerified, isVerified, sha256Of } from '../../scripts/setup/files.mjs'
import { hasProgram, programPath, run, runOrFail } from '../../scripts/setup/process.mjs'
import { hasDisplay, parseMissing, testToolsStep } from '../../scripts/setup/system.mjs'

let folder: string

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'longleaf-system-'))
})

afterEach(() => rm(folder, { recursive: true, force: true }))

describe('what the system lacks', () => {
  it("is read from the loader's list", () => {
    const output = '\tlibffmpeg.so => /opt/libffmpeg.so (0x1)\n\tlibgtk-3.so.0 => not found\n\tlibnss3.so => not found\n\tlibgtk-3.so.0 => not found\n'
    expect(parseMissing(output)).toEqual(['libgtk-3.so.0', 'libnss3.so'])
    expect(parseMissing('\tstatically linked\n')).toEqual([])
  })

  it('a display is one of X or Wayland', () => {
    expect(hasDisplay({ DISPLAY: ':0' })).toBe(true)
    expect(hasDisplay({ WAYLAND_DISPLAY: 'wayland-0' })).toBe(true)
    expect(hasDisplay({ DISPLAY: '' })).toBe(false)
  })

  it('programs are looked for on the PATH alone', () => {
    expect(hasProgram('node', { PATH: join(process.execPath, '..') })).toBe(true)
    expect(hasProgram('node', { PATH: folder })).toBe(false)
    expect(hasProgram('node', {})).toBe(false)
    expect(programPath('node', { PATH: [folder, join(process.execPath, '..')].join(delimiter) })).toBe(process.execPath)
  })

  it("programs for the system's keeper are found where the PATH does not name their folders", async () => {
    expect(await testToolsStep.isDone({ ...thisContext(), env: { PATH: '/usr/local/bin:/usr/bin:/bin' } })).toBe(true)
  })
})

describe('running programs', () => {
  it('gives output and exit code, also of a program that is not there', async () => {
    expect(await run(process.execPath, ['-e', 'console.log(1); process.exit(3)'])).toMatchObject({ code: 3, stdout: '1\n' })
    expect((await run('longleaf-has-no-such-program', [])).code).toBe(127)
  })

  it('says what failed and what the program said last', async () => {
    const job = runOrFail(process.execPath, ['-e', 'console.error("disk full"); process.exit(2)'], { doing: 'Building SQLite' })
    await expect(job).rejects.toThrow(/Building SQLite failed \(exit code 2\):\s+disk full/)
  })
})

describe('verified files', () => {
  it('are hashed once and again when they change', async () => {
    const path = join(folder, 'model.gguf')
    await writeFile(path, 'right')
    const sha256 = await sha256Of(path)
    expect(await isVerified(path, sha256)).toBe(true)
    expect(existsSync(`${path}.verified`)).toBe(true)
    const { mtime } = await stat(path)
    await writeFile(path, 'wrong')
    await utimes(path, mtime, new Date(mtime.getTime() + 1_000))
    expect(await isVerified(path, sha256)).toBe(false)
    expect(await isVerified(join(folder, 'absent'), sha256)).toBe(false)
  })

  it('with other bytes are deleted, not installed', async () => {
    const from = join(folder, 'part')
    await writeFile(from, 'wrong')
    await expect(installVerified(from, join(folder, 'model.gguf'), 'a'.repeat(64))).rejects.toThrow(/thrown away/)
    expect(existsSync(from)).toBe(false)
    expect(existsSync(join(folder, 'model.gguf'))).toBe(false)
  })

  it('a folder is there whole or not at all', async () => {
    const target = join(folder, 'electron')
    await installFolder(target, (fresh) => writeFile(join(fresh, 'version'), '1'))
    const cut = installFolder(target, async (fresh) => {
      await writeFile(join(fresh, 'version'), '2')
      throw new Error('cut')
    })
    await expect(cut).rejects.toThrow('cut')
    expect(await sha256Of(join(target, 'version'))).toBe('6b86b273ff34fce19d6b804eff5a3f5747ada4eaa22f1d49c01e52ddb7875b4b')
  })
})
