import react from '@vitejs/plugin-react'
import { defineConfig } from 'electron-vite'
import { pdfActualText } from './scripts/pdf-actual-text.mjs'
import { pdfAssets } from './scripts/pdf-assets'

// Targets are set here, not taken from the pinned Electron: an older runtime must be able to parse the output.
const node = 'node20.18'
const chrome = 'chrome130'

export default defineConfig({
  main: {
    build: {
      outDir: 'out/main',
      target: node,
      rollupOptions: {
        input: { index: 'src-main/index.ts', engine: 'src-engine/index.ts', 'library-worker': 'src-main/library/worker.ts' },
        output: { format: 'es', entryFileNames: '[name].js' },
      },
    },
  },
  preload: {
    build: {
      outDir: 'out/preload',
      target: node,
      rollupOptions: {
        input: { window: 'src-main/preload.ts', ingest: 'src-main/preload-ingest.ts' },
        output: { format: 'cjs', entryFileNames: '[name].cjs' },
      },
    },
  },
  renderer: {
    root: 'src-renderer',
    build: {
      outDir: 'out/renderer',
      target: chrome,
      rollupOptions: { input: { index: 'src-renderer/index.html', ingest: 'src-renderer/ingest.html' } },
    },
    worker: { format: 'es', plugins: () => [pdfActualText()] },
    plugins: [react(), pdfAssets(), pdfActualText()],
  },
})
