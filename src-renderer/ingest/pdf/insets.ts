import { AnnotationType } from 'pdfjs-dist/legacy/build/pdf.mjs'
import type { PDFDocumentProxy } from 'pdfjs-dist/types/src/display/api'
import type { Inset } from './page'

interface Annotation {
  readonly pageIndex?: number
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
  readonly annotationFlags?: number
  readonly rect?: readonly number[]
  readonly options?: readonly { readonly exportValue?: string; readonly displayValue?: string }[]
  readonly contentsObj?: { readonly str?: string }
}

/** Bits of an annotation's flags (ISO 32000-1, 12.5.3). */
const hiddenFlag = 2
const noViewFlag = 32

/** Forms and notes of a document by page, 0-based. */
export type Insets = ReadonlyMap<number, readonly Annotation[]>

/** Finds the form fields and typed notes of all pages at once: asking page by page costs a fifth of the whole reading. */
export async function insetsIn(document: PDFDocumentProxy): Promise<Insets> {
  const types = new Set([AnnotationType.FREETEXT, AnnotationType.WIDGET])
  const byPage = new Map<number, Annotation[]>()
  for (const annotation of (await document.getAnnotationsByType(types, new Set())) as readonly Annotation[]) {
    const page = annotation.pageIndex ?? 0
    const list = byPage.get(page)
    if (list === undefined) byPage.set(page, [annotation])
    else list.push(annotation)
  }
  return byPage
}

/** Values of form fields and notes typed onto a page, which the drawing of the page does not hold; `view` is its crop box. */
export function insetsOf(annotations: readonly Annotation[], view: readonly number[]): readonly Inset[] {
  const [left = 0, bottom = 0, right = 0, top = 0] = view
  const insets: Inset[] = []
  const seen = new Set<string>()
  for (const annotation of annotations) {
    const isHidden = annotation.hidden === true || ((annotation.annotationFlags ?? 0) & (hiddenFlag | noViewFlag)) !== 0
    const text = isHidden ? '' : valueOf(annotation).trim()
    const [x0 = 0, y0 = 0, x1 = 0, y1 = 0] = annotation.rect ?? []
    const key = `${annotation.fieldName ?? ''} ${text} ${Math.round(x0)} ${Math.round(y0)}`
    if (text === '' || seen.has(key)) continue
    seen.add(key)
    const x = Math.min(x0, x1) - Math.min(left, right)
    const y = Math.max(bottom, top) - Math.max(y0, y1)
    insets.push({ text, x, y, width: Math.abs(x1 - x0), height: Math.abs(y1 - y0) })
  }
  return insets
}

function valueOf(annotation: Annotation): string {
  if (annotation.subtype === 'FreeText') return annotation.contentsObj?.str ?? ''
  if (annotation.subtype !== 'Widget' || annotation.password === true) return ''
  const value = annotation.fieldValue
  switch (annotation.fieldType) {
    case 'Tx': return typeof value === 'string' ? value : ''
    case 'Ch': {
      const chosen = (Array.isArray(value) ? value : [value]).filter((entry) => typeof entry === 'string')
      return chosen.map((entry) => annotation.options?.find((option) => option.exportValue === entry)?.displayValue ?? entry).join(', ')
    }
    case 'Btn': {
      if (annotation.checkBox === true) return typeof value === 'string' && value !== 'Off' && value === annotation.exportValue ? '✓' : ''
      return annotation.radioButton === true && typeof value === 'string' && value !== 'Off' && value === annotation.buttonValue ? '✓' : ''
    }
    default: return ''
  }
}
