import type { Failure } from '../contract/failure'
import type { EventName, Events } from '../contract/events'
import type { Services } from '../services'
import type { CliOptions } from './args'
import type { Output } from './output'

/** Hears what main would tell a window. */
export type Listen = <Name extends EventName>(name: Name, listener: (payload: Events[Name]) => void) => () => void

export interface CommandWorld {
  readonly services: Services
  readonly options: CliOptions
  readonly out: Output
  readonly listen: Listen
  /** Aborted by Ctrl+C: what was done is kept, and the command ends. */
  readonly signal: AbortSignal
}

/** 0 done, 1 failed, 130 ended by Ctrl+C. */
export type ExitCode = 0 | 1 | 130

export type Command = (world: CommandWorld, args: readonly string[]) => Promise<ExitCode>

/** What standard output gets with `--json` where a command failed as a whole. */
export const failureJson = ({ kind, message, document }: Failure) => ({ failure: { kind, message, document: document ?? null } })
