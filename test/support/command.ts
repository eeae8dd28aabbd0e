import { spawn, type ChildProcess } from 'node:child_process'
import { createRequire } from 'node:module'
import { resolve } from 'node:path'
import { processesBelow } from './process-tree'

/** A command that runs in the real app, without a window. */
export interface RunningCommand {
  readonly child: ChildProcess
  /** Resolves when this appears on standard error. */
  says(text: string | RegExp): Promise<void>
  readonly done: Promise<CommandResult>
}

export interface CommandResult {
  readonly code: number | null
  readonly out: string
  readonly err: string
}

/** Starts `longleaf WORDS...` as scripts/longleaf.mjs does, over a data folder. */
export function startCommand(dataFolder: string, words: readonly string[], env: Readonly<Record<string, string>> = {}): RunningCommand {
  const electron = process.env['LONGLEAF_ELECTRON'] ?? (createRequire(resolve('package.json'))('electron') as string)
  const switches = process.getuid?.() === 0 ? ['--no-sandbox'] : []
  const child = spawn(electron, [...switches, resolve('.')], {
    env: { ...process.env, LONGLEAF_DATA: dataFolder, LONGLEAF_CLI: JSON.stringify(words), ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const written = { out: '', err: '' }
  const hearers = new Set<() => void>()
  child.stdout.setEncoding('utf8').on('data', (text: string) => { written.out += text })
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    written.err += text
    hearers.forEach((hear) => hear())
  })
  return {
    child,
    says: (text) =>
      new Promise((heard, reject) => {
        const check = (): void => {
          if (typeof text === 'string' ? written.err.includes(text) : text.test(written.err)) heard()
        }
        hearers.add(check)
        child.once('close', () => reject(new Error(`the command ended without saying “${text}”: ${written.err}`)))
        check()
      }),
    done: new Promise((end) => child.once('close', (code) => end({ code, ...written }))),
  }
}

export const runCommand = (dataFolder: string, ...words: readonly string[]): Promise<CommandResult> => startCommand(dataFolder, words).done

/** The one JSON document that a command wrote. */
export const jsonOf = ({ out }: CommandResult): Record<string, unknown> => JSON.parse(out) as Record<string, unknown>

/** Process ids of the pages of a running app. */
export const rendererPids = ({ pid = 0 }: ChildProcess): readonly number[] => processesBelow(pid, '--type=renderer')

/** Process ids of its engine: one, or none while it is started. */
export const engineOf = ({ pid = 0 }: ChildProcess): readonly number[] => processesBelow(pid, 'node.mojom.NodeService')
