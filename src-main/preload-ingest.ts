import { ipcRenderer } from 'electron'

declare const window: { postMessage(message: unknown, targetOrigin: string, transfer: readonly unknown[]): void }

// The ingest page reads files from strangers: it gets one port and nothing else. The name is main's `ingestPortChannel`;
// it is not imported, because a script shared by two preloads would become a second file, which the sandbox cannot load.
ipcRenderer.once('longleaf:ingest-port', (event) => {
  const port: unknown = event.ports[0]
  if (port !== undefined) window.postMessage({ type: 'longleaf-port' }, 'app://longleaf', [port])
})
