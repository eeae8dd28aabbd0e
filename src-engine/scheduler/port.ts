/** The engine runs as a utility process of Electron or as a forked process of Node; both give it a port to its parent. */
import type { EngineEvent, EngineRequest } from '../protocol'

interface Port {
  send(event: EngineEvent): void
  onRequest(listener: (request: EngineRequest) => void): void
  /** The parent has closed the port or is gone. */
  onClose(listener: () => void): void
}

/** What Electron adds to the process of a utility. */
interface ElectronPort {
  postMessage(message: unknown): void
  on(event: 'message', listener: (message: { readonly data: unknown }) => void): void
  on(event: 'close', listener: () => void): void
}

/** @throws an Error if the process was started in neither way. */
export function openPort(): Port {
  const electron = 'parentPort' in process ? (process.parentPort as ElectronPort | null | undefined) : null
  if (electron !== null && electron !== undefined) {
    return {
      send: (event) => electron.postMessage(event),
      onRequest: (listener) => electron.on('message', ({ data }) => hear(data, listener)),
      onClose: (listener) => electron.on('close', listener),
    }
  }
  if (process.send === undefined) throw new Error('The engine is started by Longleaf and has nothing to say by itself.')
  return {
    send: (event) => {
      if (process.connected) process.send?.(event)
    },
    onRequest: (listener) => process.on('message', (data) => hear(data, listener)),
    onClose: (listener) => process.on('disconnect', listener),
  }
}

/** Every kind: one that is left out does not compile. */
const requestKinds: Readonly<Record<EngineRequest['kind'], true>> = {
  load: true, inspect: true, devices: true, count: true, measure: true, chat: true, calibrate: true, read: true, pace: true, readings: true, 'remove-reading': true, cancel: true, close: true,
}
const isKind = (kind: unknown): boolean => typeof kind === 'string' && Object.hasOwn(requestKinds, kind)

function hear(data: unknown, listener: (request: EngineRequest) => void): void {
  // Only the parent can write to this port, and its types are checked where it is built; a message of another kind is none of ours.
  if (typeof data === 'object' && data !== null && 'kind' in data && isKind(data.kind)) listener(data as EngineRequest)
}
