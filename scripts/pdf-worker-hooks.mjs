import { pdfWorkerPath, withActualText } from './pdf-actual-text.mjs'

/**
 * Gives Node the pdf.js worker that the app is built with.
 * @type {import('node:module').LoadHook}
 */
export async function load(url, context, nextLoad) {
  const loaded = await nextLoad(url, context)
  if (!pdfWorkerPath.test(url)) return loaded
  const { source } = loaded
  return { ...loaded, source: withActualText(typeof source === 'string' ? source : new TextDecoder().decode(source)) }
}
