import { mkdtempSync, readFileSync, existsSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { extname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import react from '@vitejs/plugin-react'
import { build } from 'vite'
import { contentPolicy } from '../../src-main/content-policy'
import { pdfAssets } from '../../scripts/pdf-assets'
import type { FakeBook } from './fake-bridge'

const root = fileURLToPath(new URL('../../', import.meta.url))
const types: Readonly<Record<string, string>> = { '.html': 'text/html', '.js': 'text/javascript', '.css': 'text/css', '.woff2': 'font/woff2', '.wasm': 'application/wasm', '.svg': 'image/svg+xml', '.png': 'image/png', '.pdf': 'application/pdf' }

/** Builds the window as it is shipped, with the fake bridge before it. Returns the folder. */
export async function buildFakeWindow(): Promise<string> {
  const outDir = mkdtempSync(join(tmpdir(), 'longleaf-window-'))
  const fake = join(root, 'test/support/fake-start.ts')
  await build({
    root: join(root, 'src-renderer'), configFile: false, logLevel: 'error', base: './', worker: { format: 'es' },
    build: { outDir, emptyOutDir: true, target: 'chrome130', minify: false, reportCompressedSize: false, modulePreload: { polyfill: false }, rollupOptions: { input: join(root, 'src-renderer/index.html') } },
    plugins: [react(), pdfAssets(), {
      name: 'longleaf-fake-bridge',
      transformIndexHtml: { order: 'pre', handler: (html) => html.replace('src="./main.tsx"', `src="/@fs${fake}"`) },
    }],
  })
  return outDir
}

export interface FakeFiles {
  readonly pdf: Buffer
  readonly cover: Buffer
  readonly book: FakeBook
}

/** Serves the built window under the app's own content policy, and the fake's documents. */
export async function serveFakeWindow(folder: string, files: FakeFiles): Promise<{ readonly url: string; readonly server: Server }> {
  const server = createServer((request, response) => {
    const path = new URL(request.url ?? '/', 'http://localhost').pathname
    const send = (body: Buffer | string, type: string): void => {
      response.writeHead(200, { 'content-type': type, 'content-security-policy': contentPolicy })
      response.end(body)
    }
    if (path.startsWith('/document/')) return send(files.pdf, 'application/pdf')
    if (path.startsWith('/cover/')) return send(files.cover, 'image/png')
    if (path === '/book.json') return send(JSON.stringify(files.book), 'application/json')
    const file = join(folder, path === '/' ? 'index.html' : path)
    if (!file.startsWith(folder) || !existsSync(file)) {
      response.writeHead(404)
      return void response.end()
    }
    send(readFileSync(file), types[extname(file)] ?? 'application/octet-stream')
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`, server }
}
