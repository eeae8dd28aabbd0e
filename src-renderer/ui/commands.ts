import type { App } from './app-context'
import type { MenuCommand } from '../../src-main/contract/events'
import { canStop, isBusy } from '../state/conversation'
import { layoutMode, paneAfter, visiblePanes, type Pane } from '../state/layout'
import type { ReadingAct } from '../state/readings'
import type { Shortcut } from './keys'
import { readingChoices } from './reading-acts'
import { t, type WordKey } from '../locales/words'

export type CommandName =
  | MenuCommand | 'contents' | 'zoom-page' | 'previous-pane' | 'sample' | 'history' | 'theme-light' | 'theme-dark' | 'theme-system' | 'dim'
  | 'next-page' | 'previous-page' | 'delete-document' | 'stop' | 'copy-answer' | 'ask-again' | 'scope-open' | 'scope-all' | 'scope-choose' | 'whole' | 'passages' | `reading-${ReadingAct}`

export interface Command {
  readonly name: CommandName
  readonly title: string
  readonly shortcut: Shortcut | null
  readonly isEnabled: boolean
  readonly run: () => void
}

/** Shortcuts of the whole window. Esc is not here: it belongs to what it closes. */
export const shortcuts: Readonly<Partial<Record<CommandName, Shortcut>>> = {
  open: 'mod+o', palette: 'mod+k', find: 'mod+f', search: 'mod+shift+f', composer: 'mod+l', 'new-conversation': 'mod+n', 'next-pane': 'f6', 'previous-pane': 'shift+f6',
  settings: 'mod+,', 'zoom-in': 'mod+plus', 'zoom-out': 'mod+-', 'zoom-reset': 'mod+0', 'toggle-library': 'mod+shift+l', 'toggle-conversation': 'mod+shift+k', 'export': 'mod+e',
}

/** Every action, in the order of the palette. */
export function commandsOf(app: App): readonly Command[] {
  const { actions, world } = app
  const state = world.store.get()
  const { dispatch } = world.store
  const reading = state.reader.document !== null
  const last = state.conversation.history.at(-1)
  const command = (name: CommandName, run: () => unknown, isEnabled = true): Command => ({
    name, title: t(`commands.${name}` as WordKey), shortcut: shortcuts[name] ?? null, isEnabled, run: () => void run(),
  })
  return [
    command('open', actions.library.choose),
    command('search', () => focusIn(app, 'library', '[data-focus="search"]')),
    command('composer', () => focusIn(app, 'conversation', '[data-focus="composer"]')),
    command('find', () => openFind(app), reading),
    command('new-conversation', () => newConversation(app)),
    command('history', () => showHistory(app)),
    command('ask-again', () => last !== undefined && actions.conversation.askAgain(last), last !== undefined && !isBusy(state.conversation)),
    command('stop', actions.conversation.stop, canStop(state.conversation)),
    command('copy-answer', () => last !== undefined && actions.conversation.copy(last.id), last !== undefined),
    command('export', actions.conversation.exportAll, state.conversation.open !== null),
    command('scope-open', () => dispatch({ kind: 'scoped', scope: { kind: 'open' } }), reading),
    command('scope-all', () => dispatch({ kind: 'scoped', scope: { kind: 'all' } })),
    command('scope-choose', () => dispatch({ kind: 'dialog-opened', dialog: { kind: 'choose-documents' } })),
    ...readingCommands(app),
    command('passages', () => dispatch({ kind: 'mode-chosen', mode: 'passages' })),
    command('whole', () => dispatch({ kind: 'mode-chosen', mode: 'whole' })),
    command('contents', () => dispatch({ kind: 'contents-toggled' }), reading),
    command('next-page', () => actions.reader.turn(1), reading),
    command('previous-page', () => actions.reader.turn(-1), reading),
    command('zoom-in', () => actions.reader.zoomBy(1), reading),
    command('zoom-out', () => actions.reader.zoomBy(-1), reading),
    command('zoom-reset', () => dispatch({ kind: 'zoomed', zoom: 'width' }), reading),
    command('zoom-page', () => dispatch({ kind: 'zoomed', zoom: 'page' }), reading),
    command('dim', () => actions.settings.change({ dimPages: !state.layout.settings.dimPages })),
    command('toggle-library', () => toggleLibrary(app)),
    command('toggle-conversation', () => toggleConversation(app)),
    command('next-pane', () => goToPane(app, 1)),
    command('previous-pane', () => goToPane(app, -1)),
    command('theme-light', () => actions.settings.change({ theme: 'light' })),
    command('theme-dark', () => actions.settings.change({ theme: 'dark' })),
    command('theme-system', () => actions.settings.change({ theme: 'system' })),
    command('sample', actions.library.addSample),
    command('delete-document', () => deleteOpen(app), reading),
    command('settings', () => dispatch({ kind: 'dialog-opened', dialog: { kind: 'settings' } })),
    command('palette', () => dispatch({ kind: 'dialog-opened', dialog: { kind: 'palette' } })),
  ]
}

/** What can be done about the reading of the open document. */
function readingCommands({ world, actions }: App): readonly Command[] {
  const { reader, readings } = world.store.get()
  const summary = reader.detail?.summary
  if (summary?.state !== 'ready') return []
  const choices = readingChoices(summary, { actions, dispatch: world.store.dispatch, reading: readings.get(summary.id) })
  return choices.map(({ act, name, run }): Command => ({ name: `reading-${act}`, title: name, shortcut: null, isEnabled: true, run }))
}

export function runCommand(app: App, name: CommandName): void {
  const found = commandsOf(app).find((command) => command.name === name)
  if (found?.isEnabled === true) found.run()
}

const afterRender = (run: () => void): void => void requestAnimationFrame(() => requestAnimationFrame(run))

export function showPane({ world, actions }: App, pane: Pane): void {
  const { layout } = world.store.get()
  const mode = layoutMode(layout.windowWidth)
  if (pane === 'library') {
    if (mode === 'wide') actions.settings.change({ libraryOpen: true })
    else world.store.dispatch({ kind: 'drawer-set', open: true })
  } else if (mode === 'tabs') world.store.dispatch({ kind: 'tab-chosen', tab: pane })
  else if (pane === 'conversation') actions.settings.change({ conversationOpen: true })
}

function focusIn(app: App, pane: Pane, selector: string): void {
  showPane(app, pane)
  // At once where it is there already, and never again: what is typed right after the shortcut must not be selected and typed over.
  const focus = (): void => {
    const found = document.querySelector<HTMLElement>(selector)
    if (found === null || found === document.activeElement) return
    found.focus()
    if (found instanceof HTMLInputElement) found.select()
  }
  focus()
  afterRender(focus)
}

function openFind(app: App): void {
  showPane(app, 'reader')
  app.world.store.dispatch({ kind: 'find-opened' })
  focusIn(app, 'reader', '[data-focus="find"]')
}

function newConversation(app: App): void {
  app.actions.conversation.start()
  focusIn(app, 'conversation', '[data-focus="composer"]')
}

function showHistory(app: App): void {
  showPane(app, 'conversation')
  if (!app.world.store.get().conversation.historyOpen) app.world.store.dispatch({ kind: 'history-toggled' })
}

function toggleLibrary({ world, actions }: App): void {
  const { layout } = world.store.get()
  if (layoutMode(layout.windowWidth) === 'wide') actions.settings.change({ libraryOpen: !layout.settings.libraryOpen })
  else world.store.dispatch({ kind: 'drawer-set', open: !layout.drawerOpen })
}

function toggleConversation({ world, actions }: App): void {
  const { layout } = world.store.get()
  if (layoutMode(layout.windowWidth) === 'tabs') world.store.dispatch({ kind: 'tab-chosen', tab: layout.tab === 'reader' ? 'conversation' : 'reader' })
  else actions.settings.change({ conversationOpen: !layout.settings.conversationOpen })
}

function deleteOpen({ world }: App): void {
  const { reader } = world.store.get()
  if (reader.document === null) return
  world.store.dispatch({ kind: 'dialog-opened', dialog: { kind: 'delete-document', document: reader.document, title: reader.detail?.summary.title ?? '' } })
}

const firstIn: Readonly<Record<Pane, string>> = { library: '[data-focus="search"]', reader: '[data-focus="text"]', conversation: '[data-focus="composer"]' }

function goToPane(app: App, by: 1 | -1): void {
  const current = document.activeElement?.closest<HTMLElement>('[data-pane]')?.dataset['pane'] as Pane | undefined
  const next = paneAfter(visiblePanes(app.world.store.get().layout), current ?? null, by)
  if (next !== null) document.querySelector<HTMLElement>(firstIn[next])?.focus()
}
