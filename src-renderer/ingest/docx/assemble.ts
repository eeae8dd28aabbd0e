import type { OutlineEntry, ParsedBlock, ParsedUnit } from '../../../src-main/contract/document'
import type { FlowBlock } from './html'

export interface Assembled {
  readonly units: readonly ParsedUnit[]
  readonly blocks: readonly ParsedBlock[]
  readonly outline: readonly OutlineEntry[]
}

/** Headings of these levels begin a unit. */
const unitLevelMax = 2
/** A section without headings is cut here, at a block: offsets and messages stay small. */
const unitCharactersMax = 1_000_000
const titleCharactersMax = 300

/** Puts blocks in their places: sections become units, headings paths, and paragraphs are counted under their heading. */
export function assemble(flow: readonly FlowBlock[]): Assembled {
  const texts: string[] = []
  const blocks: ParsedBlock[] = []
  const outline: OutlineEntry[] = []
  const path: { readonly level: number; readonly title: string }[] = []
  let text = ''
  let onlyHeadings = true
  let paragraph = 0
  for (const block of flow) {
    const isHeading = block.kind === 'heading'
    const begins = isHeading && block.level <= unitLevelMax && !onlyHeadings
    if (text !== '' && (begins || text.length + block.text.length > unitCharactersMax)) {
      texts.push(text)
      text = ''
      onlyHeadings = true
    }
    if (isHeading) {
      while ((path.at(-1)?.level ?? 0) >= block.level) path.pop()
      paragraph = 0
    } else {
      paragraph += 1
      onlyHeadings = false
    }
    if (text !== '') text += '\n'
    const unit = texts.length
    const start = { unit, offset: text.length }
    text += block.text
    const titles = path.map((heading) => heading.title)
    blocks.push({ kind: block.kind, level: block.level, path: titles, paragraph: isHeading ? null : paragraph, start, end: { unit, offset: text.length } })
    if (isHeading) {
      const title = shorten(block.text.replaceAll('\n', ' '))
      path.push({ level: block.level, title })
      outline.push({ title, level: block.level, unit })
    }
  }
  texts.push(text)
  return { units: texts.map(toUnit), blocks, outline }
}

/** A whole paragraph may be marked as a heading; as a title it is cut. */
const shorten = (title: string): string => (title.length > titleCharactersMax ? `${title.slice(0, titleCharactersMax).trimEnd()}…` : title)

const toUnit = (text: string): ParsedUnit =>
  ({ text, label: null, furniture: '', width: 0, height: 0, rotation: 0, runs: new Float32Array(0), problem: null })
