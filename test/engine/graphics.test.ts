/**
 * The engine on graphics devices: on Mesa's Vulkan driver, which computes on the processor, the same graphs give the same numbers.
 *
 * The bound, on the largest difference of two logits over the largest logit, with weights and cache in f32: what is left is rounding in another order, as
 * between two ways of attention on the processor, and ten times that is allowed (measured: twice).
 */
import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { DeviceError, listDevices, openEngine, type Engine, type EngineOptions } from '../../src-engine/engine'
import { openBackend } from '../../src-engine/ggml/backend'
import { findDevices } from '../../src-engine/ggml/devices'
import { dataType } from '../../src-engine/ggml/tensor'
import { apart, chunkTokens, context, logitsOf, roomFor, text } from '../support/chunks-and-steps'
import { MemoryKv } from '../support/kept-kv'
import { hasSoftwareDriver, softwareDriver } from '../support/software-driver'
import { writeSmallModel } from '../support/small-model'

const folder = mkdtempSync(join(tmpdir(), 'longleaf-graphics-'))
const path = join(folder, 'tiny.gguf')
const bytes = writeSmallModel({ architecture: 'chatglm', type: 'F32', layers: 4 })
const megabyte = 2 ** 20

beforeAll(() => {
  writeFileSync(path, bytes)
  if (hasSoftwareDriver) Object.assign(process.env, softwareDriver(2))
})
afterAll(() => rmSync(folder, { recursive: true }))

async function onDevice<T>(options: Partial<EngineOptions>, use: (engine: Engine) => Promise<T> | T): Promise<T> {
  const engine = await openEngine({ path, threads: 2, ...options })
  try {
    return await use(engine)
  } finally {
    engine.close()
  }
}

describe.runIf(hasSoftwareDriver)('graphics devices', () => {
  it('are listed with their memory', () => {
    expect(listDevices()).toMatchObject(['Vulkan0', 'Vulkan1'].map((name) => ({ name, title: expect.stringMatching(/llvmpipe/) as string, kind: 'card' })))
    for (const { freeBytes, totalBytes } of listDevices()) {
      expect(totalBytes).toBeGreaterThanOrEqual(1024 * megabyte)
      expect(freeBytes).toBeGreaterThan(0)
      expect(freeBytes).toBeLessThanOrEqual(totalBytes)
    }
  })

  it.each([
    ['all layers on one', { device: 'Vulkan0' }, [['Vulkan0', 4]]],
    ['as many layers as its memory takes, the others on the processor', { device: 'Vulkan0', memoryOf: () => roomFor(bytes, 2) }, [['Vulkan0', 2]]],
    ['layers on two and on the processor', { device: 'auto', memoryOf: () => roomFor(bytes, 1.5) }, [['Vulkan1', 1], ['Vulkan0', 1]]],
    ['nothing where no layer fits', { device: 'auto', memoryOf: () => ({ freeBytes: 10 * megabyte, totalBytes: 4096 * megabyte }) }, []],
    ['nothing where the device is not there', { device: 'Vulkan9' }, []],
  ] satisfies readonly (readonly [string, Partial<EngineOptions>, readonly (readonly [string, number])[]])[])('compute the same numbers: %s', async (_, options, shares) => {
    const plain = await onDevice({}, (engine) => logitsOf(engine, { kvType: 'f32', attention: 'plain' }))
    const own = await onDevice({}, (engine) => logitsOf(engine, { kvType: 'f32' }))
    const rounding = apart(own, plain)
    await onDevice({ contextMax: context, ...options }, async (engine) => {
      expect(engine.devices.map(({ name, layers: count }) => [name, count])).toEqual(shares)
      const there = await logitsOf(engine, { kvType: 'f32' })
      expect(apart(own, there)).toBeLessThanOrEqual(10 * rounding)
      expect(engine.handedBack).toEqual([])
    })
  // The first of them waits until the driver has translated its shaders.
  }, 600_000)

  it('hear a stop between layers, and go on from what was read', () => onDevice({ device: 'Vulkan0', contextMax: context }, async (engine) => {
    const session = engine.open({ contextMax: context, chunkTokens, kvType: 'f32' })
    const abort = new AbortController()
    const long = [...text, ...text]
    const stopped = session.sync(long, { signal: abort.signal, onProgress: (done) => done > 70 && abort.abort(new Error('enough')) })
    await expect(stopped).rejects.toThrow('enough')
    const { length } = session.tokens
    // Layers that take no time are computed together: then the stop is heard before the next chunk.
    expect([64, 128]).toContain(length)
    expect(await session.sync(long)).toEqual({ reused: length, prefilled: long.length - length })
  }), 300_000)

  it('leave what streams from a reading to the processor', () => onDevice({ device: 'Vulkan0', contextMax: context, memoryOf: () => roomFor(bytes, 1) }, async (engine) => {
    expect(engine.devices).toMatchObject([{ layers: 1 }])
    const { kvHeads: heads, headSize } = engine.shape
    const kept = new MemoryKv({ heads, headSize })
    await engine.prefill([...text, ...text], kept, { superChunkTokens: chunkTokens, chunkTokens })
    const logits: Float32Array[] = []
    for (const share of [0.75, 0.7]) {
      const session = engine.open({ contextMax: context, chunkTokens })
      await session.sync([...text, ...text, 5], { kept, budget: { tokensMax: 256, bytes: share * 256 * engine.kvBytesPerToken } })
      logits.push(session.logits.slice(), (await session.step(6)).slice())
      expect(session.attention).toBe(share === 0.75 ? 'resident' : 'streamed')
      session.close()
    }
    expect(apart(logits.slice(0, 2), logits.slice(2))).toBeLessThan(1e-3)
  }), 300_000)

  it('have room of their own for keys and values, whatever the computer has', () => onDevice({ device: 'Vulkan0', contextMax: context }, async (engine) => {
    const { kvHeads: heads, headSize } = engine.shape
    const kept = new MemoryKv({ heads, headSize })
    await engine.prefill(text, kept, { superChunkTokens: chunkTokens, chunkTokens })
    const session = engine.open({ contextMax: context, chunkTokens })
    expect(await session.sync([...text, 5], { kept, budget: { tokensMax: 256, bytes: 0 } })).toEqual({ reused: text.length, prefilled: 1 })
    expect(session.attention).toBe('resident')
  }), 300_000)

  it('a longer text after a shorter one leaves the process whole', () => {
    const program = ['--import', 'tsx', 'test/programs/read-on-device.ts', path, '32', '128']
    // In a process of its own, which ends where the driver counts in memory of others.
    expect(execFileSync(process.execPath, program, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] })).toBe('{"devices":1,"tokens":128}')
  }, 300_000)

  it('that have no memory say so by name, and nothing of the process is lost', () => {
    const [device] = findDevices()
    if (device === undefined) throw new Error('There is no device.')
    const backend = openBackend({ threadsMax: 1, placement: { layers: [device], head: undefined } })
    const store = (): unknown => backend.store([{ type: dataType.f32, shape: [2 ** 20, 2 ** 14, 1, 1] }], backend.memoryOf(0))
    expect(store).toThrow(DeviceError)
    expect(store).toThrow(/llvmpipe.* could not give 65536 MB of memory\.$/)
    backend.free()
  })
})

it('a driver that computes on the processor is met only by who asks for it', () => {
  const script = "import('./src-engine/engine.ts').then(({ listDevices }) => console.log(JSON.stringify(listDevices().filter(({ title }) => /llvmpipe/.test(title)))))"
  const { GGML_VK_VISIBLE_DEVICES: _, ...env } = process.env
  expect(execFileSync(process.execPath, ['--import', 'tsx', '-e', script], { encoding: 'utf8', env, stdio: ['ignore', 'pipe', 'ignore'] }).trim()).toBe('[]')
})
