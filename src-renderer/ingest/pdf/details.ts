import type { PDFDocumentProxy, RefProxy } from 'pdfjs-dist/types/src/display/api'
import type { OutlineEntry } from '../../../src-main/contract/document'
import { plainText } from './characters'

/** What a PDF says of itself. */
export interface Details {
  readonly title: string | null
  readonly author: string | null
  readonly language: string | null
  readonly labels: readonly string[] | null
  readonly outline: readonly OutlineEntry[]
  readonly notices: readonly string[]
}

const outlineMax = 20_000
const titleLettersMax = 300

/** A damaged part of the description is as good as none. */
const orNull = async <T>(promise: Promise<T>): Promise<T | null> => promise.catch(() => null)

export async function detailsOf(document: PDFDocumentProxy): Promise<Details> {
  const [metadata, labels, outline, attachments] = await Promise.all([
    orNull(document.getMetadata()), orNull(document.getPageLabels()), orNull(outlineOf(document)), orNull(document.getAttachments()),
  ])
  const info = (metadata?.info ?? {}) as Record<string, unknown>
  return {
    title: saneTitle(metadata?.metadata?.get('dc:title')) ?? saneTitle(info['Title']),
    author: saneName(info['Author']),
    language: saneLanguage(info['Language']),
    labels: labels?.map((label) => clean(label).replace(/[\u200c\u200d]/g, '')) ?? null,
    outline: outline ?? [],
    notices: noticesOf(attachments, info['IsCollectionPresent'] === true, info['IsXFAPresent'] === true),
  }
}

const clean = (value: unknown): string => typeof value === 'string' ? plainText(value).replace(/[\u0000-\u001f\u007f-\u009f]+/g, ' ').replace(/ {2,}/g, ' ').trim() : ''

/** Names that programs put in by themselves say nothing of the document. */
const meaningless = /^(?:untitled|unknown|title|document\d*|no title|slide \d+|powerpoint presentation|print|\(?unspecified\)?)$|\.(?:docx?|dvi|tex|pdf|ps|indd|qxd|rtf|odt|pptx?|xlsx?|pages|md|html?|fm)$|^[\d\W_]+$/i

export function saneTitle(value: unknown): string | null {
  const title = clean(value).replace(/^microsoft (?:word|powerpoint|excel) - /i, '')
  if (title.length < 2 || title.length > titleLettersMax || meaningless.test(title) || /[\ufffd\ue000-\uf8ff]/.test(title)) return null
  return title
}

function saneName(value: unknown): string | null {
  const name = clean(value)
  return name.length < 2 || name.length > titleLettersMax || /^(?:unknown|author|user|admin(?:istrator)?|root|anonymous)$/i.test(name) || /[\ufffd\ue000-\uf8ff]/.test(name) ? null : name
}

function saneLanguage(value: unknown): string | null {
  try {
    return typeof value === 'string' && value !== '' ? Intl.getCanonicalLocales(value.replaceAll('_', '-'))[0] ?? null : null
  } catch {
    return null
  }
}

function noticesOf(attachments: unknown, isCollection: boolean, isXfa: boolean): string[] {
  const names = attachments instanceof Map ? [...attachments.values() as Iterable<{ filename?: string }>].map((entry) => clean(entry.filename)).filter((name) => name !== '') : []
  const notices: string[] = []
  if (names.length > 0) {
    const shown = names.slice(0, 10).join(', ') + (names.length > 10 ? ', …' : '')
    const what = names.length === 1 ? 'one attached file, which was' : `${names.length} attached files, which were`
    notices.push(`This ${isCollection ? 'PDF portfolio (a collection of embedded files)' : 'PDF'} holds ${what} not read: ${shown}. Save and import what you need.`)
  }
  if (isXfa) notices.push('This form holds a dynamic part (XFA) that was not read; only its pages as printed were.')
  return notices
}

type Node = Awaited<ReturnType<PDFDocumentProxy['getOutline']>>[number]

/** Entries of the outline in order, as far as they lead to a page of this document. */
async function outlineOf(document: PDFDocumentProxy): Promise<OutlineEntry[]> {
  const flat: { readonly node: Node; readonly level: number }[] = []
  const walk = (nodes: readonly Node[], level: number): void => {
    for (const node of nodes) {
      if (flat.length >= outlineMax || level > 32) return
      flat.push({ node, level })
      walk(node.items as readonly Node[], level + 1)
    }
  }
  walk(await document.getOutline() ?? [], 1)
  if (flat.length === 0) return []
  const named = flat.some((entry) => typeof entry.node.dest === 'string') ? await orNull(document.getDestinations()) : null
  const units = await Promise.all(flat.map((entry) => unitOf(document, entry.node.dest, named)))
  return flat.flatMap(({ node, level }, index) => {
    const title = clean(node.title)
    const unit = units[index]
    return title === '' || unit === null || unit === undefined ? [] : [{ title, level, unit }]
  })
}

async function unitOf(document: PDFDocumentProxy, dest: unknown, named: unknown): Promise<number | null> {
  const found: unknown = typeof dest === 'string' ? (named instanceof Map ? named.get(dest) as unknown : (named as Record<string, unknown> | null)?.[dest]) ?? await orNull(document.getDestination(dest)) : dest
  const target: unknown = Array.isArray(found) ? found[0] : null
  if (typeof target === 'number') return target >= 0 && target < document.numPages ? target : null
  return typeof target === 'object' && target !== null ? orNull(document.getPageIndex(target as RefProxy)) : null
}
