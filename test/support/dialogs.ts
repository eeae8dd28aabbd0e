import type { ElectronApplication } from '@playwright/test'

/** The next "open" dialog answers with these files: a test has no hands for the system's own window. */
export async function answerOpenDialog(electron: ElectronApplication, paths: readonly string[]): Promise<void> {
  await electron.evaluate(async ({ dialog }, filePaths) => {
    dialog.showOpenDialog = () => Promise.resolve({ canceled: false, filePaths })
  }, [...paths])
}

/** The next "save" dialog answers with this path. */
export async function answerSaveDialog(electron: ElectronApplication, path: string): Promise<void> {
  await electron.evaluate(async ({ dialog }, filePath) => {
    dialog.showSaveDialog = () => Promise.resolve({ canceled: false, filePath })
  }, path)
}
