import { contextBridge, ipcRenderer, webUtils } from 'electron'
import type { CallName, Calls } from './contract/calls'
import type { EventName, Events } from './contract/events'
import type { Result } from './contract/failure'
import type { ImportSource } from './contract/imports'
import { callChannel, eventChannel, grantChannel } from './ipc/channels'

/** All that the window's page can reach of main. */
export interface LongleafBridge {
  call<Name extends CallName>(name: Name, ...args: Parameters<Calls[Name]>): Promise<Result<ReturnType<Calls[Name]>>>
  /** Returns the function that ends the subscription. */
  subscribe<Name extends EventName>(name: Name, listener: (payload: Events[Name]) => void): () => void
  /** Where dropped, pasted or chosen files and folders are on the disk, in their order; an empty path for what is nowhere on it. */
  pathsOf(files: readonly File[]): readonly ImportSource[]
}

const listeners = new Map<string, Set<(payload: unknown) => void>>()

ipcRenderer.on(eventChannel, (_event, name: string, payload: unknown) => {
  for (const listener of listeners.get(name) ?? []) listener(payload)
})

const bridge = {
  call: (name: string, ...args: readonly unknown[]): Promise<unknown> => ipcRenderer.invoke(callChannel, name, args),
  subscribe: (name: string, listener: (payload: unknown) => void): (() => void) => {
    const heard = listeners.get(name) ?? new Set()
    // A wrapper of its own, so that one function subscribed twice is two subscriptions.
    const entry = (payload: unknown): void => listener(payload)
    listeners.set(name, heard.add(entry))
    return () => void heard.delete(entry)
  },
  pathsOf: (files: readonly File[]): readonly ImportSource[] =>
    Array.from(files, (file) => {
      const path = webUtils.getPathForFile(file)
      // Sent before the page can ask for the import: one channel keeps its order.
      if (path !== '') ipcRenderer.send(grantChannel, path)
      return { kind: 'path', path }
    }),
}

contextBridge.exposeInMainWorld('longleaf', bridge)
