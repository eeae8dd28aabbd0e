import { useContext, useEffect, useLayoutEffect, type CSSProperties, type ReactNode } from 'react'
import { BookOpen, MessageCircle, PanelLeftOpen } from 'lucide-react'
import { Tab, TabList, TabPanel, Tabs } from 'react-aria-components'
import { Conversation } from '../conversation/conversation'
import { WorkNotices } from '../conversation/work-notices'
import { DropArea } from '../library/drop-area'
import { Empty } from '../library/empty'
import { Library } from '../library/library'
import { Reader } from '../reader/reader'
import { canStop } from '../state/conversation'
import { isDark, layoutMode, paneWidths, visiblePanes } from '../state/layout'
import { isEmptyLibrary } from '../state/library'
import { AppContext, useActions, useApp, useDispatch, type App } from '../ui/app-context'
import { IconButton } from '../ui/button'
import { commandsOf, shortcuts } from '../ui/commands'
import { matches, thisPlatform } from '../ui/keys'
import { Notices } from '../ui/notices'
import { Splitter } from '../ui/splitter'
import { t } from '../locales/words'
import { Dialogs } from './dialogs'
import './window.css'

/** The whole window. */
export function Window(): ReactNode {
  const loaded = useApp((state) => state.library.loaded)
  const empty = useApp((state) => isEmptyLibrary(state.library))
  const title = useApp((state) => state.reader.detail?.summary.title ?? null)
  useTheme()
  useWindowWidth()
  useKeys()
  useEffect(() => {
    document.title = title === null ? t('app.name') : `${title} · ${t('app.name')}`
  }, [title])
  return (
    <>
      {empty ? <Empty><WorkNotices /></Empty> : loaded && <Panes />}
      <DropArea />
      <Dialogs />
      <Notices />
    </>
  )
}

function Panes(): ReactNode {
  const layout = useApp((state) => state.layout)
  const actions = useActions()
  const dispatch = useDispatch()
  const mode = layoutMode(layout.windowWidth)
  const panes = visiblePanes(layout)
  const { library, conversation } = paneWidths(layout)
  const widths = { '--library-width': `${library}px`, '--conversation-width': `${conversation}px` } as CSSProperties
  const drawer = mode !== 'wide' && layout.drawerOpen
  return (
    <main className={`window window-${mode}`} style={widths}>
      {mode === 'tabs' ? <TabbedPanes /> : (
        <div className="panes">
          {mode === 'wide' && panes.includes('library') && (
            <>
              <div className="pane pane-library"><Library /></div>
              <Splitter label={t('panes.resizeLibrary')} width={library} side={1} onChange={(width) => actions.settings.change({ libraryWidth: width })} />
            </>
          )}
          <div className="pane pane-reader"><Reader /></div>
          {panes.includes('conversation') && (
            <>
              <Splitter label={t('panes.resizeConversation')} width={conversation} side={-1} onChange={(width) => actions.settings.change({ conversationWidth: width })} />
              <div className="pane pane-conversation"><Conversation /></div>
            </>
          )}
        </div>
      )}
      {drawer && (
        <div className="drawer" onClick={(event) => event.target === event.currentTarget && dispatch({ kind: 'drawer-set', open: false })}>
          <div className="drawer-pane"><Library /></div>
        </div>
      )}
    </main>
  )
}

/** Reader and conversation in one place, by turns. */
function TabbedPanes(): ReactNode {
  const tab = useApp((state) => state.layout.tab)
  const dispatch = useDispatch()
  return (
    <Tabs className="tabbed" selectedKey={tab} onSelectionChange={(key) => dispatch({ kind: 'tab-chosen', tab: key === 'conversation' ? 'conversation' : 'reader' })}>
      <div className="pane-tabs">
        <IconButton name={t('library.show')} shortcut={shortcuts['toggle-library']} onPress={() => dispatch({ kind: 'drawer-set', open: true })}><PanelLeftOpen aria-hidden /></IconButton>
        <TabList className="tab-list" aria-label={t('app.name')}>
          <Tab id="reader" className="tab"><BookOpen aria-hidden /> {t('panes.reader')}</Tab>
          <Tab id="conversation" className="tab"><MessageCircle aria-hidden /> {t('panes.conversation')}</Tab>
        </TabList>
      </div>
      {/* Kept while the other is shown: a document is not opened again for a glance at its answer. */}
      <TabPanel id="reader" className="tab-panel" shouldForceMount><Reader /></TabPanel>
      <TabPanel id="conversation" className="tab-panel"><Conversation /></TabPanel>
    </Tabs>
  )
}

function useTheme(): void {
  const dark = useApp((state) => isDark(state.layout))
  const dispatch = useDispatch()
  useLayoutEffect(() => {
    document.documentElement.dataset['theme'] = dark ? 'dark' : 'light'
  }, [dark])
  useEffect(() => {
    const query = window.matchMedia('(prefers-color-scheme: dark)')
    const tell = (): void => dispatch({ kind: 'system-theme', dark: query.matches })
    query.addEventListener('change', tell)
    return () => query.removeEventListener('change', tell)
  }, [dispatch])
}

function useWindowWidth(): void {
  const dispatch = useDispatch()
  useLayoutEffect(() => {
    const tell = (): void => dispatch({ kind: 'window-resized', width: window.innerWidth })
    tell()
    window.addEventListener('resize', tell)
    return () => window.removeEventListener('resize', tell)
  }, [dispatch])
}

function useKeys(): void {
  const app = useContext(AppContext)
  useEffect(() => {
    if (app === null) return
    const press = (event: KeyboardEvent): void => {
      if (event.defaultPrevented || event.isComposing) return
      if (event.key === 'Escape') escape(app)
      else if (app.world.store.get().layout.dialog === null || event.key === 'F6') pressShortcut(app, event)
    }
    window.addEventListener('keydown', press)
    return () => window.removeEventListener('keydown', press)
  }, [app])
}

function pressShortcut(app: App, event: KeyboardEvent): void {
  for (const command of commandsOf(app)) {
    if (command.shortcut === null || !matches(command.shortcut, event, thisPlatform)) continue
    event.preventDefault()
    if (command.isEnabled) command.run()
    return
  }
}

/** Esc closes what lies on top, from the outside in; where nothing does, it stops the answer. */
function escape({ world, actions }: App): void {
  const state = world.store.get()
  if (state.layout.dialog !== null) world.store.dispatch({ kind: 'dialog-closed' })
  else if (state.layout.drawerOpen) world.store.dispatch({ kind: 'drawer-set', open: false })
  else if (state.reader.find !== null) world.store.dispatch({ kind: 'find-closed' })
  else if (state.conversation.historyOpen) world.store.dispatch({ kind: 'history-toggled' })
  else if (canStop(state.conversation)) void actions.conversation.stop()
}
