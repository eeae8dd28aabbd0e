import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import type { Plugin } from 'vite'

const folders = ['cmaps', 'standard_fonts', 'wasm', 'iccs']

/** Puts the data files of pdf.js (character maps, standard fonts, image decoders) beside the window, under `pdfjs/`. */
export function pdfAssets(): Plugin {
  const root = fileURLToPath(new URL('../node_modules/pdfjs-dist/', import.meta.url))
  return {
    name: 'longleaf-pdf-assets',
    apply: 'build',
    generateBundle() {
      for (const folder of folders) {
        for (const file of readdirSync(root + folder)) {
          this.emitFile({ type: 'asset', fileName: `pdfjs/${folder}/${file}`, source: readFileSync(`${root}${folder}/${file}`) })
        }
      }
    },
  }
}
