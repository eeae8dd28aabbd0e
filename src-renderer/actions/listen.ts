import type { AnswerId } from '../../src-main/contract/answer'
import type { MenuCommand } from '../../src-main/contract/events'
import type { ImportItem } from '../../src-main/contract/imports'
import { isRunning } from '../state/conversation'
import { t } from '../locales/words'
import type { ConversationActions } from './conversation'
import { tellImportFailure } from './import-failure'
import type { LibraryActions } from './library'
import type { ModelActions } from './models'
import { openPlace } from './place'
import type { ReaderActions } from './reader'
import type { ReadingActions } from './readings'
import { ask, tell, type World } from './world'

interface Listeners {
  readonly library: LibraryActions
  readonly reader: ReaderActions
  readonly conversation: ConversationActions
  readonly models: ModelActions
  readonly readings: ReadingActions
  readonly run: (command: MenuCommand) => void
}

/** Turns what main tells into events of the state. Returns what ends it. */
export function listen(world: World, actions: Listeners): () => void {
  const { bridge, store } = world
  const pieces = gatherPieces(world, actions)
  const ends = [
    bridge.subscribe('library/changed', throttled(() => void actions.library.refresh())),
    bridge.subscribe('import/changed', ({ items }) => hearImports(world, actions, items)),
    bridge.subscribe('answer/delta', pieces.add),
    bridge.subscribe('answer/progress', ({ answer, done, total }) => {
      store.dispatch({ kind: 'answer-read', answer, done, total, atMilliseconds: performance.now() })
    }),
    bridge.subscribe('answer/changed', ({ answer }) => {
      pieces.flush()
      const before = store.get().conversation.history.find(({ id }) => id === answer.id)
      store.dispatch({ kind: 'answer-changed', answer })
      if (before === undefined || !isRunning(before) || isRunning(answer)) return
      if (answer.state === 'done') store.dispatch({ kind: 'announced', text: t('answer.done', { count: answer.citations.length, shown: answer.citations.length }) })
      void actions.conversation.refresh()
    }),
    bridge.subscribe('reading/changed', ({ readings }) => actions.readings.hear(readings)),
    bridge.subscribe('document/wanted', ({ document }) => void actions.reader.open(document)),
    bridge.subscribe('engine/changed', ({ status }) => store.dispatch({ kind: 'engine-changed', status })),
    bridge.subscribe('model/download', ({ name, download }) => store.dispatch({ kind: 'download-changed', name, download })),
    bridge.subscribe('model/copy', ({ name, copy }) => store.dispatch({ kind: 'copy-changed', name, copy })),
    bridge.subscribe('model/changed', () => void actions.models.refresh()),
    bridge.subscribe('menu/command', ({ command }) => actions.run(command)),
    store.subscribe(() => void actions.conversation.askHeld()),
    bridge.subscribe('theme/changed', ({ dark }) => store.dispatch({ kind: 'system-theme', dark })),
  ]
  return () => ends.forEach((end) => end())
}

/** Reads what there was before the window listened. */
export async function readFirst(world: World, actions: Omit<Listeners, 'run'>): Promise<void> {
  const imports = ask(world, 'import/list').then((listed) => {
    if (listed.ok) world.store.dispatch({ kind: 'imports-changed', items: listed.value, atMilliseconds: performance.now() })
  })
  const engine = ask(world, 'engine/status').then((status) => {
    if (status.ok) world.store.dispatch({ kind: 'engine-changed', status: status.value })
  })
  await imports
  await Promise.all([engine, actions.library.refresh(), actions.conversation.refresh(), actions.models.refresh(), actions.readings.refresh()])
  await openPlace(world, actions.reader)
}

interface Piece {
  readonly answer: AnswerId
  readonly at: number
  readonly text: string
}

/** Pieces of a stream come faster than frames: they are laid together and shown once a frame. */
function gatherPieces(world: World, actions: Listeners): { readonly add: (piece: Piece) => void; readonly flush: () => void } {
  let waiting: Piece[] = []
  let frame: number | null = null
  const flush = (): void => {
    if (frame !== null) cancelAnimationFrame(frame)
    frame = null
    const pieces = waiting
    waiting = []
    for (const piece of pieces) world.store.dispatch({ kind: 'answer-grew', ...piece })
    if (world.store.get().conversation.torn.length > 0) void actions.conversation.reread()
  }
  return {
    add: (piece) => {
      const last = waiting.at(-1)
      const follows = last !== undefined && last.answer === piece.answer && last.at + last.text.length === piece.at
      if (follows) waiting[waiting.length - 1] = { ...last, text: last.text + piece.text }
      else waiting.push(piece)
      frame ??= requestAnimationFrame(flush)
    },
    flush,
  }
}

const throttleMilliseconds = 250

/** At once, and then at most four times a second, the last call never lost. */
function throttled(run: () => void): () => void {
  let last = -Infinity
  let timer: ReturnType<typeof setTimeout> | null = null
  const now = (): void => {
    timer = null
    last = performance.now()
    run()
  }
  return () => {
    const wait = last + throttleMilliseconds - performance.now()
    if (wait <= 0 && timer === null) now()
    else timer ??= setTimeout(now, Math.max(0, wait))
  }
}

function hearImports(world: World, actions: Listeners, items: readonly ImportItem[]): void {
  const before = new Map(world.store.get().library.imports.map(({ item }) => [item.id, item]))
  world.store.dispatch({ kind: 'imports-changed', items, atMilliseconds: performance.now() })
  for (const item of items) {
    if (before.get(item.id)?.state !== item.state) void hearOutcome(world, actions, item)
  }
}

async function hearOutcome(world: World, actions: Listeners, item: ImportItem): Promise<void> {
  if (item.state === 'failed') return tellImportFailure(world, item)
  if (item.state === 'needs-password' && item.failure?.kind === 'password-wrong' && world.store.get().layout.dialog?.kind !== 'password') {
    return tellImportFailure(world, item)
  }
  if (item.state !== 'done' || item.document === null) return
  await actions.library.refresh()
  const document = world.store.get().library.documents.find(({ id }) => id === item.document)
  if (document === undefined) return
  if (item.known) tell(world, t('library.addedKnown', { title: document.title }))
  else if (document.state === 'ready') world.store.dispatch({ kind: 'announced', text: t('library.added', { title: document.title }) })
  if (world.store.get().reader.document === null || item.known) await actions.reader.open(document.id)
}
