import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { app, dialog, type BrowserWindow } from 'electron'
import { FailureError } from './contract/failure'
import type { Dialogs } from './ipc/handlers'

/** The system's dialogs, attached to the window where there is one. */
export function createDialogs(parent: () => BrowserWindow | null): Dialogs {
  return {
    async chooseFiles() {
      const options: Electron.OpenDialogOptions = {
        title: 'Add documents',
        filters: [{ name: 'Documents', extensions: ['pdf', 'docx'] }, { name: 'All files', extensions: ['*'] }],
        // Only macOS has one dialog for both files and folders.
        properties: process.platform === 'darwin' ? ['openFile', 'openDirectory', 'multiSelections'] : ['openFile', 'multiSelections'],
      }
      const window = parent()
      const { canceled, filePaths } = window === null ? await dialog.showOpenDialog(options) : await dialog.showOpenDialog(window, options)
      return canceled ? [] : filePaths
    },
    async chooseModelFile() {
      const options: Electron.OpenDialogOptions = { title: 'Add a model', filters: [{ name: 'GGUF models', extensions: ['gguf'] }, { name: 'All files', extensions: ['*'] }], properties: ['openFile'] }
      const window = parent()
      const { canceled, filePaths } = window === null ? await dialog.showOpenDialog(options) : await dialog.showOpenDialog(window, options)
      return canceled ? null : (filePaths[0] ?? null)
    },
    async saveText(suggestedName, text) {
      const options: Electron.SaveDialogOptions = { title: 'Export', defaultPath: join(documentsFolder(), suggestedName), filters: [{ name: 'Markdown', extensions: ['md'] }] }
      const window = parent()
      const { canceled, filePath } = window === null ? await dialog.showSaveDialog(options) : await dialog.showSaveDialog(window, options)
      if (canceled || filePath === '') return null
      await writeFile(filePath, text).catch((cause: unknown) => {
        throw new FailureError('file-unreadable', `“${filePath}” could not be written. Choose another folder, or check that there is room on the disk.`, { cause })
      })
      return filePath
    },
  }
}

/** Where a person keeps documents; a home without such a folder (a server, a bare account) makes Electron throw. */
function documentsFolder(): string {
  try {
    return app.getPath('documents')
  } catch {
    return app.getPath('home')
  }
}
