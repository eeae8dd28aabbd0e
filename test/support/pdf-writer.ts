/**
 * The smallest PDF files that show what a test is about: pages of content streams, four standard fonts and two that take any letter. Fonts: `F1` Helvetica,
 * `F2` Times, `F3` Courier, `F4` Helvetica bold; `U` (across) and `V` (vertical) hold every letter of the basic plane, half an em wide (`V`: one em high).
 */
export interface PdfPage {
  readonly content: string
  readonly width?: number
  readonly height?: number
  readonly rotate?: number
  readonly cropBox?: readonly [number, number, number, number]
  /** Annotation dictionaries, as text. */
  readonly annotations?: readonly string[]
}

export interface PdfOutlineEntry {
  readonly title: string
  readonly page: number
  readonly children?: readonly PdfOutlineEntry[]
}

export interface PdfFile {
  readonly pages: readonly PdfPage[]
  /** PDF dictionaries, as text: `/Title (...)`. */
  readonly info?: string
  readonly catalogue?: string
  readonly outline?: readonly PdfOutlineEntry[]
  /** Named property lists of marked content, as text: `/P1 << ... >>`. */
  readonly properties?: string
}

/** Letters that WinAnsi has outside Latin-1. */
const winAnsi = new Map([['•', '\x95'], ['–', '\x96'], ['—', '\x97'], ['’', '\x92'], ['“', '\x93'], ['”', '\x94'], ['…', '\x85']])
const escaped = (text: string): string => text.replace(/[\\()]/g, (character) => `\\${character}`).replace(/[•–—’“”…]/g, (character) => winAnsi.get(character) ?? character)
const hex = (text: string): string => Array.from({ length: text.length }, (_, index) => text.charCodeAt(index).toString(16).padStart(4, '0')).join('')

/** Draws a text at a place (points from the bottom left); `matrix` turns it. */
export function draw(x: number, y: number, text: string, size = 11, font = 'F2', matrix = '1 0 0 1'): string {
  const shown = font === 'U' || font === 'V' ? `<${hex(text)}>` : `(${escaped(text)})`
  return `BT /${font} ${size} Tf ${matrix} ${x} ${y} Tm ${shown} Tj ET\n`
}

/** Draws texts one behind the other in one line, each in its size and raised by so many points. */
export const drawRow = (x: number, y: number, parts: readonly (readonly [text: string, size: number, rise: number])[], font = 'F2'): string =>
  `BT ${x} ${y} Td ${parts.map(([text, size, rise]) => `/${font} ${size} Tf ${rise} Ts (${escaped(text)}) Tj`).join(' ')} ET\n`

/** Draws lines under one another; `y` is the first baseline. */
export const drawLines = (x: number, y: number, lines: readonly string[], size = 11, font = 'F2', leading = 1.25 * size): string =>
  lines.map((line, index) => draw(x, y - index * leading, line, size, font)).join('')

/** A glyph of `U` and `V` that stands for two letters, lam and alef. */
export const lamAlef = '\ue000'

const toUnicode = `/CIDInit /ProcSet findresource begin 12 dict begin begincmap /CMapType 2 def 1 begincodespacerange <0000> <ffff> endcodespacerange
${[0, 1, 2].map((part) => `${part < 2 ? 100 : 56} beginbfrange\n${Array.from({ length: part < 2 ? 100 : 56 }, (_, row) => (100 * part + row).toString(16).padStart(2, '0')).map((high) => `<${high}00> <${high}ff> <${high}00>`).join('\n')}\nendbfrange`).join('\n')}
1 beginbfchar <e000> <06440627> endbfchar
endcmap CMapName currentdict /CMap defineresource pop end end`

/** Bytes of the file. */
export function writePdf(file: PdfFile): Uint8Array {
  const objects: string[] = []
  const add = (body: string): number => objects.push(body)
  const stream = (dictionary: string, content: string): number => add(`<< ${dictionary} /Length ${content.length} >>\nstream\n${content}\nendstream`)
  const catalogue = add('')
  const tree = add('')
  const unicode = stream('', toUnicode)
  const simple = (base: string): number => add(`<< /Type /Font /Subtype /Type1 /BaseFont /${base} /Encoding /WinAnsiEncoding >>`)
  const composite = (encoding: string): number => {
    const descriptor = add('<< /Type /FontDescriptor /FontName /Plain /Flags 4 /FontBBox [0 -200 1000 800] /ItalicAngle 0 /Ascent 800 /Descent -200 /CapHeight 700 /StemV 80 >>')
    const descendant = add(`<< /Type /Font /Subtype /CIDFontType2 /BaseFont /Plain /CIDSystemInfo << /Registry (Adobe) /Ordering (Identity) /Supplement 0 >> /FontDescriptor ${descriptor} 0 R /DW 500 /DW2 [880 -1000] >>`)
    return add(`<< /Type /Font /Subtype /Type0 /BaseFont /Plain /Encoding /${encoding} /DescendantFonts [${descendant} 0 R] /ToUnicode ${unicode} 0 R >>`)
  }
  const fonts = { F1: simple('Helvetica'), F2: simple('Times-Roman'), F3: simple('Courier'), F4: simple('Helvetica-Bold'), U: composite('Identity-H'), V: composite('Identity-V') }
  const resources = add(`<< /Font << ${Object.entries(fonts).map(([name, id]) => `/${name} ${id} 0 R`).join(' ')} >> /Properties << ${file.properties ?? ''} >> >>`)
  const pages = file.pages.map((page) => {
    const content = stream('', page.content)
    return add(`<< /Type /Page /Parent ${tree} 0 R /MediaBox [0 0 ${page.width ?? 420} ${page.height ?? 595}] ${page.cropBox === undefined ? '' : `/CropBox [${page.cropBox.join(' ')}]`} /Rotate ${page.rotate ?? 0} /Annots [${(page.annotations ?? []).join(' ')}] /Resources ${resources} 0 R /Contents ${content} 0 R >>`)
  })
  objects[tree - 1] = `<< /Type /Pages /Count ${pages.length} /Kids [${pages.map((id) => `${id} 0 R`).join(' ')}] >>`
  const outline = file.outline === undefined ? '' : `/Outlines ${writeOutline(file.outline, pages, objects)} 0 R`
  objects[catalogue - 1] = `<< /Type /Catalog /Pages ${tree} 0 R ${outline} ${file.catalogue ?? ''} >>`
  const info = add(`<< ${file.info ?? ''} >>`)
  return assemble(objects, catalogue, info)
}

function writeOutline(entries: readonly PdfOutlineEntry[], pages: readonly number[], objects: string[]): number {
  const write = (list: readonly PdfOutlineEntry[], parent: number): readonly number[] => {
    const ids = list.map(() => objects.push(''))
    list.forEach((entry, index) => {
      const id = ids[index] ?? 0
      const children = write(entry.children ?? [], id)
      const links = [index > 0 ? `/Prev ${ids[index - 1]} 0 R` : '', index < ids.length - 1 ? `/Next ${ids[index + 1]} 0 R` : '', children.length > 0 ? `/First ${children[0]} 0 R /Last ${children.at(-1)} 0 R /Count ${children.length}` : '']
      objects[id - 1] = `<< /Title <feff${hex(entry.title)}> /Parent ${parent} 0 R /Dest [${pages[entry.page] ?? 0} 0 R /Fit] ${links.join(' ')} >>`
    })
    return ids
  }
  const root = objects.push('')
  const top = write(entries, root)
  objects[root - 1] = `<< /Type /Outlines /First ${top[0]} 0 R /Last ${top.at(-1)} 0 R /Count ${top.length} >>`
  return root
}

function assemble(objects: readonly string[], root: number, info: number): Uint8Array {
  const parts = ['%PDF-1.7\n']
  const offsets: number[] = []
  let length = parts[0]?.length ?? 0
  objects.forEach((body, index) => {
    offsets.push(length)
    const part = `${index + 1} 0 obj\n${body}\nendobj\n`
    parts.push(part)
    length += part.length
  })
  const table = offsets.map((offset) => `${String(offset).padStart(10, '0')} 00000 n \n`).join('')
  parts.push(`xref\n0 ${objects.length + 1}\n0000000000 65535 f \n${table}trailer\n<< /Size ${objects.length + 1} /Root ${root} 0 R /Info ${info} 0 R >>\nstartxref\n${length}\n%%EOF\n`)
  return Uint8Array.from(parts.join(''), (character) => character.charCodeAt(0) & 0xff)
}
