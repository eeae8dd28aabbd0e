/** Downloads a file as the app does: `download.ts URL PATH BYTES SHA256`. */
import { download } from '../../src-main/models/download'

const [url = '', path = '', bytes = '', sha256 = ''] = process.argv.slice(2)

await download(
  { title: 'Model', url: new URL(url), listUrl: null, file: 'model.gguf', bytes: Number(bytes), sha256 },
  path,
  { network: { proxyFor: () => Promise.resolve(null) }, freeBytes: () => Promise.resolve(null), wait: () => Promise.resolve(), check: () => Promise.resolve() },
  { onBytes: () => undefined, onWait: () => undefined, onCheck: () => undefined, signal: new AbortController().signal },
)
