import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { FailureError } from '../../../src-main/contract/failure'
import { defaultSettings } from '../../../src-main/contract/settings'
import { catalogue } from '../../../src-main/models/catalogue'
import { openModels } from '../../../src-main/models/models'
import { modelsBench, type ModelsBench } from '../../support/models'

let root: string
let bench: ModelsBench
const starter = catalogue.find(({ name }) => name === defaultSettings.model)
const glm = catalogue.find(({ name }) => name === 'glm-4-9b-chat-q4_k_m')

beforeEach(async () => {
  root = mkdtempSync(join(tmpdir(), 'longleaf-models-'))
  bench = await modelsBench(root)
})
afterEach(() => rmSync(root, { recursive: true, force: true }))

const names = async (): Promise<readonly string[]> => (await bench.models.list()).map(({ name }) => name)
const own = async (): Promise<readonly string[]> => (await names()).filter((name) => !catalogue.some((entry) => entry.name === name))
const inOwn = (): readonly string[] => (existsSync(bench.ownFolder) ? readdirSync(bench.ownFolder).sort() : [])

describe('the catalogue', () => {
  it('has the model that is chosen by default, and no name or title twice', () => {
    expect(starter).toMatchObject({ starter: true, licence: 'Apache-2.0', sha256: expect.any(String) as string })
    expect(new Set(catalogue.flatMap(({ name, title }) => [name.toLowerCase(), title.toLowerCase()])).size).toBe(2 * catalogue.length)
    expect(new Set(catalogue.map(({ file }) => file)).size).toBe(catalogue.length)
  })

  it('lists a model as installed only where a file of its length is there', async () => {
    await expect(bench.models.resolve('starter')).rejects.toMatchObject({ failure: { kind: 'model-missing' } })
    const path = bench.put(`cache/${starter?.file}`, 100)
    expect((await bench.models.find('starter')).installed).toBe(false)
    truncateSync(path, starter?.bytes)
    expect(await bench.models.find('starter')).toMatchObject({ installed: true, removable: false })
    for (const name of ['starter', 'SmolLM2-135M-Instruct', 'STARTER']) expect(await bench.models.resolve(name)).toEqual({ path, name: 'SmolLM2-135M-Instruct', starter: true })
  })

  it('takes a family’s name for the file that is installed, else for the one to take here', async () => {
    expect((await bench.models.find('glm-4-9b-chat')).name).toBe('glm-4-9b-chat-q4_k_m')
    bench.put('cache/glm-4-9b-chat-Q8_0.gguf', 9)
    expect(await bench.models.find('GLM-4-9B-Chat')).toMatchObject({ name: 'glm-4-9b-chat-q8_0', installed: true, bytes: 9, bytesExact: true })
  })

  it('recommends one model, by what it needs and what this computer has', async () => {
    expect((await bench.models.list()).filter(({ recommended }) => recommended)).toMatchObject([{ name: 'glm-4-9b-chat-q4_k_m', advice: { kind: 'fits', why: 'first-choice' } }])
    bench = await modelsBench(root, { computer: { memoryBytes: () => 4e9, freeBytes: () => Promise.resolve(100e9) } })
    expect((await bench.models.list()).filter(({ recommended }) => recommended)).toMatchObject([{ name: 'starter', advice: { kind: 'fits', why: 'nothing-else-fits' } }])
    expect((await bench.models.find('glm-4-9b-chat')).advice).toMatchObject({ kind: 'too-little-memory' })
  })

  it('asks nobody without a network, and asks for the licence first', async () => {
    await expect(bench.models.get('starter')).rejects.toMatchObject({ failure: { kind: 'offline' } })
    await expect(bench.models.get('nothing')).rejects.toMatchObject({ failure: { kind: 'model-missing' } })
    await expect(bench.models.get('glm-4-9b-chat')).rejects.toMatchObject({ failure: { kind: 'licence-needed', message: expect.stringContaining('models licence glm-4') as string } })
    expect(await bench.models.readLicence('glm-4')).toMatchObject({ accepted: null, text: expect.stringContaining('Built with glm-4') as string })
    await bench.models.acceptLicence('glm-4')
    expect([(await bench.models.find('glm-4-9b-chat')).licenceToAccept, bench.heard]).toEqual([null, ['changed']])
    await expect(bench.models.get('glm-4-9b-chat')).rejects.toMatchObject({ failure: { kind: 'offline' } })
    expect(bench.stored).toEqual({ licences: { 'glm-4': '1970-01-01T00:00:00.000Z' } })
  })
})

describe('a model of one’s own', () => {
  it('is looked at before it is copied, and then has a name', async () => {
    const path = bench.put('mine.gguf', 'GGUF-and-more')
    expect(await bench.models.importFile(path, 'copy')).toMatchObject({ name: 'mine', architecture: 'llama', quantisation: 'Q4_1', context: 4096, origin: 'copied', installed: true, bytes: 13, kvBytesPerToken: 1_000 })
    expect(bench.inspect).toHaveBeenCalledExactlyOnceWith(path)
    expect(await bench.models.resolve('mine')).toEqual({ path: join(bench.ownFolder, 'mine.gguf'), name: 'mine', starter: false })
    expect(await own()).toEqual(['mine'])
    await expect(bench.models.importFile(path, 'copy')).rejects.toMatchObject({ failure: { kind: 'invalid-request' } })
    await bench.models.remove('mine')
    expect([inOwn(), existsSync(path), bench.unload.mock.calls]).toEqual([[], true, [[join(bench.ownFolder, 'mine.gguf')]]])
  })

  it('can be used where it is: nothing is copied, and it is only forgotten', async () => {
    const path = bench.put('else/mine.gguf', 'GGUF')
    expect(await bench.models.importFile(path, 'in-place')).toMatchObject({ name: 'mine', origin: 'in-place', installed: true })
    expect([inOwn(), await bench.models.resolve('mine')]).toEqual([['mine.gguf.json'], { path, name: 'mine', starter: false }])
    expect(await bench.models.importFile(path, 'in-place'), 'the same file once more').toMatchObject({ name: 'mine' })
    await expect(bench.models.importFile(path, 'copy')).rejects.toMatchObject({ failure: { kind: 'invalid-request' } })
    await expect(bench.models.importFile(bench.put('other/mine.gguf', 'GGUF'), 'in-place')).rejects.toMatchObject({ failure: { kind: 'invalid-request' } })
    rmSync(path)
    expect((await bench.models.find('mine')).installed).toBe(false)
    await expect(bench.models.resolve('mine')).rejects.toMatchObject({ failure: { kind: 'model-missing', message: expect.stringContaining(path) as string } })
    writeFileSync(path, 'GGUF')
    await bench.models.remove('mine')
    expect([inOwn(), existsSync(path)]).toEqual([[], true])
  })

  it('may be split: any part stands for all of them, and all are copied and deleted', async () => {
    const parts = [1, 2, 3].map((part) => bench.put(`book-0000${part}-of-00003.gguf`, 'GGUF'))
    expect(await bench.models.inspect(parts[1] ?? '')).toMatchObject({ state: 'good', path: parts[0], name: 'book', parts: 3, bytes: 12 })
    expect(await bench.models.importFile(parts[2] ?? '', 'copy')).toMatchObject({ name: 'book', bytes: 12 })
    expect(await bench.models.resolve('book')).toEqual({ path: join(bench.ownFolder, 'book-00001-of-00003.gguf'), name: 'book', starter: false })
    expect(inOwn()).toEqual(['book-00001-of-00003.gguf', 'book-00002-of-00003.gguf', 'book-00003-of-00003.gguf', 'book.gguf.json'])
    await bench.models.remove('book')
    expect(inOwn()).toEqual([])
    rmSync(parts[1] ?? '')
    expect(await bench.models.inspect(parts[0] ?? '')).toMatchObject({ state: 'refused', failure: { kind: 'model-invalid', message: expect.stringContaining('part 2, “book-00002-of-00003.gguf”, is not beside it') as string } })
  })

  it('that is none never reaches the engine or the folder', async () => {
    for (const bytes of ['<!doctype html>', '', 'GGU']) {
      const page = bench.put('page.gguf', bytes)
      await expect(bench.models.importFile(page, 'copy')).rejects.toMatchObject({ failure: { kind: 'model-invalid', message: expect.stringContaining('is not a GGUF model') as string } })
      expect(await bench.models.inspect(page)).toMatchObject({ state: 'refused', failure: { kind: 'model-invalid' } })
    }
    expect(await bench.models.inspect(root)).toMatchObject({ state: 'refused', failure: { message: expect.stringContaining('is a folder') as string } })
    await expect(bench.models.importFile(join(root, 'absent.gguf'), 'copy')).rejects.toMatchObject({ failure: { kind: 'not-found' } })
    expect(bench.inspect).not.toHaveBeenCalled()
    bench.inspect.mockRejectedValue(new FailureError('model-unsupported', 'Unknown architecture.'))
    await expect(bench.models.importFile(bench.put('odd.gguf', 'GGUF'), 'copy')).rejects.toMatchObject({ failure: { kind: 'model-unsupported' } })
    expect([inOwn(), await own()]).toEqual([[], []])
  })

  it('is not copied to a disk that has no room for it', async () => {
    bench = await modelsBench(root, { computer: { memoryBytes: () => 16e9, freeBytes: () => Promise.resolve(3) } })
    await expect(bench.models.importFile(bench.put('mine.gguf', 'GGUF'), 'copy')).rejects.toMatchObject({ failure: { kind: 'disk-full' } })
    expect(await bench.models.importFile(join(root, 'mine.gguf'), 'in-place')).toMatchObject({ name: 'mine' })
  })

  it('can be named by its path without being imported', async () => {
    const path = bench.put('there.gguf', 'GGUF')
    expect(await bench.models.resolve(path)).toEqual({ path, name: 'there', starter: false })
    await expect(bench.models.resolve(join(root, 'absent.gguf'))).rejects.toMatchObject({ failure: { kind: 'model-missing' } })
  })

  it('of the first version, and one that was put there by hand, are still known', async () => {
    bench.put('own/old.gguf', 'GGUF')
    bench.put('own/old.gguf.json', JSON.stringify({ version: 1, architecture: 'llama', context: 2048, parameters: 5 }))
    bench.put('own/hand.gguf', 'GGUF')
    bench.put('own/spoiled.gguf.json', '{"version":2')
    expect((await bench.models.list()).filter(({ origin }) => origin !== 'catalogue')).toMatchObject([
      { name: 'hand', architecture: 'unknown', context: 0, kvBytesPerToken: null }, { name: 'old', architecture: 'llama', context: 2048, quantisation: null, kvBytesPerToken: null },
    ])
  })
})

describe('deleting', () => {
  it('frees the space of a catalogue model of the own folder, with what is loaded of it', async () => {
    const path = bench.put(`own/${starter?.file}`, starter?.bytes ?? 0)
    expect(await bench.models.find('starter')).toMatchObject({ installed: true, removable: true })
    await bench.models.remove('starter')
    expect([inOwn(), bench.unload.mock.calls, bench.heard.at(-1)]).toEqual([[], [[path]], 'changed'])
  })

  it('leaves what lies elsewhere, and says so; what is not there cannot be deleted', async () => {
    const path = bench.put(`cache/${starter?.file}`, starter?.bytes ?? 0)
    await expect(bench.models.remove('starter')).rejects.toMatchObject({ failure: { kind: 'invalid-request', message: expect.stringContaining(path) as string } })
    expect(existsSync(path)).toBe(true)
    await expect(bench.models.remove('glm-4-9b-chat')).rejects.toMatchObject({ failure: { kind: 'model-missing' } })
    await expect(bench.models.remove('nothing')).rejects.toMatchObject({ failure: { kind: 'model-missing' } })
  })

  it('throws away what came of a download that was begun', async () => {
    const record = { version: 2, source: 'https://huggingface.co/x', validator: null, bytes: glm?.bytes, sha256: glm?.sha256 }
    bench.put(`own/${glm?.file}.part`, 1_000)
    bench.put(`own/${glm?.file}.part.json`, JSON.stringify(record))
    expect(await bench.models.find('glm-4-9b-chat')).toMatchObject({ installed: false, download: { state: 'paused', doneBytes: 1_000, totalBytes: glm?.bytes } })
    await bench.models.remove('glm-4-9b-chat')
    expect(inOwn()).toEqual([])
  })

  it('of half-made files of a process that was killed happens at the start; downloads stay', async () => {
    bench.put('own/half.gguf.part', 'GGUF')
    bench.put('own/begun.gguf.part', 'GGUF')
    bench.put('own/begun.gguf.part.json', '{}')
    await openModels(bench.world)
    expect(inOwn()).toEqual(['begun.gguf.part', 'begun.gguf.part.json'])
    expect(readFileSync(join(bench.ownFolder, 'begun.gguf.part'), 'utf8')).toBe('GGUF')
  })
})
