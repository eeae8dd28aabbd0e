import { readFileSync } from 'node:fs'
import { micromark } from 'micromark'
import { gfm, gfmHtml } from 'micromark-extension-gfm'

const style = `
@font-face { font-family: Literata; src: url(FONT) format('woff2'); font-weight: 200 900; }
@font-face { font-family: Literata; src: url(ITALIC) format('woff2'); font-weight: 200 900; font-style: italic; }
@page { size: 148mm 210mm; margin: 22mm 18mm 20mm; }
body { margin: 0; font: 10.6pt/1.52 Literata; color: #111; hyphens: auto; text-align: justify; }
h1, h2 { font-weight: 600; text-align: left; hyphens: none; break-after: avoid; }
h1 { break-before: page; font-size: 17pt; margin: 0 0 8mm; padding-top: 12mm; }
h2 { font-size: 12.5pt; margin: 7mm 0 2.5mm; }
p { margin: 0 0 2.4mm; orphans: 2; widows: 2; }
table { border-collapse: collapse; width: 100%; text-align: left; margin: 3mm 0 6mm; break-inside: avoid; }
td, th { border-bottom: 0.4pt solid #999; padding: 1.4mm 3mm 1.4mm 0; vertical-align: top; }
.title { height: 165mm; display: flex; flex-direction: column; justify-content: center; text-align: left; }
.title h1 { break-before: auto; font-size: 26pt; padding: 0; margin: 0 0 6mm; }
`

/**
 * The sample book as one HTML page, from its Markdown with a few lines of front matter.
 * @param {string} markdown
 * @param {{ upright: string, italic: string }} fonts paths of font files
 */
export function samplePage(markdown, fonts) {
  const [, front = '', body = ''] = /^---\n([\s\S]*?)\n---\n([\s\S]*)$/.exec(markdown) ?? []
  const facts = Object.fromEntries([...front.matchAll(/^(\w+):\s*"?(.*?)"?$/gm)].map(([, key, value]) => [key, value]))
  const css = style.replace('FONT', dataUrl(fonts.upright)).replace('ITALIC', dataUrl(fonts.italic))
  const html = micromark(body, { extensions: [gfm()], htmlExtensions: [gfmHtml()] })
  const title = `<section class="title"><h1>${facts['title'] ?? ''}</h1><p>${facts['author'] ?? ''}</p><p>Written for Longleaf. ${facts['licence'] ?? ''}: free for any use.</p></section>`
  return `<!doctype html><html lang="${facts['language'] ?? 'en'}"><meta charset="utf-8"><meta name="author" content="${facts['author'] ?? ''}"><title>${facts['title'] ?? ''}</title><style>${css}</style>${title}${html}</html>`
}

/** @param {string} path */
const dataUrl = (path) => `data:font/woff2;base64,${readFileSync(path).toString('base64')}`
