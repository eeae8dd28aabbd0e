import { strToU8 } from 'fflate'
import { describe, expect, test } from 'vitest'
import { heading, headingStyles, paragraph, row, run, table, text, writeWord, type WordParts } from '../../support/docx-writer'
import { sampleDocx } from '../../support/sample-docx'
import { blockLines, openFile } from '../../support/word'

const open = (parts: WordParts): ReturnType<typeof openFile> => openFile(writeWord({ styles: headingStyles, ...parts }), 'test.docx')
const lines = async (body: string, parts: Partial<WordParts> = {}): Promise<readonly string[]> => blockLines(await open({ ...parts, body }))
const plain = (words: string): string => paragraph(run(words))
const item = (numId: number, level: number, words: string): string => paragraph(run(words), `<w:numPr><w:ilvl w:val="${level}"/><w:numId w:val="${numId}"/></w:numPr>`)
const level = (at: number, format: string, label: string, more = ''): string => `<w:lvl w:ilvl="${at}"><w:start w:val="1"/><w:numFmt w:val="${format}"/>${more}<w:lvlText w:val="${label}"/></w:lvl>`
const list = (id: number, levels: string): string => `<w:abstractNum w:abstractNumId="${id}">${levels}</w:abstractNum>`
const number = (id: number, of: number, more = ''): string => `<w:num w:numId="${id}"><w:abstractNumId w:val="${of}"/>${more}</w:num>`

describe('headings, sections, paragraphs', () => {
  const body = [plain('Preface.'), heading(1, 'Water'), heading(2, 'Rights'), plain('One.'), plain('Two.'), heading(3, 'Old rights'), plain('Three.'), heading(2, 'Duties'), plain('Four.'), heading(1, 'Land'), plain('Five.')].join('')

  test('paths, levels and paragraph numbers', async () => {
    const { blocks } = await open({ body })
    expect(blocks.map((block) => [block.kind, block.level, block.path.join(' > '), block.paragraph])).toEqual([
      ['paragraph', 0, '', 1],
      ['heading', 1, '', null], ['heading', 2, 'Water', null], ['paragraph', 0, 'Water > Rights', 1], ['paragraph', 0, 'Water > Rights', 2],
      ['heading', 3, 'Water > Rights', null], ['paragraph', 0, 'Water > Rights > Old rights', 1],
      ['heading', 2, 'Water', null], ['paragraph', 0, 'Water > Duties', 1],
      ['heading', 1, '', null], ['paragraph', 0, 'Land', 1],
    ])
  })

  test('units are the sections of levels 1 and 2; a heading without text of its own goes with the next', async () => {
    const { units, outline } = await open({ body })
    expect(units.map((unit) => unit.text)).toEqual(['Preface.', 'Water\nRights\nOne.\nTwo.\nOld rights\nThree.', 'Duties\nFour.', 'Land\nFive.'])
    expect(units.every((unit) => unit.label === null && unit.width === 0 && unit.runs.length === 0 && unit.problem === null)).toBe(true)
    expect(outline).toEqual([
      { title: 'Water', level: 1, unit: 1 }, { title: 'Rights', level: 2, unit: 1 }, { title: 'Old rights', level: 3, unit: 1 },
      { title: 'Duties', level: 2, unit: 2 }, { title: 'Land', level: 1, unit: 3 },
    ])
  })

  test('headings by outline level, own or inherited, and by names without one', async () => {
    const styles = `<w:style w:type="paragraph" w:styleId="Kapitel"><w:name w:val="Kapitel"/><w:basedOn w:val="Base"/></w:style>
      <w:style w:type="paragraph" w:styleId="Base"><w:name w:val="Base"/><w:pPr><w:outlineLvl w:val="1"/></w:pPr></w:style>
      <w:style w:type="paragraph" w:styleId="berschrift3"><w:name w:val="heading 3"/></w:style>
      <w:style w:type="paragraph" w:styleId="Loop1"><w:name w:val="Loop 1"/><w:basedOn w:val="Loop2"/></w:style>
      <w:style w:type="paragraph" w:styleId="Loop2"><w:name w:val="Loop 2"/><w:basedOn w:val="Loop1"/></w:style>`
    const styled = (id: string, words: string, more = ''): string => paragraph(run(words), `<w:pStyle w:val="${id}"/>${more}`)
    expect(await lines([styled('Kapitel', 'A'), styled('berschrift3', 'B'), paragraph(run('C'), '<w:outlineLvl w:val="0"/>'), styled('Kapitel', 'D', '<w:outlineLvl w:val="9"/>'), styled('Loop1', 'E')].join(''), { styles }))
      .toEqual(['heading 2: A', 'heading 3: B', 'heading 1: C', 'paragraph: D', 'paragraph: E'])
  })

  test('title, author and language', async () => {
    const core = '<dc:title>Of  Mills</dc:title><dc:creator>A. Miller</dc:creator>'
    const styles = '<w:docDefaults><w:rPrDefault><w:rPr><w:lang w:val="en-US" w:eastAsia="zh-CN" w:bidi="ar-SA"/></w:rPr></w:rPrDefault></w:docDefaults><w:style w:type="paragraph" w:styleId="T"><w:name w:val="Title"/></w:style>'
    const german = paragraph(run('Das Wasser', '<w:lang w:val="de-AT"/>') + run(' x'))
    expect(await open({ body: german, core, styles })).toMatchObject({ title: 'Of Mills', author: 'A. Miller', language: 'de-AT' })
    expect(await open({ body: plain('Water.') + paragraph(run('Of Locks'), '<w:pStyle w:val="T"/>'), styles })).toMatchObject({ title: 'Of Locks', author: null, language: 'en-US' })
    expect(await open({ body: plain('水的权利') })).toMatchObject({ title: null, language: null })
  })

  test('a book as a word processor writes it', async () => {
    const document = await openFile(await sampleDocx(), 'tidal-rivers.docx')
    expect(document.title).toBe('Tidal Rivers: a field guide')
    expect(document.outline.length).toBeGreaterThan(10)
    expect(document.blocks.filter((block) => block.kind === 'table-row').length).toBeGreaterThan(3)
  })
})

describe('what mammoth leaves out is read', () => {
  test('automatic numbers of headings and lists', async () => {
    const numbering = list(1, level(0, 'decimal', '%1') + level(1, 'decimal', '%1.%2') + level(2, 'lowerLetter', '(%3)'))
      + list(2, level(0, 'bullet', '\uf0b7')) + list(3, level(0, 'upperRoman', '%1.') + level(1, 'decimal', '%1.%2', '<w:isLgl/>'))
      + number(1, 1) + number(2, 2) + number(3, 3) + number(4, 1, '<w:lvlOverride w:ilvl="0"><w:startOverride w:val="7"/></w:lvlOverride>')
    const styles = '<w:style w:type="paragraph" w:styleId="H"><w:name w:val="heading 1"/><w:pPr><w:numPr><w:numId w:val="3"/></w:numPr><w:outlineLvl w:val="0"/></w:pPr></w:style>'
    const styled = (words: string, more = ''): string => paragraph(run(words), `<w:pStyle w:val="H"/>${more}`)
    const body = [
      styled('Water'), item(1, 0, 'one'), item(1, 1, 'under'), item(1, 1, 'under again'), item(1, 2, 'deep'), item(1, 0, 'two'), item(1, 1, 'fresh'),
      item(2, 0, 'dot'), item(4, 0, 'restarted'), item(1, 0, 'goes on'), styled('Land'), item(3, 1, 'legal'), styled('Bare', '<w:numPr><w:numId w:val="0"/></w:numPr>'), item(9, 0, 'unknown list'),
    ].join('')
    expect(await lines(body, { numbering, styles })).toEqual([
      'heading 1: I. Water', 'list-item: 1 one', 'list-item: 1.1 under', 'list-item: 1.2 under again', 'list-item: (a) deep', 'list-item: 2 two', 'list-item: 2.1 fresh',
      'list-item: dot', 'list-item: 7 restarted', 'list-item: 8 goes on', 'heading 1: II. Land', 'list-item: 2.1 legal', 'heading 1: Bare', 'list-item: unknown list',
    ])
  })

  test('a list’s level for a style, list styles, and levels that go on counting', async () => {
    const numbering = list(1, level(0, 'decimal', '%1.', '<w:pStyle w:val="H1"/>') + level(1, 'decimal', '%1.%2', '<w:pStyle w:val="H2"/>') + level(2, 'decimal', 'Art. %3', '<w:lvlRestart w:val="0"/>'))
      + list(2, '<w:styleLink w:val="Legal"/>' + level(0, 'upperLetter', '%1)')) + list(3, '<w:numStyleLink w:val="Legal"/>') + number(1, 1) + number(3, 3)
    const style = (id: string, at: number): string => `<w:style w:type="paragraph" w:styleId="${id}"><w:name w:val="${id}"/><w:pPr><w:numPr><w:numId w:val="1"/></w:numPr><w:outlineLvl w:val="${at}"/></w:pPr></w:style>`
    const styled = (id: string): string => paragraph(run('x'), `<w:pStyle w:val="${id}"/>`)
    const body = [styled('H1'), styled('H2'), item(1, 2, 'y'), styled('H2'), item(1, 2, 'y'), styled('H1'), styled('H2'), item(3, 0, 'z'), item(3, 0, 'z')].join('')
    expect(await lines(body, { numbering, styles: style('H1', 0) + style('H2', 1) })).toEqual([
      'heading 1: 1. x', 'heading 2: 1.1 x', 'list-item: Art. 1 y', 'heading 2: 1.2 x', 'list-item: Art. 2 y', 'heading 1: 2. x', 'heading 2: 2.1 x', 'list-item: A) z', 'list-item: B) z',
    ])
  })

  test('drop caps belong to the word that they begin; drawn words are read', async () => {
    const wordArt = '<w:r><w:pict><v:shape><v:textpath string="Draft"/></v:shape></w:pict></w:r>'
    expect(await lines(paragraph(run('T'), '<w:framePr w:dropCap="drop" w:lines="3"/>') + plain('he gate is old.') + paragraph(wordArt))).toEqual(['paragraph: The gate is old.', 'paragraph: Draft'])
  })

  test('labels in the scripts of the world', async () => {
    const formats = ['lowerRoman', 'upperLetter', 'decimalZero', 'ordinal', 'chineseCounting']
    const numbering = formats.map((format, index) => list(index, level(0, format, '%1')) + number(index + 1, index, '<w:lvlOverride w:ilvl="0"><w:startOverride w:val="14"/></w:lvlOverride>')).join('')
    expect(await lines(formats.map((_, index) => item(index + 1, 0, 'x')).join(''), { numbering })).toEqual(['xiv', 'N', '14', '14th', '十四'].map((label) => `list-item: ${label} x`))
  })

  test('simple and complex fields show their result, never their instruction', async () => {
    const mark = (type: string): string => `<w:r><w:fldChar w:fldCharType="${type}"/></w:r>`
    const simple = `<w:fldSimple w:instr="PAGE">${run('17')}</w:fldSimple>`
    const complex = `${mark('begin')}<w:r><w:instrText>IF </w:instrText></w:r>${mark('begin')}<w:r><w:instrText>DOCPROPERTY x</w:instrText></w:r>${mark('separate')}${run('inner')}${mark('end')}${run('"no"')}${mark('separate')}${run('shown')}${mark('end')}`
    expect(await lines([paragraph(run('Page ') + simple), paragraph(complex + run(' after')), paragraph(mark('begin') + run('lost')), plain('kept')].join('')))
      .toEqual(['paragraph: Page 17', 'paragraph: shown after', 'paragraph: kept'])
  })

  test('check boxes, hyphens, returns and tabs', async () => {
    const box = (checked: number): string => `<w:r><w:fldChar w:fldCharType="begin"><w:ffData><w:checkBox><w:default w:val="0"/><w:checked w:val="${checked}"/></w:checkBox></w:ffData></w:fldChar></w:r><w:r><w:fldChar w:fldCharType="end"/></w:r>`
    expect(await lines(paragraph(`${box(1)}${run(' wet ')}${box(0)}${run(' dry')}`) + paragraph(`<w:r>${text('up')}<w:cr/>${text('down')}<w:tab/>${text('e')}<w:noBreakHyphen/>${text('mail, so')}<w:softHyphen/>${text('ft')}</w:r>`)))
      .toEqual(['paragraph: ☑ wet ☐ dry', 'paragraph: up\ndown e-mail, soft'])
  })

  test('formulas in one line', async () => {
    const r = (words: string): string => `<m:r><m:t>${words}</m:t></m:r>`
    const e = (inner: string): string => `<m:e>${inner}</m:e>`
    const half = `<m:f><m:num>${r('a+b')}</m:num><m:den>${r('2')}</m:den></m:f>`
    const square = `<m:sSup>${e(r('x'))}<m:sup>${r('n+1')}</m:sup></m:sSup>`
    const root = `<m:rad><m:deg/>${e(r('y'))}</m:rad>`
    const sum = `<m:nary><m:naryPr><m:chr m:val="∑"/></m:naryPr><m:sub>${r('i=1')}</m:sub><m:sup>${r('n')}</m:sup>${e(r('i'))}</m:nary>`
    const matrix = `<m:d><m:dPr><m:begChr m:val="["/><m:endChr m:val="]"/></m:dPr>${e(r('z'))}</m:d>`
    const document = await open({ body: paragraph(run('Let ') + `<m:oMath>${half}${r('=')}${square}</m:oMath>`) + paragraph(`<m:oMathPara><m:oMath>${root}${r('+')}${sum}${r('+')}${matrix}</m:oMath></m:oMathPara>`) })
    expect(blockLines(document)).toEqual(['paragraph: Let (a+b)/2=x^(n+1)', 'paragraph: √y+∑_(i=1)^n i+[z]'])
    expect(document.notices).toEqual(['2 formulas were written out in one line.'])
  })

  test('text boxes once, whichever way they are written, after the paragraph that holds them', async () => {
    const box = (words: string): string => `<w:txbxContent>${plain(words)}${plain('second')}</w:txbxContent>`
    const drawing = (words: string): string => `<w:drawing><wp:anchor><a:graphic><a:graphicData><wps:wsp><wps:txbx>${box(words)}</wps:txbx></wps:wsp></a:graphicData></a:graphic></wp:anchor></w:drawing>`
    const vml = (words: string): string => `<w:pict><v:shape><v:textbox>${box(words)}</v:textbox></v:shape></w:pict>`
    const both = `<mc:AlternateContent><mc:Choice Requires="wps">${drawing('both')}</mc:Choice><mc:Fallback>${vml('both')}</mc:Fallback></mc:AlternateContent>`
    const within = (content: string, words: string): string => paragraph(`<w:r>${content}</w:r>${run(words)}`)
    expect(await lines([within(both, 'A'), within(drawing('new'), 'B'), within(vml('old'), 'C')].join('')))
      .toEqual(['A', 'both', 'second', 'B', 'new', 'second', 'C', 'old', 'second'].map((words) => `paragraph: ${words}`))
  })

  test('content controls, custom XML and direction marks hide nothing', async () => {
    const sdt = (contents: string): string => `<w:sdt><w:sdtPr><w:alias w:val="x"/></w:sdtPr><w:sdtContent>${contents}</w:sdtContent></w:sdt>`
    const body = sdt(plain('block')) + `<w:customXml>${sdt(plain('inside'))}</w:customXml>` + paragraph(`${sdt(run('in'))}<w:smartTag>${run('line')}</w:smartTag><w:bdo w:val="rtl">${run('!')}</w:bdo>`)
      + `<w:tbl>${sdt(`<w:tr>${sdt(`<w:tc>${plain('cell')}</w:tc>`)}<w:tc>${plain('next')}</w:tc></w:tr>`)}</w:tbl>`
    expect(await lines(body)).toEqual(['paragraph: block', 'paragraph: inside', 'paragraph: inline!', 'table-row: cell | next'])
  })

  test('pictures, charts, inserted files, ruby and comments are told', async () => {
    const ruby = '<w:r><w:ruby><w:rt><w:r><w:t>かん</w:t></w:r></w:rt><w:rubyBase><w:r><w:t>漢</w:t></w:r></w:rubyBase></w:ruby></w:r>'
    const picture = '<w:r><w:drawing><wp:inline><a:graphic><a:graphicData><pic:pic/></a:graphicData></a:graphic></wp:inline></w:drawing></w:r>'
    const document = await open({ body: paragraph(ruby + run('字') + picture) + '<w:altChunk r:id="x"/>' })
    expect(blockLines(document)).toEqual(['paragraph: 漢字'])
    expect(document.notices).toEqual([
      'Words inside 1 picture were not read.',
      '1 inserted file was left out: open the document in Word and save it again to include the text.',
      'Reading aids above the characters (ruby) were left out.',
    ])
  })
})

describe('symbol fonts', () => {
  const symbol = (font: string, code: string): string => `<w:r><w:sym w:font="${font}" w:char="${code}"/></w:r>`
  const fonts = (font: string): string => `<w:rFonts w:ascii="${font}" w:hAnsi="${font}"/>`

  test('become the characters that they draw', async () => {
    const styles = `<w:style w:type="character" w:styleId="Greek"><w:name w:val="Greek"/><w:rPr>${fonts('Symbol')}</w:rPr></w:style>`
    expect(await lines(paragraph(symbol('Symbol', 'F061') + symbol('Symbol', '62') + symbol('Wingdings', 'F0E0') + symbol('Wingdings', 'F0FE') + symbol('Wingdings', 'F0A8')), { styles })).toEqual(['paragraph: αβ→☑□'])
    expect(await lines(paragraph(run('\uf0b3 5', fonts('Symbol')) + run(' and \uf044', '<w:rStyle w:val="Greek"/>')), { styles })).toEqual(['paragraph: ≥ 5 and Δ'])
  })

  test('ordinary letters in a symbol font and codes outside it stay', async () => {
    expect(await lines(paragraph(run('abc', fonts('Symbol')) + run('\ue000')))).toEqual(['paragraph: abc\ue000'])
  })
})

describe('what Word does not show', () => {
  const styles = `<w:style w:type="character" w:styleId="Secret"><w:name w:val="Secret"/><w:rPr><w:vanish/></w:rPr></w:style>
    <w:style w:type="character" w:styleId="Heir"><w:name w:val="Heir"/><w:basedOn w:val="Secret"/></w:style>
    <w:style w:type="character" w:styleId="Freed"><w:name w:val="Freed"/><w:basedOn w:val="Secret"/><w:rPr><w:vanish w:val="false"/></w:rPr></w:style>
    <w:style w:type="paragraph" w:styleId="Note"><w:name w:val="Note"/><w:rPr><w:vanish/></w:rPr></w:style>`

  test('hidden by a run, a style, an inherited style, a paragraph style', async () => {
    const body = [
      paragraph(run('a') + run('X', '<w:vanish/>') + run('b', '<w:vanish w:val="0"/>')),
      paragraph(run('c') + run('X', '<w:rStyle w:val="Heir"/>') + run('d', '<w:rStyle w:val="Freed"/>') + run('e', '<w:rStyle w:val="Secret"/><w:vanish w:val="off"/>')),
      paragraph(run('X') + run('twice hidden is shown', '<w:rStyle w:val="Secret"/>') + run('!', '<w:vanish w:val="0"/>'), '<w:pStyle w:val="Note"/>'),
      paragraph(run('X'), '<w:pStyle w:val="Note"/>'),
    ].join('')
    const document = await open({ body, styles })
    expect(blockLines(document)).toEqual(['paragraph: ab', 'paragraph: cde', 'paragraph: twice hidden is shown!'])
    expect(document.notices).toEqual(['Text that Word hides was left out.'])
  })

  test('hidden rows, deleted rows and cells', async () => {
    const rows = table(
      row(plain('a'), plain('b')),
      row(plain('X')).replace('<w:tr>', '<w:tr><w:trPr><w:del w:id="1"/></w:trPr>'),
      row(plain('X')).replace('<w:tr>', '<w:tr><w:trPr><w:hidden/></w:trPr>'),
      row(plain('c'), plain('X')).replace(/<w:tcPr\/>(?=<w:p><w:r><w:t xml:space="preserve">X)/, '<w:tcPr><w:cellDel w:id="2"/></w:tcPr>'),
    )
    expect(await lines(rows)).toEqual(['table-row: a | b', 'table-row: c'])
  })

  test('deleted marks join paragraphs, also at the end of a cell and before a table', async () => {
    const deleted = '<w:rPr><w:del w:id="1"/></w:rPr>'
    const body = [
      paragraph(run('one '), deleted), paragraph(run('two '), deleted), plain('three'),
      paragraph(run('alone'), deleted), table(row(paragraph(run('cell'), deleted), plain('b'))),
      paragraph(run('last'), deleted),
    ].join('')
    expect(await lines(body)).toEqual(['paragraph: one two three', 'paragraph: alone', 'table-row: cell | b', 'paragraph: last'])
  })
})

describe('tables and notes', () => {
  test('rows, empty cells, merged cells, cells of several paragraphs', async () => {
    const merged = (kind: string, words: string): string => `<w:tc><w:tcPr><w:vMerge${kind}/></w:tcPr>${plain(words)}</w:tc>`
    const body = table(
      row(plain('Fruit'), plain('Kind'), plain('Price')), row(plain('Pear'), '<w:p/>', plain('3')),
      `<w:tr>${merged(' w:val="restart"', 'Plum')}<w:tc>${plain('red')}${plain('small')}</w:tc></w:tr>`, `<w:tr>${merged('', '')}<w:tc>${plain('blue')}</w:tc></w:tr>`, row('<w:p/>', '<w:p/>'),
    )
    expect(await lines(body)).toEqual(['table-row: Fruit | Kind | Price', 'table-row: Pear | | 3', 'table-row: Plum | red\nsmall', 'table-row: blue'])
  })

  test('a row with words in one cell only is layout: its paragraphs stand for themselves', async () => {
    expect(await lines(table(row(heading(1, 'Form') + plain('Please fill in.') + plain('Then sign.'), '<w:p/>')))).toEqual(['heading 1: Form', 'paragraph: Please fill in.', 'paragraph: Then sign.'])
  })

  test('a table of thousands of rows keeps their order', async () => {
    const document = await open({ body: table(...Array.from({ length: 1_000 }, (_, index) => row(plain(`row ${index}`), plain('x')))) })
    expect(blockLines(document)).toEqual(Array.from({ length: 1_000 }, (_, index) => `table-row: row ${index} | x`))
    // One wrapped in a content control comes in one piece.
    const wrapped = `<w:sdt><w:sdtContent>${table(...Array.from({ length: 500 }, (_, index) => row(plain(`row ${index}`), plain('x'))))}</w:sdtContent></w:sdt>`
    expect(await lines(wrapped + plain('after'))).toEqual([...Array.from({ length: 500 }, (_, index) => `table-row: row ${index} | x`), 'paragraph: after'])
  })

  test('notes stand after the block that refers to them, numbered through the book', async () => {
    const ref = (kind: string, id: string): string => `<w:r><w:${kind}Reference w:id="${id}"/></w:r>`
    const note = (kind: string, id: string, contents: string): string => `<w:${kind} w:id="${id}">${contents}</w:${kind}>`
    const footnotes = note('footnote', '-1', plain('X')).replace('w:id', 'w:type="separator" w:id') + note('footnote', '2', plain(' First.') + plain('More.')) + note('footnote', '3', plain('See also.'))
    const body = [
      paragraph(run('dug in 1604') + ref('footnote', '2') + run(' and') + ref('endnote', '2') + ref('footnote', '99') + ref('footnote', '-1')),
      table(row(paragraph(run('a') + ref('footnote', '3')), plain('b')), row(plain('c'), plain('d'))),
      plain('after'),
    ].join('')
    expect(await lines(body, { footnotes, endnotes: note('endnote', '2', plain('Last.')) })).toEqual([
      'paragraph: dug in 1604[1] and[2]', 'footnote: [1] First.', 'footnote: More.', 'footnote: [2] Last.', 'table-row: a[3] | b', 'table-row: c | d', 'footnote: [3] See also.', 'paragraph: after',
    ])
  })

  test('a long book in several stretches: order, note numbers and headings go on', async () => {
    const footnotes = Array.from({ length: 400 }, (_, index) => `<w:footnote w:id="${index}">${plain(`note ${index}`)}</w:footnote>`).join('')
    const body = Array.from({ length: 400 }, (_, index) => heading(1, `Chapter ${index}`) + paragraph(run('long '.repeat(400)) + `<w:r><w:footnoteReference w:id="${index}"/></w:r>`)).join('')
    const read = await lines(body, { footnotes })
    expect(read.length).toBe(1_200)
    expect(read[1_199]).toBe('footnote: [400] note 399')
    expect(read[600]).toBe('heading 1: Chapter 200')
  })
})

describe('files as other programs write them', () => {
  const other = (root: string): Uint8Array<ArrayBuffer> => writeWord({ body: '', extra: { 'word/document.xml': strToU8(root) } })
  const w = 'http://schemas.openxmlformats.org/wordprocessingml/2006/main'

  test('other prefixes, a default namespace, an inner declaration', async () => {
    expect(blockLines(await openFile(other(`<n0:document xmlns:n0="${w}"><n0:body><n0:p><n0:r><n0:t>Words.</n0:t></n0:r></n0:p></n0:body></n0:document>`), 'a.docx'))).toEqual(['paragraph: Words.'])
    expect(blockLines(await openFile(other(`<document xmlns="${w}" xmlns:x="${w}"><body><p><r><x:t>Words.</x:t></r></p></body></document>`), 'a.docx'))).toEqual(['paragraph: Words.'])
    expect(blockLines(await openFile(other(`<a:document xmlns:a="${w}"><a:body><a:p><a:r><b:t xmlns:b="${w}">Words.</b:t></a:r></a:p></a:body></a:document>`), 'a.docx'))).toEqual(['paragraph: Words.'])
  })

  test('UTF-16 parts and a byte order mark', async () => {
    const xml = `<w:document xmlns:w="${w}"><w:body><w:p><w:r><w:t>Größe 水</w:t></w:r></w:p></w:body></w:document>`
    const wide = new Uint8Array(Buffer.from(`\ufeff${xml}`, 'utf16le'))
    expect(blockLines(await openFile(writeWord({ body: '', extra: { 'word/document.xml': wide } }), 'a.docx'))).toEqual(['paragraph: Größe 水'])
    expect(blockLines(await openFile(other(`\ufeff${xml}`), 'a.docx'))).toEqual(['paragraph: Größe 水'])
  })

  test('a main part with another name, found by its relationship', async () => {
    expect(blockLines(await openFile(writeWord({ body: heading(1, 'A'), styles: headingStyles, main: 'word/document2.xml' }), 'a.docx'))).toEqual(['heading 1: A'])
  })

  test('characters that XML forbids and halves of surrogate pairs end as harmless ones', async () => {
    expect(await lines(paragraph('<w:r><w:t>a&#1;b&#xD800;c \u{1f300}</w:t></w:r>'))).toEqual(['paragraph: ab\ufffdc \u{1f300}'])
  })

  test('text that looks like markup stays text', async () => {
    expect(await lines(plain('<script>alert(1)</script> & <a href="#footnote-2">[1]</a>'))).toEqual(['paragraph: <script>alert(1)</script> & <a href="#footnote-2">[1]</a>'])
  })
})
