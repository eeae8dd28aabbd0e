/**
 * pdf.js reads marked content but leaves out its ActualText (PDF 32000-1, 14.9.4), the only place where browsers write down which letters a ligature
 * stands for. This adds it to the items that open a marked-content sequence, as `actualText`: a string, or null where there is none.
 */

const place = 'id: Number.isInteger(mcid) ? `${self.idFactory.getPageObjId()}_mc${mcid}` : null,'
const field = 'actualText: actualTextOf(args[1], resources),'
const helper = `
function actualTextOf(operand, resources) {
  try {
    const properties = operand instanceof Name ? resources.get("Properties")?.get(operand.name) : operand;
    const text = properties instanceof Dict ? properties.get("ActualText") : null;
    return typeof text === "string" ? stringToPDFString(text) : null;
  } catch {
    return null;
  }
}
`

/** Ends of the paths of pdf.js's worker. */
export const pdfWorkerPath = /\/pdfjs-dist\/legacy\/build\/pdf\.worker\.mjs$/

/**
 * The worker's source with the addition. Throws where this is not the source that it was written for, so that no build goes without it unnoticed.
 * @param {string} source
 */
export function withActualText(source) {
  const parts = source.split(place)
  if (parts.length !== 2 || source.includes('actualTextOf')) throw new Error('pdf.js has changed: look how its getTextContent reads marked content, and mend scripts/pdf-actual-text.mjs.')
  return `${parts.join(`${place}\n${field}`)}${helper}`
}

/** @returns {import('vite').Plugin} */
export function pdfActualText() {
  return {
    name: 'longleaf-pdf-actual-text',
    transform: {
      filter: { id: pdfWorkerPath },
      handler: (code) => ({ code: withActualText(code), map: null }),
    },
  }
}
