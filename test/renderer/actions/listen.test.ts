import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { createActions, type Actions } from '../../../src-renderer/actions/actions'
import { firstState, reduceApp, type AppEvent, type AppState } from '../../../src-renderer/state/app'
import { createStore, type Store } from '../../../src-renderer/state/store'
import { fakeBridge, type FakeBook } from '../../support/fake-bridge'

const sentence = (id: string, unit: number, text: string): FakeBook['sentences'][number] => ({ id, text, unit, offset: 0, boxes: [{ x: 1, y: 1, width: 9, height: 9 }] })
const book: FakeBook = { units: 12, labels: Array.from({ length: 12 }, (_, unit) => String(71 + unit)), outline: [], sentences: [sentence('salt', 3, 'The upper limit of salt was found nineteen kilometres above the bridge.'), sentence('rain', 4, 'When the river falls, each spring tide gains ground.')] }

interface Played {
  readonly bridge: ReturnType<typeof fakeBridge>
  readonly store: Store<AppState, AppEvent>
  readonly actions: Actions
  readonly commands: string[]
}

function play(change: Partial<Parameters<typeof fakeBridge>[0]> = {}): Played {
  const bridge = fakeBridge({ book, documents: 7, settings: {}, importing: false, answered: false, streamMilliseconds: 100, ...change })
  const store = createStore(reduceApp, firstState)
  const actions = createActions({ bridge, store })
  const commands: string[] = []
  actions.start((command) => commands.push(command))
  return { bridge, store, actions, commands }
}

beforeEach(() => {
  vi.useFakeTimers()
  vi.stubGlobal('requestAnimationFrame', (run: () => void) => setTimeout(run, 16))
  vi.stubGlobal('cancelAnimationFrame', (timer: NodeJS.Timeout) => clearTimeout(timer))
})
afterEach(() => {
  vi.useRealTimers()
  vi.unstubAllGlobals()
})

describe('the window and main', () => {
  it('read at the start what there was before, and open the newest document', async () => {
    const { store } = play()
    await vi.advanceTimersByTimeAsync(50)
    expect(store.get()).toMatchObject({ library: { loaded: true }, reader: { document: 'book' }, engine: { state: 'ready' } })
    expect(store.get().library.documents).toHaveLength(7)
  })

  it('open what was open last where it was left, and keep where that is from then on', async () => {
    const { store, actions, bridge } = play({ settings: { places: [{ document: 'report', unit: 5 }, { document: 'book', unit: 3 }] } })
    await actions.settings.read()
    await vi.advanceTimersByTimeAsync(50)
    expect(store.get().reader).toMatchObject({ document: 'report', unit: 5 })
    actions.reader.goToUnit(7)
    await actions.reader.open('book', 2)
    await vi.advanceTimersByTimeAsync(1_000)
    expect(await bridge.call('settings/read')).toMatchObject({ value: { places: [{ document: 'book', unit: 2 }, { document: 'report', unit: 7 }] } })
    await actions.reader.open('report')
    expect(store.get().reader).toMatchObject({ document: 'report', unit: 7 })
  })

  it.each([['gone', { document: 'burnt', unit: 5 }], ['not read', { document: 'minutes', unit: 0 }]])('open the newest document where the last one is %s', async (_, place) => {
    const { store, actions } = play({ settings: { places: [place] } })
    await actions.settings.read()
    await vi.advanceTimersByTimeAsync(50)
    expect(store.get().reader).toMatchObject({ document: 'book', unit: 0 })
  })

  it('say the whole of why a file did not come in when its line is opened', async () => {
    const { store, actions } = play()
    await vi.advanceTimersByTimeAsync(50)
    const failure = { kind: 'damaged', message: 'Its pages cannot be read. Open it in another program and save it anew.' } as const
    const item = { id: 9, fileName: 'torn.pdf', path: '/torn.pdf', state: 'failed', unitsDone: 0, unitsTotal: 0, document: null, known: false, failure } as const
    store.dispatch({ kind: 'imports-changed', items: [item], atMilliseconds: 0 })
    actions.library.explainImport(9)
    expect(store.get().notices).toMatchObject([{ tone: 'bad', text: `torn.pdf: ${failure.message}` }])
  })

  it('bring a question to a cited answer, and a citation to its page', async () => {
    const { store, actions } = play()
    await vi.advanceTimersByTimeAsync(50)
    await actions.conversation.ask('  How far?  ')
    expect(store.get().conversation.history).toMatchObject([{ question: 'How far?' }])
    await vi.advanceTimersByTimeAsync(5_000)
    const [answer] = store.get().conversation.history
    expect(answer).toMatchObject({ state: 'done' })
    expect(store.get().announcement).toContain('2 citations')
    if (answer !== undefined) await actions.conversation.openCitation(answer, 1)
    expect(store.get().reader).toMatchObject({ document: 'book', unit: 4, chosen: { start: { unit: 4 } } })
  })

  it('stop an answer and keep what was written', async () => {
    const { store, actions } = play({ streamMilliseconds: 1_000 })
    await vi.advanceTimersByTimeAsync(50)
    await actions.conversation.ask('How far?')
    await vi.advanceTimersByTimeAsync(700)
    await actions.conversation.stop()
    await vi.advanceTimersByTimeAsync(500)
    expect(store.get().conversation.history[0]).toMatchObject({ state: 'cancelled' })
    expect(store.get().conversation.history[0]?.text).not.toBe('')
  })

  it('send one question at a time', async () => {
    const { store, actions } = play()
    await vi.advanceTimersByTimeAsync(50)
    await Promise.all([actions.conversation.ask('One?'), actions.conversation.ask('Two?')])
    expect(store.get().conversation.history).toHaveLength(1)
  })

  it('keep a question that comes before a document is open, and ask it then', async () => {
    const { store, actions } = play()
    void actions.conversation.ask('How far?')
    expect(store.get().conversation).toMatchObject({ asking: { question: 'How far?', state: 'held' }, history: [] })
    await vi.advanceTimersByTimeAsync(50)
    expect(store.get().conversation).toMatchObject({ asking: null, history: [{ question: 'How far?' }] })
  })

  it('give a question back that waits for a document, when it is stopped', async () => {
    const { store, actions } = play({ documents: 0 })
    await vi.advanceTimersByTimeAsync(50)
    await actions.conversation.ask('How far?')
    await actions.conversation.stop()
    expect(store.get().conversation).toMatchObject({ asking: null, draft: 'How far?', history: [] })
  })

  it('show pieces of a stream once a frame', async () => {
    const { bridge, store, actions } = play({ streamMilliseconds: 100_000 })
    await vi.advanceTimersByTimeAsync(50)
    await actions.conversation.ask('How far?')
    let changes = 0
    const end = store.subscribe(() => (changes += 1))
    for (let at = 0; at < 50; at += 1) bridge.publish('answer/delta', { answer: 1, at, text: 'x' })
    await vi.advanceTimersByTimeAsync(16)
    end()
    expect(store.get().conversation.history[0]?.text).toBe('x'.repeat(50))
    expect(changes).toBe(1)
  })

  it('read an answer again where a piece was missed', async () => {
    const { bridge, store, actions } = play({ streamMilliseconds: 100_000 })
    await vi.advanceTimersByTimeAsync(50)
    await actions.conversation.ask('How far?')
    bridge.publish('answer/delta', { answer: 1, at: 40, text: 'later' })
    await vi.advanceTimersByTimeAsync(50)
    expect(store.get().conversation.torn).toEqual([])
    expect(store.get().conversation.history).toHaveLength(1)
  })

  it('say that a file was in the library before, and open it', async () => {
    const { bridge, store } = play()
    await vi.advanceTimersByTimeAsync(50)
    bridge.publish('import/changed', { items: [{ id: 5, fileName: 'again.pdf', path: '', state: 'done', unitsDone: 9, unitsTotal: 9, document: 'report', known: true, failure: null }] })
    await vi.advanceTimersByTimeAsync(50)
    expect(store.get().notices).toMatchObject([{ text: '“Jahresbericht 2025” is already in your library.' }])
    expect(store.get().reader.document).toBe('report')
  })

  it('tell of a file that failed, by name and reason', async () => {
    const { bridge, store } = play()
    await vi.advanceTimersByTimeAsync(50)
    bridge.publish('import/changed', { items: [{ id: 6, fileName: 'x.pdf', path: '', state: 'failed', unitsDone: 0, unitsTotal: 0, document: null, known: false, failure: { kind: 'empty-file', message: 'It is empty.' } }] })
    expect(store.get().notices).toMatchObject([{ tone: 'bad', text: 'x.pdf: It is empty.' }])
  })

  it('pass on the commands of the menu', () => {
    const { bridge, commands } = play()
    bridge.publish('menu/command', { command: 'palette' })
    expect(commands).toEqual(['palette'])
  })

  it('tell of a call that failed, and of one that broke, in a sentence', async () => {
    const { bridge, store, actions } = play()
    await vi.advanceTimersByTimeAsync(50)
    const silenced = vi.spyOn(console, 'error').mockImplementation(() => undefined)
    vi.spyOn(bridge, 'call').mockResolvedValueOnce({ ok: false, failure: { kind: 'disk-full', message: 'The disk is full.' } })
    await actions.library.remove('book')
    vi.spyOn(bridge, 'call').mockRejectedValueOnce(new Error('boom'))
    await actions.library.remove('book')
    silenced.mockRestore()
    expect(store.get().notices.map(({ text }) => text)).toEqual(['The disk is full.', 'Something went wrong inside Longleaf. Try again; if it stays so, restart the app.'])
    expect(store.get().library.documents).toHaveLength(7)
  })

  it('keep widths as whole pixels, once a drag is over', async () => {
    const { bridge, actions } = play()
    await vi.advanceTimersByTimeAsync(1_000)
    const call = vi.spyOn(bridge, 'call')
    for (let width = 300; width < 340; width += 1) actions.settings.change({ libraryWidth: width + 0.4 })
    await vi.advanceTimersByTimeAsync(400)
    expect(call.mock.calls.filter(([name]) => name === 'settings/write')).toEqual([['settings/write', { libraryWidth: 339 }]])
  })

  it('know how far each copy of a model is, until it is over', () => {
    const { bridge, store } = play()
    bridge.publish('model/copy', { name: 'mine', copy: { doneBytes: 1, totalBytes: 8 } })
    bridge.publish('model/copy', { name: 'other', copy: { doneBytes: 0, totalBytes: 2 } })
    bridge.publish('model/copy', { name: 'mine', copy: { doneBytes: 4, totalBytes: 8 } })
    expect(store.get().copies).toEqual([{ name: 'other', doneBytes: 0, totalBytes: 2 }, { name: 'mine', doneBytes: 4, totalBytes: 8 }])
    bridge.publish('model/copy', { name: 'other', copy: null })
    expect(store.get().copies).toEqual([{ name: 'mine', doneBytes: 4, totalBytes: 8 }])
  })

  it('stop the copy of a model by its name, and take an import that was stopped for no failure', async () => {
    const { bridge, store, actions } = play()
    await vi.advanceTimersByTimeAsync(50)
    const call = vi.spyOn(bridge, 'call')
    await actions.models.cancelCopy('mine')
    expect(call).toHaveBeenCalledExactlyOnceWith('model/cancel-import', 'mine')
    call.mockResolvedValue({ ok: false, failure: { kind: 'cancelled', message: 'It was stopped.' } })
    await actions.models.bring({ state: 'refused', path: '/mine.gguf', failure: { kind: 'model-invalid', message: 'It is not.' } }, 'copy')
    expect(store.get().notices).toEqual([])
  })
})
