import { execFileSync } from 'node:child_process'
import type { Box } from '../../src-main/contract/document'

export interface PopplerWord extends Box {
  readonly text: string
}

const entities: Readonly<Record<string, string>> = { '&amp;': '&', '&lt;': '<', '&gt;': '>', '&quot;': '"', '&apos;': '\'', '&#39;': '\'' }

/** Words of a page with their boxes as Poppler's `pdftotext -bbox` sees them: points, from the top left of the crop box. `page` counts from 1. */
export function popplerWords(path: string, page: number): readonly PopplerWord[] {
  const html = execFileSync('pdftotext', ['-bbox', '-f', String(page), '-l', String(page), '-enc', 'UTF-8', path, '-'], { encoding: 'utf8', maxBuffer: 64 * 2 ** 20 })
  return [...html.matchAll(/<word xMin="([^"]+)" yMin="([^"]+)" xMax="([^"]+)" yMax="([^"]+)">(.*?)<\/word>/g)].map(([, x0, y0, x1, y1, text]) => ({
    x: Number(x0), y: Number(y0), width: Number(x1) - Number(x0), height: Number(y1) - Number(y0), text: (text ?? '').replace(/&[a-z#\d]+;/g, (name) => entities[name] ?? name),
  }))
}
