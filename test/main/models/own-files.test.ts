import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { EngineHost } from '../../../src-main/engine-host/host'
import { openModels, type Models } from '../../../src-main/models/models'
import { forkedHost } from '../../support/forked-engine'
import { modelsBench } from '../../support/models'
import { starterModelPath } from '../../support/starter-model'
import { writeTinyLlama } from '../../support/tiny-llama'

let engine: EngineHost
let root: string
let models: Models

beforeAll(() => {
  engine = forkedHost()
})
afterAll(() => engine.close())
beforeEach(async () => {
  root = mkdtempSync(join(tmpdir(), 'longleaf-own-'))
  const { world } = await modelsBench(root)
  models = await openModels({ ...world, engine })
})
afterEach(() => rmSync(root, { recursive: true, force: true }))

const put = (name: string, bytes: Uint8Array | string): string => {
  writeFileSync(join(root, name), bytes)
  return join(root, name)
}

describe('a file, looked at by the real engine', () => {
  it('is known without being loaded, and is used in place', async () => {
    const file = await models.inspect(starterModelPath())
    expect(file).toMatchObject({ state: 'good', architecture: 'llama', quantisation: 'Q4_1', context: 8_192, kvBytesPerToken: 23_040, parts: 1, bytes: 98_362_432 })
    expect(file.state === 'good' && file.parameters).toBeGreaterThan(134e6)
    expect(engine.status).toEqual({ state: 'stopped' })
    const tiny = put('tiny.gguf', writeTinyLlama())
    expect(await models.importFile(tiny, 'in-place')).toMatchObject({ name: 'tiny', context: 512, quantisation: 'F32' })
    expect((await engine.load(tiny)).architecture).toBe('llama')
    await models.inspect(starterModelPath())
    expect(engine.status).toMatchObject({ state: 'ready', model: 'tiny.gguf' })
    await models.remove('tiny')
    expect(engine.status).toEqual({ state: 'stopped' })
  })

  it.each([
    ['of another architecture', writeTinyLlama({ metadata: { 'general.architecture': { type: 'string', value: 'parrot' } } }), 'model-unsupported', /parrot/],
    ['without a tensor that it needs', writeTinyLlama({ dimensions: { 'blk.0.ffn_down.weight': [256, 128] } }), 'model-unsupported', /blk\.0\.ffn_down\.weight/],
    ['without a chat template', writeTinyLlama({ metadata: { 'tokenizer.chat_template': null } }), 'model-invalid', /chat_template/],
    ['that is cut off', writeTinyLlama().subarray(0, 50_000), 'model-invalid', /cut off/],
  ])('%s is refused with its reason, and never reaches the folder', async (_name, bytes, kind, words) => {
    const path = put('odd.gguf', bytes)
    expect(await models.inspect(path)).toMatchObject({ state: 'refused', path, failure: { kind, message: expect.stringMatching(words) as string } })
    await expect(models.importFile(path, 'copy')).rejects.toMatchObject({ failure: { kind } })
    expect(readdirSync(root)).toEqual(['odd.gguf'])
  })
})
