import { createHash } from 'node:crypto'
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { FailureError } from '../../../src-main/contract/failure'
import type { EngineHost } from '../../../src-main/engine-host/host'
import { catalogue } from '../../../src-main/models/catalogue'
import { openModels, type Models } from '../../../src-main/models/models'
import { fileUrl } from '../../../src-main/models/source'
import { startFileServer, type FileServer } from '../../support/file-server'
import { forkedHost } from '../../support/forked-engine'
import { modelsBench } from '../../support/models'
import { writeSmallModel, type SmallModel } from '../../support/small-model'
import { planSplit, writePart } from '../../support/split-gguf'
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

  it('may be GLM-4 in parts: it is copied, and loaded from there', async () => {
    const model = writeSmallModel({ architecture: 'chatglm', layers: 2 })
    const parts = planSplit(model, 'small-glm', 9)
    for (const part of parts) put(part.name, writePart(model, part))
    const last = join(root, parts.at(-1)?.name ?? '')
    expect(await models.inspect(last)).toMatchObject({
      state: 'good', path: join(root, parts[0]?.name ?? ''), name: 'small-glm', architecture: 'chatglm', context: 131_072, kvBytesPerToken: 2_048, quantisation: 'F16', parts: parts.length,
    })
    expect(await models.importFile(last, 'copy')).toMatchObject({ name: 'small-glm', architecture: 'chatglm', origin: 'copied' })
    const { path } = await models.resolve('small-glm')
    expect(await engine.load(path)).toMatchObject({ architecture: 'chatglm', contextMax: 131_072 })
    rmSync(join(root, parts[0]?.name ?? ''))
    expect(await models.inspect(last)).toMatchObject({ state: 'refused', failure: { kind: 'model-invalid', message: expect.stringContaining('part 1') as string } })
  })

  it.each([
    ['of GLM-4 whose converter lost the rotary base', writeSmallModel({ architecture: 'chatglm', metadata: { 'chatglm.rope.freq_base': { type: 'float32', value: 10_000 } } }), 'model-unsupported', /rotary base of 10000/],
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

describe('a download of a model whose hash nobody has published, from a server that announces one', () => {
  const entry = catalogue.find(({ name }) => name === 'glm-4-9b-chat-q3_k_s')
  const short = (change: Partial<SmallModel>): Uint8Array => writeSmallModel({ architecture: 'chatglm', layers: 2, ...change })
  let server: FileServer
  afterEach(() => server.close())

  const get = async (bytes: Uint8Array): Promise<readonly string[]> => {
    if (entry === undefined) throw new Error('The catalogue has lost a file.')
    server = await startFileServer(Buffer.from(bytes), new URL(fileUrl(new URL('http://127.0.0.1/'), entry)).pathname)
    server.headers = { 'x-linked-etag': `"${createHash('sha256').update(bytes).digest('hex')}"`, 'x-linked-size': String(bytes.length) }
    const { world, ownFolder } = await modelsBench(root, { engine, env: {}, mirror: () => new URL(server.url).origin })
    models = await openModels(world)
    await models.acceptLicence('glm-4')
    await models.get(entry.name).catch((error: unknown) => {
      if (!(error instanceof FailureError)) throw error
      throw new Error(`${error.failure.kind}: ${error.failure.message} ${JSON.stringify(readdirSync(ownFolder))}`)
    })
    return readdirSync(ownFolder)
  }

  it('is installed where it is that model', async () => {
    expect(await get(short({ type: 'Q4_0', layers: entry?.shape.layers ?? 0 }))).toEqual([entry?.file])
    expect(await models.find('glm-4-9b-chat')).toMatchObject({ name: entry?.name, installed: true })
  }, 300_000)

  it.each([
    ['architecture', () => writeTinyLlama(), 'its architecture is llama, not chatglm; its context is 512, not 131072; its number of layers is 1, not 40; its head size is 64, not 128'],
    ['context', () => short({ metadata: { 'chatglm.context_length': { type: 'uint32', value: 1_048_576 } } }), 'its context is 1048576, not 131072; its number of layers is 2, not 40'],
    ['number of KV heads', () => short({ kvHeads: 4 }), 'its number of layers is 2, not 40; its number of KV heads is 4, not 2'],
    ['number of layers', () => short({}), 'its number of layers is 2, not 40'],
  ])('is thrown away where it has another %s', async (_, bytes, unlike) => {
    await expect(get(bytes())).rejects.toThrow(`model-invalid: What came for ${entry?.title} is another model: ${unlike}. It was thrown away. Try another mirror, or another file of the model. []`)
  })
})
