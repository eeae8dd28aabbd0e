import { describe, expect, it } from 'vitest'
import type { CallName, Calls } from '../../../src-main/contract/calls'
import type { Result } from '../../../src-main/contract/failure'
import type { DocumentReading, ReadingState, ReadingSummary } from '../../../src-main/contract/reading'
import { createActions, type Actions } from '../../../src-renderer/actions/actions'
import { firstState, reduceApp, type AppEvent, type AppState } from '../../../src-renderer/state/app'
import { createStore, type Store } from '../../../src-renderer/state/store'
import { readingChoices } from '../../../src-renderer/ui/reading-acts'
import { eventually } from '../../support/eventually'
import { fakeBridge } from '../../support/fake-bridge'

interface Played {
  readonly bridge: ReturnType<typeof fakeBridge>
  readonly store: Store<AppState, AppEvent>
  readonly actions: Actions
  /** Calls about readings and answers, in order. */
  readonly asked: () => readonly (readonly unknown[])[]
  /** What the calls of a name answer from here on. */
  readonly answers: (name: CallName, value: unknown) => void
}

/** Nothing is streamed in the time of a test. */
const never = 1_000_000

async function play(): Promise<Played> {
  const book = { units: 12, labels: [], outline: [], sentences: [] }
  const bridge = fakeBridge({ book, documents: 2, settings: {}, importing: false, answered: false, streamMilliseconds: never })
  const values = new Map<CallName, unknown>()
  const calls: (readonly unknown[])[] = []
  const call = async <N extends CallName>(name: N, ...args: Parameters<Calls[N]>): Promise<Result<ReturnType<Calls[N]>>> => {
    if (name.startsWith('reading/') || name === 'answer/start') calls.push([name, ...args])
    return values.has(name) ? { ok: true, value: values.get(name) as ReturnType<Calls[N]> } : bridge.call(name, ...args)
  }
  const store = createStore(reduceApp, firstState)
  const actions = createActions({ bridge: { ...bridge, call }, store })
  actions.start(() => undefined)
  await eventually(() => expect(store.get().reader.detail).not.toBeNull())
  calls.length = 0
  return { bridge, store, actions, asked: () => calls, answers: (name, value) => void values.set(name, value) }
}

const readingOf = (state: ReadingState, units: DocumentReading['kept']['units'] = []): DocumentReading =>
  ({ document: 'book', scope: { kind: 'whole' }, state, kept: { tokens: units.length * 100, tokensTotal: 1_200, units } })
const kept = (id: string, document: string): ReadingSummary =>
  ({ id, document, title: null, model: null, tokens: 100, tokensTotal: null, state: 'partial', units: [], bytes: 1, lastUsed: '2026-11-28T00:00:00Z' })

/** Does what the menu's line of that kind does. */
function act({ store, actions }: Played, kind: string): void {
  const choices = readingChoices({ id: 'book', title: 'Tides' }, { actions, dispatch: store.dispatch, reading: store.get().readings.get('book') })
  choices.find((choice) => choice.act === kind)?.run()
}

describe('readings and main', () => {
  it('a reading that failed is told with its document and what to do', async () => {
    const { bridge, store } = await play()
    bridge.publish('reading/changed', { readings: [readingOf({ kind: 'failed', failure: { kind: 'disk-full', message: 'The disk is full. Free 2 GB, then read on.' } })] })
    expect(store.get().notices).toMatchObject([{ tone: 'bad', text: 'Reading “Tidal Rivers: a field guide” stopped. The disk is full. Free 2 GB, then read on.' }])
  })

  it.each([[null, 'whole'], ['passages', 'passages']] as const)('a question has in view what is read, unless the person chose passages (chosen: %s)', async (chosen, mode) => {
    const { bridge, store, actions, asked } = await play()
    bridge.publish('reading/changed', { readings: [readingOf({ kind: 'read' }, [[0, 11]])] })
    if (chosen !== null) store.dispatch({ kind: 'mode-chosen', mode: chosen })
    await actions.conversation.ask('Why?')
    expect(asked()).toMatchObject([['answer/start', { documents: ['book'], mode }]])
  })

  it('stopping asks what becomes of what was read; where nothing was, it stops', async () => {
    const played = await play()
    played.bridge.publish('reading/changed', { readings: [readingOf({ kind: 'reading', progress: null, slowed: null })] })
    act(played, 'stop')
    expect([played.asked(), played.store.get().layout.dialog]).toEqual([[['reading/cancel', 'book']], null])
    played.bridge.publish('reading/changed', { readings: [readingOf({ kind: 'paused', why: 'person' }, [[0, 3]])] })
    act(played, 'stop')
    expect(played.store.get().layout.dialog).toMatchObject({ kind: 'stop-reading', document: 'book' })
  })

  it('what was read last of the document is deleted, and of it alone', async () => {
    const { actions, asked, answers } = await play()
    answers('reading/list', { readings: [kept('r3', 'other'), kept('r2', 'book'), kept('r1', 'book')], quotaBytes: 64e9 })
    await actions.readings.stop('book', 'delete')
    expect(asked()).toEqual([['reading/cancel', 'book'], ['reading/list'], ['reading/delete', 'r2'], ['reading/states']])
  })

  it('what is partly read is read on with the same chapters', async () => {
    const played = await play()
    const scope = { kind: 'units', units: [[4, 8]] } as const
    played.bridge.publish('reading/changed', { readings: [{ ...readingOf({ kind: 'partial' }, [[4, 5]]), scope }] })
    act(played, 'go-on')
    expect(played.asked()).toEqual([['reading/start', 'book', scope]])
  })

  it('another model knows of other readings', async () => {
    const { store, actions, answers } = await play()
    answers('reading/states', [readingOf({ kind: 'partial' }, [[0, 1]])])
    await actions.models.choose('starter')
    expect(store.get().readings.get('book')?.state.kind).toBe('partial')
  })

  it('what is open in the window is said to main, and a click on a notification opens its document', async () => {
    const { bridge, store, asked } = await play()
    bridge.publish('document/wanted', { document: 'report' })
    await eventually(() => expect(store.get().reader.detail?.summary.id).toBe('report'))
    expect(asked()).toContainEqual(['reading/front', 'report'])
  })
})
