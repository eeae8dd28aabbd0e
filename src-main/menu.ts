import { Menu, type MenuItemConstructorOptions } from 'electron'
import type { MenuCommand } from './contract/events'

export interface MenuOptions {
  readonly platform: NodeJS.Platform
  readonly packaged: boolean
  readonly command: (command: MenuCommand) => void
}

const separator: MenuItemConstructorOptions = { type: 'separator' }

/** The application menu: every command that has a place in it, with the shortcuts of the platform. */
export function menuTemplate({ platform, packaged, command }: MenuOptions): MenuItemConstructorOptions[] {
  const mac = platform === 'darwin'
  const item = (label: string, name: MenuCommand, accelerator?: string): MenuItemConstructorOptions => ({
    id: name,
    label,
    click: () => command(name),
    ...(accelerator === undefined ? {} : { accelerator }),
  })
  const settings = item('Settings…', 'settings', 'CmdOrCtrl+,')
  return [
    ...(mac ? [{ role: 'appMenu', submenu: [{ role: 'about' }, separator, settings, separator, { role: 'services' }, separator, { role: 'hide' }, { role: 'hideOthers' }, { role: 'unhide' }, separator, { role: 'quit' }] } satisfies MenuItemConstructorOptions] : []),
    {
      role: 'fileMenu',
      submenu: [
        item('Open…', 'open', 'CmdOrCtrl+O'),
        item('New Conversation', 'new-conversation', 'CmdOrCtrl+N'),
        item('Export…', 'export', 'CmdOrCtrl+E'),
        separator,
        ...(mac ? [{ role: 'close' } satisfies MenuItemConstructorOptions] : [settings, separator, { role: 'quit' } satisfies MenuItemConstructorOptions]),
      ],
    },
    {
      role: 'editMenu',
      submenu: [
        { role: 'undo' }, { role: 'redo' }, separator, { role: 'cut' }, { role: 'copy' }, { role: 'paste' }, { role: 'selectAll' }, separator,
        item('Find in Document…', 'find', 'CmdOrCtrl+F'),
        item('Search the Library…', 'search', 'CmdOrCtrl+Shift+F'),
      ],
    },
    {
      role: 'viewMenu',
      submenu: [
        item('Command Palette…', 'palette', 'CmdOrCtrl+K'),
        item('Ask a Question', 'composer', 'CmdOrCtrl+L'),
        item('Next Pane', 'next-pane', 'F6'),
        separator,
        item('Show or Hide Library', 'toggle-library', 'CmdOrCtrl+Shift+L'),
        item('Show or Hide Conversation', 'toggle-conversation', 'CmdOrCtrl+Shift+K'),
        separator,
        item('Zoom In', 'zoom-in', 'CmdOrCtrl+Plus'),
        item('Zoom Out', 'zoom-out', 'CmdOrCtrl+-'),
        item('Actual Size', 'zoom-reset', 'CmdOrCtrl+0'),
        separator,
        { role: 'togglefullscreen' },
        ...(packaged ? [] : [separator, { role: 'toggleDevTools' } satisfies MenuItemConstructorOptions]),
      ],
    },
    { role: 'windowMenu' },
  ]
}

export function installMenu(options: MenuOptions): void {
  Menu.setApplicationMenu(Menu.buildFromTemplate(menuTemplate(options)))
}
