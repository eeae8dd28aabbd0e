import { readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { app as publicApp } from 'electron'

/** What Electron's default app calls, too; left out of the public types. */
const app = /** @type {Electron.App & { setVersion(version: string): void, setAppPath(path: string): void }} */ (publicApp)

// Stands in for Electron's default app, which the registry-carried runtime lacks: `electron FOLDER` runs the app in FOLDER.
const folder = process.argv.slice(1).find((argument) => !argument.startsWith('-'))
if (folder === undefined) {
  process.stderr.write('usage: electron FOLDER\n')
  app.exit(2)
} else {
  const root = resolve(folder)
  const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
  const name = manifest.productName ?? manifest.name
  app.setName(name)
  app.setVersion(manifest.version)
  app.setAppPath(root)
  if (!app.commandLine.hasSwitch('user-data-dir')) app.setPath('userData', join(app.getPath('appData'), name))
  await import(pathToFileURL(join(root, manifest.main)).href)
}
