/** The queue of readings over a real library, with a reader whose steps the test takes. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { FailureError } from '../../../src-main/contract/failure'
import type { DocumentReading, ReadingScope } from '../../../src-main/contract/reading'
import type { Publish } from '../../../src-main/ipc/publish'
import type { Library } from '../../../src-main/library/library'
import { createPlans } from '../../../src-main/reading/plans'
import type { ReadingWay } from '../../../src-main/contract/settings'
import type { ComputerState } from '../../../src-main/reading/strain'
import { createReadingQueue, type ReadingQueue } from '../../../src-main/reading/queue'
import { buildDocument } from '../../support/documents'
import { eventually } from '../../support/eventually'
import { openHere } from '../../support/library'
import { scriptedReader, scriptedTokens, type ScriptedReader } from '../../support/scripted-reader'

const whole: ReadingScope = { kind: 'whole' }
const [small, large] = [{ path: '/models/small.gguf', name: 'Small' }, { path: '/models/large.gguf', name: 'Large' }]

let root: string
let library: Library
let disk: Map<string, number>
let chosen: typeof small
let computer: ComputerState
let readOnBattery: ReadingWay
let readUnderStrain: ReadingWay
let [a, b, c] = ['', '', '']
beforeEach(async () => {
  root = mkdtempSync(join(tmpdir(), 'longleaf-queue-'))
  library = await openHere(root)
  disk = new Map()
  chosen = small
  computer = { onBattery: false, thermal: 'unknown', freeBytes: null }
  readOnBattery = 'slowly'
  readUnderStrain = 'slowly'
  const ids: string[] = []
  for (const name of ['a.pdf', 'b.pdf', 'c.pdf']) {
    const { units, file, document } = buildDocument(['One.', 'Two.', 'Three.', 'Four.'], { name })
    await library.addUnits(1, units)
    ids.push((await library.finish(1, file, document, { state: 'ready', failure: null })).id)
  }
  [a = '', b = '', c = ''] = ids
})
afterEach(async () => {
  await library.close()
  rmSync(root, { recursive: true, force: true })
})

/** A queue as after a start of the app, over the library and the disk that are there. */
function open(): { readonly queue: ReadingQueue; readonly reader: ScriptedReader; readonly told: DocumentReading[] } {
  const reader = scriptedReader(disk)
  const told: DocumentReading[] = []
  const publish: Publish = (name, payload) => {
    if (name === 'reading/changed' && 'readings' in payload) told.push(...payload.readings)
  }
  const queue = createReadingQueue({
    library, publish, plans: createPlans(library), chosenModel: () => Promise.resolve(chosen), keptStepTokens: 512, now: () => performance.now(),
    computer: () => computer, settings: () => ({ readOnBattery, readUnderStrain }), rest: reader.rest,
    log: { write: () => undefined }, read: reader.read, keptTokens: reader.keptTokens,
  })
  return { queue, reader, told }
}

const stateOf = async (queue: ReadingQueue, document: string): Promise<DocumentReading | undefined> =>
  (await queue.states()).find((reading) => reading.document === document)
const untilReads = (reader: ScriptedReader, document: string | null): Promise<void> => eventually(() => expect(reader.document).toBe(document))

describe('documents that wait', () => {
  it('are read one after the other, and say how far they are', async () => {
    const { queue, reader, told } = open()
    await queue.start(a, whole)
    await queue.start(b, whole)
    await untilReads(reader, a)
    expect(await stateOf(queue, b)).toMatchObject({ state: { kind: 'waiting', place: 2 } })
    reader.step(512)
    const progress = { tokens: 512, tokensTotal: scriptedTokens, units: 1, unitsTotal: 4, millisecondsLeft: 1_536 }
    expect(await stateOf(queue, a)).toMatchObject({ state: { kind: 'reading', progress }, kept: { tokens: 512, units: [[0, 0]] } })
    reader.step(1_536)
    await untilReads(reader, b)
    expect(await stateOf(queue, a)).toMatchObject({ state: { kind: 'read' }, kept: { tokens: scriptedTokens, tokensTotal: scriptedTokens, units: [[0, 3]] } })
    await eventually(() => expect(told.findLast(({ document }) => document === a)?.state.kind).toBe('read'))
  })

  it('are told of at most four times a second', async () => {
    const { queue, reader, told } = open()
    const begun = performance.now()
    await queue.start(a, whole)
    await untilReads(reader, a)
    const stepping = performance.now()
    let steps = 0
    while (performance.now() - stepping < 600 || steps <= 20) {
      reader.step(1)
      steps++
      await new Promise((resolve) => setTimeout(resolve, 5))
    }
    expect(told.length).toBeLessThanOrEqual(2 + (performance.now() - begun) / 250)
    await queue.close()
  })

  it('come first where they are open in the window or are moved there; nothing that is complete is lost', async () => {
    const { queue, reader } = open()
    for (const document of [a, b, c]) await queue.start(document, whole)
    await untilReads(reader, a)
    reader.step(512)
    queue.front(c)
    await untilReads(reader, c)
    expect(await stateOf(queue, a)).toMatchObject({ state: { kind: 'waiting', place: 2 }, kept: { tokens: 512 } })
    queue.front(null)
    await untilReads(reader, a)
    await queue.move(c, a)
    await untilReads(reader, c)
    await queue.move(c, null)
    await untilReads(reader, a)
    expect(reader.begun).toEqual([a, c, a, c, a])
  })
})

describe('a reading', () => {
  it('is paused, goes on from there, and is given up with what it has', async () => {
    const { queue, reader } = open()
    await queue.start(a, whole)
    await untilReads(reader, a)
    reader.step(1_024)
    await queue.pause(a)
    await untilReads(reader, null)
    expect(await stateOf(queue, a)).toMatchObject({ state: { kind: 'paused', why: 'person' }, kept: { tokens: 1_024, units: [[0, 1]] } })
    await queue.resume(a)
    await untilReads(reader, a)
    await queue.cancel(a)
    await untilReads(reader, null)
    expect(await stateOf(queue, a)).toMatchObject({ state: { kind: 'partial' }, kept: { tokens: 1_024 } })
  })

  it('of chosen units says which, and takes the place of what was read of others', async () => {
    const { queue, reader } = open()
    await queue.start(a, { kind: 'units', units: [[3, 9], [1, 2], [2, 2]] })
    await untilReads(reader, a)
    reader.step(1_024)
    expect(await stateOf(queue, a)).toMatchObject({ scope: { units: [[1, 3]] }, kept: { units: [[1, 2]] }, state: { progress: { units: 2, unitsTotal: 3 } } })
    await queue.start(a, whole)
    await eventually(() => expect(reader.begun).toEqual([a, a]))
    expect(await stateOf(queue, a)).toMatchObject({ scope: whole, state: { kind: 'reading' } })
  })

  it('is refused where there is nothing to read', async () => {
    const { queue } = open()
    await expect(queue.start(a, { kind: 'units', units: [[7, 9]] })).rejects.toMatchObject({ failure: { kind: 'invalid-request', document: a } })
    await expect(queue.start('0'.repeat(64), whole)).rejects.toMatchObject({ failure: { kind: 'not-found' } })
    const scan = { hash: 'f'.repeat(64), fileName: 'scan.pdf', path: '/scan.pdf', bytes: 1 }
    await library.storeUnread(scan, { state: 'needs-password', failure: null })
    await expect(queue.start(scan.hash, whole)).rejects.toMatchObject({ failure: { kind: 'no-text' } })
    expect(await queue.states()).toEqual([])
  })

  it('that fails says why, keeps what it has, and can be started again', async () => {
    const { queue, reader } = open()
    await queue.start(a, whole)
    await queue.start(b, whole)
    await untilReads(reader, a)
    reader.step(512)
    reader.fail(new FailureError('disk-full', 'The disk is full.'))
    await untilReads(reader, b)
    expect(await stateOf(queue, a)).toMatchObject({ state: { kind: 'failed', failure: { kind: 'disk-full', message: 'The disk is full.' } }, kept: { tokens: 512 } })
    await queue.cancel(b)
    await queue.start(a, whole)
    await untilReads(reader, a)
  })

  it('ends where the disk with the library is gone, on its own account and for the person', async () => {
    const { queue, reader } = open()
    const ended = queue.read(a, whole)
    ended.catch(() => undefined)
    await untilReads(reader, a)
    reader.step(512)
    vi.spyOn(library, 'saveReadingPlan').mockRejectedValue(new FailureError('disk-full', 'The disk is full.'))
    reader.fail(new FailureError('reading-failed', 'The disk is gone.'))
    await expect(ended).rejects.toMatchObject({ failure: { kind: 'reading-failed' } })
    expect(await stateOf(queue, a)).toMatchObject({ state: { kind: 'failed' } })
    await expect(queue.start(b, whole)).rejects.toMatchObject({ failure: { kind: 'disk-full' } })
    await expect(queue.cancel(b)).rejects.toMatchObject({ failure: { kind: 'disk-full' } })
    await untilReads(reader, null)
  })

  it('goes on by itself where the engine stopped, but not for ever', async () => {
    const { queue, reader } = open()
    const ended = queue.read(a, whole)
    ended.catch(() => undefined)
    for (let begun = 1; begun <= 3; begun++) {
      await eventually(() => expect(reader.begun).toHaveLength(begun))
      reader.fail(new FailureError('engine-crashed', 'The model stopped.'))
    }
    await expect(ended).rejects.toMatchObject({ failure: { kind: 'engine-crashed' } })
    expect(await stateOf(queue, a)).toMatchObject({ state: { kind: 'failed' } })
    expect(reader.begun).toHaveLength(3)
  })

  it('ends with its document, and its plan too', async () => {
    const { queue, reader } = open()
    await queue.start(a, whole)
    await untilReads(reader, a)
    await library.delete(a)
    await queue.forget(a)
    expect(reader.document).toBeNull()
    expect(await library.readingPlans()).toEqual([])
    expect(await queue.states()).toEqual([])
  })

  it('is of one model: with another the document is not read, and with the first it goes on', async () => {
    const { queue, reader, told } = open()
    await queue.start(a, whole)
    await untilReads(reader, a)
    reader.step(512)
    await eventually(() => expect(told).not.toEqual([]))
    chosen = large
    await queue.modelChanged()
    expect(reader.document).toBeNull()
    await eventually(() => expect(told.at(-1)).toMatchObject({ document: a, state: { kind: 'none' }, kept: { tokens: 0 } }))
    await queue.start(b, whole)
    await untilReads(reader, b)
    chosen = small
    await queue.modelChanged()
    await untilReads(reader, a)
    expect((await queue.states()).map(({ document }) => document)).toEqual([a])
  })
})

describe('what was read', () => {
  it('and is gone from the disk is said to be; deleted, it is as if it had never been read', async () => {
    const { queue, reader } = open()
    await queue.start(a, whole)
    await untilReads(reader, a)
    reader.step(scriptedTokens)
    await eventually(async () => expect((await queue.of(a))?.state).toEqual({ kind: 'read' }))
    const [[name, tokens] = ['', 0]] = disk
    disk.clear()
    expect((await queue.of(a))?.state).toMatchObject({ kind: 'set-aside', why: expect.stringContaining('not on this disk any more') as unknown })
    disk.set(name, tokens)
    expect((await queue.of(a))?.state).toEqual({ kind: 'read' })
    disk.clear()
    await queue.deleted(name)
    expect(await queue.of(a)).toMatchObject({ state: { kind: 'none' }, kept: { tokens: 0, units: [] } })
  })

  it('and proved to be of no use says why, until it is read again', async () => {
    const { queue, reader } = open()
    await queue.start(a, whole)
    await untilReads(reader, a)
    reader.step(512)
    await queue.cancel(a)
    disk.clear()
    await queue.setAside(a, 'The model is another.')
    expect((await queue.of(a))?.state).toEqual({ kind: 'set-aside', why: 'The model is another.' })
    await queue.start(a, whole)
    await untilReads(reader, a)
    reader.step(scriptedTokens)
    await eventually(async () => expect((await queue.of(a))?.state).toEqual({ kind: 'read' }))
  })
})

describe('what strains the computer', () => {
  it('slows what is read or pauses it, as the person wants it, and says so', async () => {
    const { queue, reader } = open()
    await queue.start(a, whole)
    await untilReads(reader, a)
    expect(reader.restShare).toBe(0)
    computer = { ...computer, onBattery: true }
    queue.settingsChanged()
    expect(reader.restShare).toBe(1)
    reader.step(512)
    expect(await stateOf(queue, a)).toMatchObject({ state: { kind: 'reading', slowed: 'battery', progress: { millisecondsLeft: 2 * 1_536 } } })
    readOnBattery = 'pause'
    queue.settingsChanged()
    await untilReads(reader, null)
    expect(await stateOf(queue, a)).toMatchObject({ state: { kind: 'paused', why: 'battery' }, kept: { tokens: 512 } })
    readOnBattery = 'as-usual'
    queue.settingsChanged()
    await untilReads(reader, a)
    expect(await stateOf(queue, a)).toMatchObject({ state: { kind: 'reading', slowed: null } })
    expect(reader.restShare).toBe(0)
    await queue.close()
  })

  it('is heat too, and too little memory, until there is enough of it again', async () => {
    const { queue, reader } = open()
    const become = (now: Partial<ComputerState>): void => {
      computer = { ...computer, ...now }
      queue.settingsChanged()
    }
    await queue.start(a, whole)
    await untilReads(reader, a)
    become({ thermal: 'serious' })
    expect(reader.restShare).toBe(1)
    expect(await stateOf(queue, a)).toMatchObject({ state: { kind: 'reading', slowed: 'heat' } })
    become({ thermal: 'critical' })
    await untilReads(reader, null)
    expect(await stateOf(queue, a)).toMatchObject({ state: { kind: 'paused', why: 'heat' } })
    become({ thermal: 'nominal', freeBytes: 200e6 })
    expect(await stateOf(queue, a)).toMatchObject({ state: { kind: 'paused', why: 'memory' } })
    become({ freeBytes: 800e6 })
    expect(reader.document).toBeNull()
    become({ freeBytes: 4e9 })
    await untilReads(reader, a)
    expect(await stateOf(queue, a)).toMatchObject({ state: { kind: 'reading', slowed: null } })
    readUnderStrain = 'pause'
    become({ thermal: 'serious' })
    await untilReads(reader, null)
    readUnderStrain = 'as-usual'
    become({ freeBytes: 200e6 })
    await untilReads(reader, a)
    expect(await stateOf(queue, a)).toMatchObject({ state: { kind: 'reading', slowed: null } })
    await queue.close()
  })
})

describe('after a restart', () => {
  /** As a process that is killed leaves it: nothing was closed. */
  async function killedWhileReading(): Promise<void> {
    const { queue, reader } = open()
    await queue.start(b, whole)
    await queue.start(a, whole)
    await queue.start(c, whole)
    await untilReads(reader, b)
    reader.step(1_024)
    await queue.pause(a)
  }

  it('what was being read goes on in its order, what was paused stays so, and all know their pages', async () => {
    await killedWhileReading()
    const { queue, reader } = open()
    expect(await stateOf(queue, b)).toMatchObject({ state: { kind: 'waiting' }, kept: { tokens: 1_024, tokensTotal: scriptedTokens, units: [[0, 1]] } })
    await queue.wake(true)
    await untilReads(reader, b)
    expect(await stateOf(queue, a)).toMatchObject({ state: { kind: 'paused', why: 'person' } })
    reader.step(1_024)
    await untilReads(reader, c)
  })

  it('nothing goes on where the person does not want that', async () => {
    await killedWhileReading()
    const { queue, reader } = open()
    await queue.wake(false)
    expect((await queue.states()).map(({ state }) => state)).toEqual([1, 2, 3].map(() => ({ kind: 'paused', why: 'person' })))
    expect(reader.begun).toEqual([])
    await queue.resume(c)
    await untilReads(reader, c)
  })
})
