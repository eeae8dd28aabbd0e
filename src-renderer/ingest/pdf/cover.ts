import type { PDFPageProxy } from 'pdfjs-dist/types/src/display/api'

const widthMax = 240
const heightMax = 320

/** The page as a small WebP, fitted into 240 x 320 pixels (120 x 160 on a display of double density); null where there is no canvas. */
export async function coverOf(page: PDFPageProxy): Promise<Uint8Array | null> {
  if (typeof OffscreenCanvas === 'undefined') return null
  const natural = page.getViewport({ scale: 1 })
  const viewport = page.getViewport({ scale: Math.min(widthMax / natural.width, heightMax / natural.height) })
  const canvas = new OffscreenCanvas(Math.max(1, Math.round(viewport.width)), Math.max(1, Math.round(viewport.height)))
  const context = canvas.getContext('2d')
  if (context === null) return null
  await page.render({ canvas: null, canvasContext: context as unknown as CanvasRenderingContext2D, viewport, background: 'white' }).promise
  return new Uint8Array(await (await canvas.convertToBlob({ type: 'image/webp', quality: 0.8 })).arrayBuffer())
}
