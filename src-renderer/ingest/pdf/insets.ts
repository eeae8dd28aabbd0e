import type { PDFPageProxy } from 'pdfjs-dist/types/src/display/api'
import type { Inset } from './page'

interface Annotation {
  readonly subtype?: string
  readonly fieldType?: string
  readonly fieldName?: string
  readonly fieldValue?: unknown
  readonly buttonValue?: unknown
  readonly exportValue?: unknown
  readonly checkBox?: boolean
  readonly radioButton?: boolean
  readonly password?: boolean
  readonly hidden?: boolean
  readonly rect?: readonly number[]
  readonly options?: readonly { readonly exportValue?: string; readonly displayValue?: string }[]
  readonly contentsObj?: { readonly str?: string }
}

/** Values of form fields and notes typed onto the page, which the drawing of the page does not hold. */
export async function insetsOf(page: PDFPageProxy): Promise<readonly Inset[]> {
  const annotations = await page.getAnnotations({ intent: 'display' }) as readonly Annotation[]
  const [left = 0, bottom = 0, right = 0, top = 0] = page.view
  const insets: Inset[] = []
  const seen = new Set<string>()
  for (const annotation of annotations) {
    const text = annotation.hidden === true ? '' : valueOf(annotation).trim()
    const [x0 = 0, y0 = 0, x1 = 0, y1 = 0] = annotation.rect ?? []
    const key = `${annotation.fieldName ?? ''} ${text} ${Math.round(x0)} ${Math.round(y0)}`
    if (text === '' || seen.has(key)) continue
    seen.add(key)
    insets.push({ text, x: Math.min(x0, x1) - Math.min(left, right), y: Math.max(bottom, top) - Math.max(y0, y1), width: Math.abs(x1 - x0), height: Math.abs(y1 - y0) })
  }
  return insets
}

function valueOf(annotation: Annotation): string {
  if (annotation.subtype === 'FreeText') return annotation.contentsObj?.str ?? ''
  if (annotation.subtype !== 'Widget' || annotation.password === true) return ''
  const value = annotation.fieldValue
  switch (annotation.fieldType) {
    case 'Tx': return typeof value === 'string' ? value : ''
    case 'Ch': return (Array.isArray(value) ? value : [value]).filter(entry => typeof entry === 'string').map(entry => annotation.options?.find(option => option.exportValue === entry)?.displayValue ?? entry).join(', ')
    case 'Btn': {
      if (annotation.checkBox === true) return typeof value === 'string' && value !== 'Off' && value === annotation.exportValue ? '✓' : ''
      return annotation.radioButton === true && typeof value === 'string' && value !== 'Off' && value === annotation.buttonValue ? '✓' : ''
    }
    default: return ''
  }
}
