import { join } from 'node:path'
import { app, protocol } from 'electron'
import { chooseDataFolder } from './data-folder'
import { foldersIn } from './folders'
import { openLog } from './log'
import { appScheme } from './protocol'
import { hardenContents, quietChromium } from './security'
import { runCli } from './cli'
import { parseCli } from './cli/args'
import { runWindow } from './window-app'

app.setName('Longleaf')
protocol.registerSchemesAsPrivileged([appScheme])
quietChromium()

const cli = parseCli(process.env['LONGLEAF_CLI'])
const data = chooseDataFolder({ named: cli.kind === 'command' ? cli.data : null, args: process.argv, env: process.env, appData: app.getPath('appData') })
const folders = foldersIn(data)
// Before anything else: the lock of the single instance is in the first, and what Chromium keeps for itself in the second.
app.setPath('userData', folders.data)
app.setPath('sessionData', folders.browser)
app.setPath('crashDumps', join(folders.browser, 'crashes'))

const log = openLog(folders.logs)
hardenContents(log)
process.on('uncaughtException', (error) => log.write('error', 'uncaught exception', error))
process.on('unhandledRejection', (error) => log.write('error', 'unhandled rejection', error))

if (app.isPackaged && ['remote-debugging-port', 'remote-debugging-pipe'].some((name) => app.commandLine.hasSwitch(name))) {
  process.stderr.write('Longleaf does not start with remote debugging.\n')
  app.exit(2)
} else if (cli.kind === 'none') {
  void runWindow({ folders, log })
} else {
  void runCli({ cli, folders, log })
}
