import type { OutlineEntry, ParsedBlock, Span } from '../../../src-main/contract/document'
import type { Draft, Usual } from './paragraphs'

const lettersMax = 160
const levelsMax = 6

export const draftText = (draft: Draft): string => draft.lines.map((entry) => entry.line.text.replaceAll('\t', ' ')).join(' ')

const isBulleted = (draft: Draft): boolean => draft.kind === 'list-item' && /^[^\p{L}\p{N}([]/u.test(draft.lines[0]?.line.text ?? '')

/** Titles compare without numbering, case, blanks and punctuation. */
const titleKey = (title: string): string => title.normalize('NFKC').toLowerCase().replace(/^(?:chapter|kapitel|appendix|anhang|part|teil|chapitre|section)?\s*[\d.ivx]*[a-z]?[.):]?\s+(?=\p{L})/u, '').replace(/[^\p{L}\p{N}]/gu, '')

/**
 * Marks the drafts that are headings and gives each its level from 1 (0: not a heading). Entries of the outline decide where their title stands on
 * their page; other headings are short blocks set larger than the running text, or in a font that is rare there, and get the level of their size.
 */
export function levelsOf(drafts: readonly Draft[], outline: readonly OutlineEntry[], usual: Usual): readonly number[] {
  const byPage = new Map<number, OutlineEntry[]>()
  for (const entry of outline) byPage.set(entry.unit, [...byPage.get(entry.unit) ?? [], entry])
  const levels = drafts.map((draft) => outlineLevel(draft, byPage))
  const shapes = drafts.map((draft, index) => levels[index] === 0 && isHeading(draft, drafts[index + 1], usual) ? shapeOf(draft) : null)
  const known = knownShapes(drafts, levels, shapes)
  const sizes = [...new Set(shapes.filter((shape) => shape !== null))].sort((a, b) => b - a)
  return drafts.map((draft, index) => {
    const shape = shapes[index]
    const level = (levels[index] ?? 0) || (shape === null || shape === undefined ? 0 : levelOfShape(shape, sizes, known))
    if (level > 0) draft.kind = 'heading'
    return level
  })
}

/**
 * Levels that the outline gives to each size. Where headings of a size that the outline leaves out outnumber those that it lists, they are their subheadings.
 */
function knownShapes(drafts: readonly Draft[], levels: readonly number[], shapes: readonly (number | null)[]): ReadonlyMap<number, number> {
  const known = new Map<number, number>()
  const listed = new Map<number, number>()
  drafts.forEach((draft, index) => {
    const level = levels[index] ?? 0
    const shape = shapeOf(draft)
    if (level === 0) return
    known.set(shape, Math.max(known.get(shape) ?? 0, level))
    listed.set(shape, (listed.get(shape) ?? 0) + 1)
  })
  for (const [shape, level] of known) {
    if (shapes.filter((each) => each === shape).length > 1.5 * (listed.get(shape) ?? 0)) known.set(shape, Math.min(levelsMax, level + 1))
  }
  return known
}

/** Size of a draft's letters in half points. */
const shapeOf = (draft: Draft): number => Math.round((draft.lines[0]?.line.size ?? 0) * 2) / 2

function levelOfShape(shape: number, sizes: readonly number[], known: ReadonlyMap<number, number>): number {
  const exact = known.get(shape)
  if (exact !== undefined) return exact
  if (known.size > 0) {
    const larger = [...known].filter(([size]) => size > shape).map(([, level]) => level)
    return Math.min(levelsMax, larger.length === 0 ? 1 : Math.max(...larger) + 1)
  }
  return Math.min(levelsMax, sizes.indexOf(shape) + 1)
}

function outlineLevel(draft: Draft, byPage: ReadonlyMap<number, readonly OutlineEntry[]>): number {
  const first = draft.lines[0]
  if (first === undefined || draft.kind === 'footnote' || draft.kind === 'table-row' || draft.lines.length > 4 || isBulleted(draft)) return 0
  const entries = byPage.get(first.page)
  if (entries === undefined) return 0
  const text = draftText(draft)
  if (text.length > 2 * lettersMax || /…\s*\S+$/.test(text)) return 0
  // A heading may be followed, over a gap, by what it is about ("mean    Arithmetic Mean").
  const keys = [titleKey(text), titleKey(first.line.text.split('\t')[0] ?? '')].filter((key) => key !== '')
  return entries.find((entry) => keys.includes(titleKey(entry.title)))?.level ?? 0
}

function isHeading(draft: Draft, next: Draft | undefined, usual: Usual): boolean {
  const first = draft.lines[0]?.line
  if (first === undefined || draft.kind === 'table-row' || draft.kind === 'footnote' || isBulleted(draft) || draft.lines.length > 3 || next === undefined) return false
  const text = draftText(draft)
  if (text.length > lettersMax || text.length < 2 || !/\p{L}{2}/u.test(text) || /[,;]$/.test(text) || first.mono || first.frame !== 'across' && first.frame !== 'down') return false
  if (first.size >= 1.12 * usual.size) return !/[.。]$/.test(text) || text.length < 60
  const isRareFont = first.font !== usual.font && (usual.fonts.get(first.font) ?? 0) < 0.06
    && draft.lines.every((entry) => entry.line.font === first.font && entry.line.stretches.length <= 2)
  const nextFont = next.lines[0]?.line.font
  const isShort = text.length <= 80 && first.edge - first.right > 0.1 * (first.edge - first.left)
  return isRareFont && isShort && first.size >= 0.97 * usual.size && nextFont !== first.font && /^[\p{Lu}\p{Lo}\d]/u.test(text) && !/[.:。]$/.test(text)
}

/** Blocks with heading paths and their place under their heading. */
export function blocksOf(drafts: readonly Draft[], spans: readonly Span[], levels: readonly number[]): ParsedBlock[] {
  const path: { readonly title: string; readonly level: number }[] = []
  let paragraph = 0
  return drafts.map((draft, index) => {
    const level = levels[index] ?? 0
    const span = spans[index] ?? { start: { unit: 0, offset: 0 }, end: { unit: 0, offset: 0 } }
    if (level > 0) {
      while (path.length > 0 && (path.at(-1)?.level ?? 0) >= level) path.pop()
      const above = path.map((entry) => entry.title)
      path.push({ title: draftText(draft), level })
      paragraph = 0
      return { ...span, kind: 'heading', level, path: above, paragraph: null }
    }
    paragraph += 1
    return { ...span, kind: draft.kind, level: 0, path: path.map((entry) => entry.title), paragraph }
  })
}
