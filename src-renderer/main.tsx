import '@fontsource-variable/inter/index.css'
import '@fontsource-variable/literata/opsz.css'
import '@fontsource-variable/literata/opsz-italic.css'
import './styles/tokens.css'
import './styles/base.css'
import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { I18nProvider } from 'react-aria-components'
import { createActions } from './actions/actions'
import { openBridge } from './bridge'
import { firstState, reduceApp } from './state/app'
import { createStore } from './state/store'
import { AppContext, type App } from './ui/app-context'
import { runCommand } from './ui/commands'
import { Window } from './window/window'

async function start(root: HTMLElement): Promise<void> {
  const world = { bridge: openBridge(), store: createStore(reduceApp, firstState) }
  const app: App = { world, actions: createActions(world) }
  world.store.dispatch({ kind: 'system-theme', dark: window.matchMedia('(prefers-color-scheme: dark)').matches })
  // Widths and theme come first, so that nothing jumps.
  await app.actions.settings.read()
  app.actions.start((command) => runCommand(app, command))
  createRoot(root).render(
    <StrictMode>
      <I18nProvider locale="en">
        <AppContext value={app}>
          <Window />
        </AppContext>
      </I18nProvider>
    </StrictMode>,
  )
}

const root = document.getElementById('root')
if (root !== null) void start(root)
