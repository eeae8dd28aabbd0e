import { afterEach, describe, expect, it, vi } from 'vitest'
import type { EngineEvent, EngineRequest } from '../../../src-engine/protocol'
import type { EngineStatus } from '../../../src-main/contract/model'
import { createDeviceTrust, type DeviceMemo } from '../../../src-main/engine-host/device-trust'
import { createEngineHost, type EngineHost } from '../../../src-main/engine-host/host'
import { eventually } from '../../support/eventually'
import { deviceMemo, threadMemo } from '../../support/forked-engine'
import { ScriptedEngine } from '../../support/scripted-engine'

const card = { name: 'Vulkan0', title: 'Radeon', kind: 'card', freeBytes: 1, totalBytes: 2 } as const
const sampling = { temperature: 0, topP: 1, minP: 0, seed: 0, tokensMax: 4 }

let host: EngineHost
let engines: ScriptedEngine[]
let statuses: EngineStatus[]

/** What happens where the model meets the card; all else goes well. */
interface Mishaps {
  readonly looking?: 'dies'
  readonly loading?: 'dies' | 'fails'
  readonly chatting?: 'dies' | 'fails'
}

function answer({ looking, loading, chatting }: Mishaps) {
  let onCard = false
  return (engine: ScriptedEngine, request: EngineRequest): void => {
    const { kind, seq } = request
    const fail = (): void => engine.say({ kind: 'failed', seq, failure: { kind: 'device-failed', message: 'Radeon could not compute.' } })
    const meet = (mishap: 'dies' | 'fails' | undefined): boolean => {
      if (mishap === 'dies') engine.die()
      if (mishap === 'fails') fail()
      return mishap !== undefined
    }
    if (kind === 'devices') {
      if (meet(looking)) return
      engine.say({ kind: 'devices', seq, devices: [card] })
    }
    if (kind === 'load') {
      onCard = request.device !== 'cpu'
      if (onCard && meet(loading)) return
      engine.say(loadedOn(seq, onCard))
    }
    if (kind === 'chat') {
      engine.say({ kind: 'text', seq, text: 'The tide' })
      if (onCard && meet(chatting)) return
    }
    engine.say({ kind: 'done', seq })
  }
}

function loadedOn(seq: number, onCard: boolean): EngineEvent {
  const facts = { name: 'm', architecture: 'llama', parameters: 1, bytes: 1, contextMax: 8, markTokens: 9, vocabulary: 1, threads: 1, layers: 4 }
  return { kind: 'loaded', seq, model: { ...facts, devices: onCard ? [{ name: card.name, title: card.title, layers: 3 }] : [] } }
}

function start(mishaps: Mishaps, memo: DeviceMemo): void {
  engines = []
  statuses = []
  const spawn = (): ScriptedEngine => {
    const engine = new ScriptedEngine(answer(mishaps))
    engines.push(engine)
    return engine
  }
  host = createEngineHost({ spawn, devices: memo, threads: threadMemo(), describe: () => ({ name: 'm', starter: false }), log: { write: () => undefined }, now: () => 0, checkMilliseconds: 5 })
  host.onStatus((status) => statuses.push(status))
}
afterEach(() => host.close())

const requests = (): readonly string[] => engines.flatMap((engine) => engine.requests.map((request) => (request.kind === 'load' ? `load ${request.device}` : request.kind)))
const ready = (onCard: boolean, notice: RegExp | null): unknown => ({
  state: 'ready',
  computing: { layers: 4, devices: onCard ? [{ title: 'Radeon', layers: 3 }] : [], notice: notice === null ? null : (expect.stringMatching(notice) as string) },
})

describe('a model and a graphics device', () => {
  it('come together where nothing is amiss; what is about to be tried is kept until it has worked', async () => {
    const memo = deviceMemo('auto')
    const written = vi.spyOn(memo, 'write')
    start({}, memo)
    await host.load('/m')
    expect(requests()).toEqual(['devices', 'load auto'])
    expect(host.status).toMatchObject(ready(true, null) as object)
    expect(written.mock.calls).toEqual([[{ deviceTrouble: expect.stringMatching(/stopped while a model was loaded on Radeon/) as string }], [{ deviceTrouble: null }]])
    await host.load('/m')
    expect(requests()).toHaveLength(2)
  })

  it('are not brought together where the processor is chosen, and are where the choice changes', async () => {
    let device = 'cpu'
    const memo = deviceMemo('auto')
    start({}, { ...memo, read: () => ({ ...memo.read(), device }) })
    await host.load('/m')
    device = 'Vulkan0'
    await host.load('/m')
    expect(requests()).toEqual(['load cpu', 'devices', 'load Vulkan0'])
  })

  it('say so where the chosen device is not there', async () => {
    start({}, deviceMemo('CUDA3'))
    await host.load('/m')
    expect(requests()).toEqual(['devices', 'load cpu'])
    expect(host.status).toMatchObject(ready(false, /^The device CUDA3 is not there/) as object)
  })

  it.each([
    [{ loading: 'fails' }, /could not be loaded on Radeon \(Radeon could not compute\), so the processor computes\. Choose it again/],
    [{ loading: 'dies' }, /could not be loaded on Radeon \(its driver crashed\)/],
    [{ looking: 'dies' }, /^The driver of a graphics device failed when it was looked for/],
  ] satisfies readonly (readonly [Mishaps, RegExp])[])('%j: the same load ends on the processor in another process, and so does the next start', async (mishaps, notice) => {
    const memo = deviceMemo('auto')
    start(mishaps, memo)
    await host.load('/m')
    expect(engines).toHaveLength(2)
    expect(requests().at(-1)).toBe('load cpu')
    expect(host.status).toMatchObject(ready(false, notice) as object)
    expect(statuses.some(({ state }) => state === 'failed')).toBe(false)
    await eventually(() => expect(memo.read().deviceTrouble).toMatch(notice))
    host.close()
    start({}, memo)
    await host.load('/m')
    expect(requests()).toEqual(['load cpu'])
    expect(host.status).toMatchObject(ready(false, notice) as object)
  })

  it.each(['fails', 'dies'] as const)('part in the middle of an answer when the device %s: its text was given, and the model comes back on the processor', async (chatting) => {
    const memo = deviceMemo('auto')
    start({ chatting }, memo)
    await host.load('/m')
    const texts: string[] = []
    const chat = host.chat([], sampling, { onText: (text) => texts.push(text) })
    await expect(chat).rejects.toMatchObject({ failure: { kind: 'device-failed', message: expect.stringMatching(/^Radeon stopped working, and the model was started again on the processor\. What was written so far is kept/) as string } })
    expect(texts).toEqual(['The tide'])
    await eventually(() => expect(host.status).toMatchObject(ready(false, /^Radeon stopped working/) as object))
    expect(requests()).toEqual(['devices', 'load auto', 'chat', 'load cpu'])
    expect([engines.length, memo.read().deviceTrouble]).toEqual([2, expect.stringMatching(/^Radeon stopped working/)])
  })
})

describe('trust in a device', () => {
  it('is not lost by an orderly end in the middle of a load', async () => {
    const memo = deviceMemo('auto')
    const trust = createDeviceTrust(memo)
    await trust.begin('Radeon')
    expect(memo.read().deviceTrouble).toMatch(/^Longleaf or the computer stopped while a model was loaded on Radeon/)
    trust.leave()
    await eventually(() => expect(memo.read().deviceTrouble).toBeNull())
  })

  it('is lost when the last start ended in the middle of a load, and comes back with a new choice', () => {
    let settings = { device: 'auto', deviceTrouble: 'Longleaf stopped while a model was loaded on Radeon.' as string | null }
    const trust = createDeviceTrust({ read: () => settings, write: () => Promise.resolve() })
    expect([trust.choice, trust.trouble]).toEqual(['cpu', 'Longleaf stopped while a model was loaded on Radeon.'])
    settings = { device: 'Vulkan0', deviceTrouble: null }
    expect([trust.choice, trust.trouble]).toEqual(['Vulkan0', null])
  })
})
