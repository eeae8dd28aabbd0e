import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { FailureError } from '../../../src-main/contract/failure'
import { defaultSettings } from '../../../src-main/contract/settings'
import { catalogue } from '../../../src-main/models/catalogue'
import { openModels, type Models } from '../../../src-main/models/models'

let root: string
let models: Models
const facts = { name: 'm', architecture: 'llama', parameters: 7, bytes: 1, contextMax: 4096, vocabulary: 1, prefillPerSecond: 1, threads: 1 }
const load = vi.fn()
const starter = catalogue.find(({ name }) => name === defaultSettings.model)
const own = (): string => join(root, 'own')
const put = (name: string, bytes: string | number): string => {
  const path = join(root, name)
  writeFileSync(path, typeof bytes === 'string' ? bytes : '')
  if (typeof bytes === 'number') truncateSync(path, bytes)
  return path
}

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'longleaf-models-'))
  mkdirSync(join(root, 'cache'))
  load.mockReset().mockResolvedValue(facts)
  models = openModels({
    folders: [join(root, 'cache'), own()], ownFolder: own(), engine: { load }, onDownload: () => undefined, offline: true, signal: new AbortController().signal,
  })
})
afterEach(() => rmSync(root, { recursive: true, force: true }))

describe('the catalogue', () => {
  it('has the model that is chosen by default, with a licence, a hash and a source', () => {
    expect(starter).toMatchObject({ starter: true, recommended: true, licence: 'Apache-2.0' })
    expect(new Set(catalogue.flatMap(({ name, title }) => [name, title])).size).toBe(2 * catalogue.length)
  })

  it('lists a model as installed only where a file of its length is there', async () => {
    expect(await models.list()).toMatchObject([{ name: 'starter', installed: false }])
    await expect(models.resolve('starter')).rejects.toMatchObject({ failure: { kind: 'model-missing' } })
    const path = put(`cache/${starter?.file}`, 100)
    expect((await models.list())[0]?.installed).toBe(false)
    truncateSync(path, starter?.bytes)
    expect((await models.list())[0]?.installed).toBe(true)
    for (const name of ['starter', 'SmolLM2-135M-Instruct', 'STARTER']) expect(await models.resolve(name)).toEqual({ path, name: 'SmolLM2-135M-Instruct', starter: true })
  })

  it('does not download without a network', async () => {
    await expect(models.get('starter')).rejects.toMatchObject({ failure: { kind: 'offline' } })
    await expect(models.get('nothing')).rejects.toMatchObject({ failure: { kind: 'model-missing' } })
  })
})

describe('a model of one’s own', () => {
  it('is loaded once before it is copied, and then has a name', async () => {
    const path = put('mine.gguf', 'GGUF-and-more')
    expect(await models.importFile(path)).toMatchObject({ name: 'mine', architecture: 'llama', context: 4096, installed: true, bytes: 13 })
    expect(load).toHaveBeenCalledExactlyOnceWith(path)
    expect(await models.resolve('mine')).toEqual({ path: join(own(), 'mine.gguf'), name: 'mine', starter: false })
    expect((await models.list()).map(({ name }) => name)).toEqual(['starter', 'mine'])
    await expect(models.importFile(path)).rejects.toMatchObject({ failure: { kind: 'invalid-request' } })
  })

  it('that is none never reaches the engine or the folder', async () => {
    for (const bytes of ['<!doctype html>', '', 'GGU']) {
      await expect(models.importFile(put('page.gguf', bytes))).rejects.toMatchObject({ failure: { kind: 'model-invalid', message: expect.stringContaining('is not a GGUF model') as string } })
    }
    await expect(models.importFile(join(root, 'absent.gguf'))).rejects.toMatchObject({ failure: { kind: 'not-found' } })
    load.mockRejectedValue(new FailureError('model-unsupported', 'Unknown architecture.'))
    await expect(models.importFile(put('odd.gguf', 'GGUF'))).rejects.toMatchObject({ failure: { kind: 'model-unsupported' } })
    expect(existsSync(own()) ? readdirSync(own()) : []).toEqual([])
    expect(await models.list()).toHaveLength(1)
  })

  it('can be named by its path without being imported', async () => {
    const path = put('there.gguf', 'GGUF')
    expect(await models.resolve(path)).toEqual({ path, name: 'there', starter: false })
    await expect(models.resolve(join(root, 'absent.gguf'))).rejects.toMatchObject({ failure: { kind: 'model-missing' } })
  })
})
