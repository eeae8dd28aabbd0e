import { app } from 'electron'
import type { Cli } from './cli/args'
import { askCommand } from './cli/ask'
import { failureJson, type Command, type ExitCode, type Listen } from './cli/command'
import { importCommand } from './cli/import'
import { forecastCommand } from './cli/forecast'
import { deleteCommand, listCommand, searchCommand, showCommand } from './cli/library'
import { waitForLibrary } from './cli/lock'
import { modelsCommand } from './cli/models'
import { readCommand, readingsCommand } from './cli/read'
import { createOutput, type Output, type Streams } from './cli/output'
import type { CommandName } from './cli/usage'
import { FailureError } from './contract/failure'
import { failureOf } from './failures'
import type { Folders } from './folders'
import { createEventHub } from './ipc/hub'
import type { Log } from './log'
import { openRuntime } from './runtime'

const jobs: Readonly<Record<CommandName, Command>> = {
  ask: askCommand,
  import: importCommand,
  list: listCommand,
  show: showCommand,
  forecast: forecastCommand,
  delete: deleteCommand,
  search: searchCommand,
  models: modelsCommand,
  read: readCommand,
  readings: readingsCommand,
}

export interface CliRun {
  readonly cli: Exclude<Cli, { readonly kind: 'none' }>
  readonly folders: Folders
  readonly log: Log
}

const streams: Streams = { out: process.stdout, err: process.stderr, terminal: process.stderr.isTTY || process.env['LONGLEAF_TERMINAL'] === '1' }

// A reader that has seen enough, such as `head`, closes the pipe: that is no failure of ours.
for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined)

/** One command without a window: the same services, progress on standard error, the exit code of the contract. */
export async function runCli({ cli, folders, log }: CliRun): Promise<void> {
  if (cli.kind === 'usage') {
    const stream = cli.message === null ? process.stdout : process.stderr
    stream.write(`${cli.message === null ? '' : `${cli.message}\n`}${cli.usage}\n`)
    await leave(cli.message === null ? 0 : 2)
    return
  }
  app.on('window-all-closed', () => undefined)
  if (process.platform === 'darwin') app.dock?.hide()
  const out = createOutput(streams, cli.options)
  const interrupted = listenForInterrupts(out)
  let code: ExitCode
  try {
    code = await runCommand({ cli, folders, log }, out, interrupted)
  } catch (error) {
    const failure = failureOf(error, log)
    out.failure(failure)
    out.data(failureJson(failure))
    code = interrupted.aborted ? 130 : 1
  }
  await leave(code)
}

type CommandRun = CliRun & { readonly cli: Extract<Cli, { readonly kind: 'command' }> }

async function runCommand({ cli, folders, log }: CommandRun, out: Output, signal: AbortSignal): Promise<ExitCode> {
  await waitForLibrary({ tryLock: () => app.requestSingleInstanceLock({ command: cli.name }), note: out.note, signal })
  if (signal.aborted) return 130
  await app.whenReady()
  const hub = createEventHub()
  const services = await openRuntime({ folders, log, publish: hub.publish, settingsChanged: () => undefined, modelOverride: cli.options.model })
  const listen: Listen = hub.listen
  try {
    return await jobs[cli.name]({ services, options: cli.options, out, listen, signal }, cli.args)
  } finally {
    await services.close()
  }
}

/** The first Ctrl+C asks for a clean end, the second one gets a quick one. */
function listenForInterrupts(out: Output): AbortSignal {
  const abort = new AbortController()
  const interrupt = (): void => {
    if (abort.signal.aborted) app.exit(130)
    out.note('Stopping; what was done is kept.')
    abort.abort(new FailureError('cancelled', 'Stopped.'))
  }
  process.on('SIGINT', interrupt)
  process.on('SIGTERM', interrupt)
  app.on('before-quit', (event) => {
    event.preventDefault()
    interrupt()
  })
  return abort.signal
}

/** Ends the process once everything that was written has left it. */
async function leave(code: number): Promise<void> {
  for (const stream of [process.stdout, process.stderr]) await new Promise<void>((resolve) => stream.write('', () => resolve()))
  app.exit(code)
}
