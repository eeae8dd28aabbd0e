import type { ConversationId, DocumentId } from './contract'
import type { LicenceId, ModelFile } from '../../src-main/contract/model'
import type { ImportId } from '../../src-main/contract/imports'
import { defaultSettings, type Settings } from '../../src-main/contract/settings'

/** How many panes stand side by side: all three; the library as a drawer; reader and conversation as tabs too. */
export type LayoutMode = 'wide' | 'drawer' | 'tabs'
export type Pane = 'library' | 'reader' | 'conversation'

export type Dialog =
  | { readonly kind: 'palette' }
  | { readonly kind: 'settings' }
  | { readonly kind: 'choose-documents' }
  | { readonly kind: 'delete-document'; readonly document: DocumentId; readonly title: string }
  | { readonly kind: 'delete-conversation'; readonly conversation: ConversationId; readonly title: string }
  | { readonly kind: 'read'; readonly document: DocumentId; readonly title: string }
  | { readonly kind: 'stop-reading'; readonly document: DocumentId; readonly title: string }
  | { readonly kind: 'delete-reading'; readonly reading: string; readonly title: string }
  | { readonly kind: 'forget-reading'; readonly document: DocumentId; readonly title: string }
  | { readonly kind: 'licence'; readonly licence: LicenceId; readonly model: string; readonly title: string }
  | { readonly kind: 'bring-model'; readonly file: ModelFile }
  | { readonly kind: 'delete-model'; readonly model: string; readonly title: string }
  | { readonly kind: 'password'; readonly item: ImportId; readonly fileName: string }

export interface LayoutState {
  /** CSS pixels: at 200 % zoom half of the screen's. */
  readonly windowWidth: number
  readonly settings: Settings
  readonly drawerOpen: boolean
  readonly tab: 'reader' | 'conversation'
  readonly dialog: Dialog | null
  readonly systemDark: boolean
}

export type LayoutEvent =
  | { readonly kind: 'window-resized'; readonly width: number }
  | { readonly kind: 'settings-changed'; readonly settings: Partial<Settings> }
  | { readonly kind: 'drawer-set'; readonly open: boolean }
  | { readonly kind: 'tab-chosen'; readonly tab: 'reader' | 'conversation' }
  | { readonly kind: 'dialog-opened'; readonly dialog: Dialog }
  | { readonly kind: 'dialog-closed' }
  | { readonly kind: 'system-theme'; readonly dark: boolean }

export const firstLayout: LayoutState = {
  windowWidth: 1280, settings: defaultSettings, drawerOpen: false, tab: 'reader', dialog: null, systemDark: false,
}

const drawerBelow = 1000
const tabsBelow = 760
const libraryWidths = { min: 200, max: 480 }
const conversationWidths = { min: 320, max: 720 }
const readerWidthMin = 320

export const layoutMode = (windowWidth: number): LayoutMode => (windowWidth < tabsBelow ? 'tabs' : windowWidth < drawerBelow ? 'drawer' : 'wide')

const clamp = (value: number, min: number, max: number): number => Math.round(Math.min(Math.max(value, min), Math.max(min, max)))

/** Widths that fit the window: what a person chose, so far as the reader keeps its least width. */
export function paneWidths(state: LayoutState): { readonly library: number; readonly conversation: number } {
  const { windowWidth, settings } = state
  const mode = layoutMode(windowWidth)
  const spared = readerWidthMin + (settings.conversationOpen ? conversationWidths.min : 0)
  const library = clamp(settings.libraryWidth, libraryWidths.min, Math.min(libraryWidths.max, windowWidth - spared))
  const besides = mode === 'wide' && settings.libraryOpen ? library : 0
  const conversation = clamp(settings.conversationWidth, conversationWidths.min, Math.min(conversationWidths.max, windowWidth - besides - readerWidthMin))
  return { library, conversation }
}

export const isDark = (state: LayoutState): boolean => (state.settings.theme === 'system' ? state.systemDark : state.settings.theme === 'dark')

/** Panes that can be seen now, in reading order. */
export function visiblePanes(state: LayoutState): readonly Pane[] {
  const mode = layoutMode(state.windowWidth)
  if (mode === 'tabs') return state.drawerOpen ? ['library', state.tab] : [state.tab]
  const library = mode === 'wide' ? state.settings.libraryOpen : state.drawerOpen
  return [...(library ? (['library'] as const) : []), 'reader', ...(state.settings.conversationOpen ? (['conversation'] as const) : [])]
}

/** The pane that F6 goes to. */
export function paneAfter(panes: readonly Pane[], current: Pane | null, by: 1 | -1): Pane | null {
  if (panes.length === 0) return null
  const at = current === null ? -1 : panes.indexOf(current)
  const next = at === -1 ? (by === 1 ? 0 : panes.length - 1) : (at + by + panes.length) % panes.length
  return panes[next] ?? null
}

export function reduceLayout(state: LayoutState, event: LayoutEvent): LayoutState {
  switch (event.kind) {
    case 'window-resized':
      return { ...state, windowWidth: event.width, drawerOpen: state.drawerOpen && event.width < drawerBelow }
    case 'settings-changed':
      return { ...state, settings: { ...state.settings, ...event.settings } }
    case 'drawer-set':
      return { ...state, drawerOpen: event.open }
    case 'tab-chosen':
      return { ...state, tab: event.tab, drawerOpen: false }
    case 'dialog-opened':
      return { ...state, dialog: event.dialog }
    case 'dialog-closed':
      return { ...state, dialog: null }
    case 'system-theme':
      return { ...state, systemDark: event.dark }
  }
}
