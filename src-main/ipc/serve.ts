import { ipcMain, type IpcMainEvent, type IpcMainInvokeEvent, type WebContents } from 'electron'
import type { CallName, Calls } from '../contract/calls'
import { failure, success, type Result } from '../contract/failure'
import { failureOf } from '../failures'
import type { Log } from '../log'
import { callChannel, grantChannel } from './channels'
import { validateCall, type CheckedCall } from './validate'

/** One handler for each call of the contract: a name without one does not compile. */
export type Handlers = { readonly [Name in CallName]: (...args: Parameters<Calls[Name]>) => ReturnType<Calls[Name]> | Promise<ReturnType<Calls[Name]>> }

export interface ServeOptions {
  readonly handlers: Handlers
  /** The window that may call; null while there is none. */
  readonly caller: () => WebContents | null
  /** Hears the paths that the person dropped, pasted or chose in the page. */
  readonly onGrant: (path: string) => void
  readonly log: Log
}

const pageUrl = 'app://longleaf/index.html'

/** Only the top frame of the main window, while it shows the app's own page. */
function isTrusted(event: IpcMainInvokeEvent | IpcMainEvent, caller: WebContents | null): boolean {
  const frame = event.senderFrame
  if (frame === null || caller === null || caller.isDestroyed()) return false
  return event.sender === caller && frame === caller.mainFrame && frame.url.split(/[?#]/, 1)[0] === pageUrl
}

/** Runs a checked call; a failure becomes a value, so that nothing of main's insides crosses in an exception. */
export async function dispatch(call: CheckedCall, handlers: Handlers, log: Log | null): Promise<Result<unknown>> {
  // Name and arguments were checked as a pair.
  const handler = handlers[call.name] as (...args: readonly unknown[]) => unknown
  try {
    return success(await handler(...call.args))
  } catch (error) {
    return { ok: false, failure: failureOf(error, log) }
  }
}

/** The one place where main listens to a window. */
export function serve(options: ServeOptions): void {
  ipcMain.handle(callChannel, async (event, name: unknown, args: unknown): Promise<Result<unknown>> => {
    if (!isTrusted(event, options.caller())) {
      options.log.write('warn', 'a request from a frame that may not ask was refused')
      return failure('invalid-request', 'This page may not ask Longleaf for anything.')
    }
    const checked = validateCall(name, args)
    if (!checked.ok) {
      options.log.write('warn', `refused: ${checked.failure.message}`)
      return checked
    }
    return dispatch(checked.value, options.handlers, options.log)
  })
  ipcMain.on(grantChannel, (event, path: unknown) => {
    if (isTrusted(event, options.caller()) && typeof path === 'string' && path.length <= 32_768) options.onGrant(path)
  })
}
