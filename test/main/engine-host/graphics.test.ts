import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { deviceMemo, forkEngine, forkedHost, killedAt } from '../../support/forked-engine'
import { hasSoftwareDriver, softwareDriver } from '../../support/software-driver'
import { writeTinyLlama } from '../../support/tiny-llama'

const folder = mkdtempSync(join(tmpdir(), 'longleaf-host-graphics-'))
const path = join(folder, 'tiny.gguf')
beforeAll(() => {
  writeFileSync(path, writeTinyLlama({ layers: 4 }))
  if (hasSoftwareDriver) Object.assign(process.env, softwareDriver())
})
afterAll(() => rmSync(folder, { recursive: true }))

describe.runIf(hasSoftwareDriver)('the real engine on a graphics device', () => {
  it('answers there; when its process is lost in the middle of an answer, the next answer comes from the processor', async () => {
    const memo = deviceMemo('auto')
    let started = 0
    const host = forkedHost(() => (started++ === 0 ? killedAt(forkEngine(), ({ kind }) => kind === 'text') : forkEngine()), memo)
    const ask = (onText: (text: string) => void) =>
      host.chat([{ role: 'user', content: 'hello world' }], { temperature: 0, topP: 1, minP: 0, seed: 1, tokensMax: 300 }, { onText })
    try {
      expect(await host.devices()).toMatchObject([{ name: 'Vulkan0', kind: 'card' }])
      expect(await host.load(path)).toMatchObject({ layers: 4, devices: [{ name: 'Vulkan0', layers: 4 }] })
      expect(host.status).toMatchObject({ state: 'ready', computing: { devices: [{ title: expect.stringContaining('llvmpipe') as string, layers: 4 }], notice: null } })
      const texts: string[] = []
      const lost = { kind: 'device-failed', message: expect.stringMatching(/^llvmpipe.* stopped working/) as string }
      await expect(ask((text) => texts.push(text))).rejects.toMatchObject({ failure: lost })
      expect(texts.join('')).not.toBe('')
      await vi.waitFor(() => expect(host.status).toMatchObject({ state: 'ready', computing: { devices: [], notice: expect.stringMatching(/^llvmpipe.* stopped working/) as string } }), 60_000)
      expect((await ask(() => undefined)).tokens.generated).toBeGreaterThan(0)
      expect(memo.read().deviceTrouble).toMatch(/stopped working/)
    } finally {
      host.close()
    }
  }, 600_000)
})
