import { readFileSync } from 'node:fs'
import { beforeAll, describe, expect, test } from 'vitest'
import type { Position, SegmentedDocument, Sentence } from '../../../src-main/contract/document'
import { flatten, segmentDocument } from '../../../src-renderer/ingest/segment'
import { bookPath, type BookName } from '../../support/books'
import { parsePdf } from '../../support/pdf'

/** Words inside a sentence of a book, and the words that it begins and ends with: read by eye in the book. */
type Read = readonly [inside: string, begins: string, ends: string]

const books: Readonly<Partial<Record<BookName, { readonly language: string; readonly read: readonly Read[] }>>> = {
  bash: {
    language: 'en',
    read: [
      ['(e.g., ‘\\\\\\.’)', 'In the second two examples', 'contain a backslash.'],
      ['(i.e., they are removed)', 'When there are no', 'they are removed).'],
      ['parameters (i.e. missing', 'See the description', 'missing parameters).'],
      ['(e.g., 4.2) or an integer', 'The value may be', 'compatibility level.'],
      ['/usr/local/man, etc.;', 'By default, ‘make', 'to /usr/local.'],
      ['version (e.g., ‘7.1’)', 'The version number supplied', '‘7.1’).'],
      ['(while/until/etc.) is not', '• when executing', 'calling context.'],
      ['(e.g., by running a SIGINT', '1. If the command', 'or exiting itself);'],
      ['[The Shopt Builtin], page 71) is enabled', 'If the nocasematch', 'alphabetic characters.'],
      ['assume that the shell’s quoting takes precedence', 'The shell performs any', 'takes precedence.'],
      ['history, i.e., the line', 'Move to the end', 'being entered.'],
      ['bash-3.2 and subsequent', 'This section does not', 'subsequent versions).'],
    ],
  },
  german: {
    language: 'de',
    read: [
      ['beeinflussen, d. h., dass', 'Wenn sie aktiviert', 'tatsächlichen Länge.'],
      ['gesetzt, d. h. als', 'Sollte die Länge', 'als Zitatblock.'],
      ['wie z. B. Points', 'Weil dieser Wert', 'zu verwenden.'],
      ['können (z. B. durch', 'Es kann aber keine', 'zu schreiben.'],
      ['Ausgabecodierung, z. B. OT1', 'Der 〈encoding〉', 'z. B. OT1.'],
      ['erläutert in § 4.', 'Dieses Kapitel wird', 'in § 4.'],
      ['§§ 3.5 and 8.6', 'Siehe §§', 'weitere Details.'],
      ['Version 4.4, welche', 'Momentan wird', 'Version 3.0.'],
      ['bis 4.4 erreicht', 'Als Beispiel, wenn', 'von 4.0.'],
      ['‚Zukunftssicher‘', 'Das beinhaltet', 'arbeiten könnte.'],
      ['anzeigen, wie verschachtelt', 'Wie auch die', 'verschachtelt sein.'],
    ],
  },
  chinese: {
    language: 'zh',
    read: [
      ['(Donald E. Knuth)', 'TEX 是高德纳', '软件 [6]。'],
      ['3.141592653', '它的版本号', '3.141592653。'],
      ['helloworld.tex，而后', '你可以将这份', '而后编译。'],
      ['1.7 节）', '建议使用', '1.7 节）。'],
      ['详细内容见 2.2 节', '中文支持', '2.2 节。'],
      ['“标准文档类”', 'LATEX 提供的', '“标准文档类”。'],
      ['8.5 in × 11 in', 'a4paper', '28.0 cm）。'],
      ['参考 5.4.1', '有关纸张大小', '5.4.1 小节。'],
      ['一个 .tex 文件中', '当导言区', '命令插入。'],
      ['从 3.0 版开始', 'TEX 从', '字符。'],
      ['TEX的功能。', 'lualatex 底层', 'TEX的功能。'],
      ['借助 luatexja', 'lualatex 编译命令', 'luatexja 宏包。'],
    ],
  },
  japanese: {
    language: 'ja',
    read: [
      ['Donald E. Knuth', 'TEX は，Donald', '目指したものです．'],
      ['1977 年に', 'Knuth 教授は', '書き始めました．'],
      ['1982 年に公開', '今日使用されて', '公開されています．'],
      ['LATEX 2.09 が数年前', 'これは，強く', 'ためのものでした．'],
      ['2.09 の入門書', 'この冊子 (訳注', '元にしています．'],
      ['「The not so short', '(訳注 1)', '訳したものです．'],
      ['（Encapsulated Postscript）', '第 4 章では', '説明しています．'],
      ['ftp.dante.de', 'アメリカでは', 'なっています．'],
      ['などなど）を決定', 'そして，出版社', '決定します．'],
      ['（\\）を付けなければ', '次の例を見て', 'なりません．'],
      ['（表 1.3 参照）が', 'LATEX 2" の基本', '配布されています．'],
    ],
  },
  persian: {
    language: 'fa',
    read: [
      ['۳.۱۴۱۵۹۲', 'نسخۀ کنونی', 'میل میکند.'],
      ['دونالد کنوث [۲]', 'تک یک برنامۀ', 'ساخته شده است.'],
      ['متن عادی و ریاضی', 'هدف آن', 'ریاضی است.'],
      ['لَمْپورت [۱]', 'لاتک در ابتدا', 'استفاده میکند.'],
      ['در سال ۱۹۷۷', 'کنوث در سال', 'از بین ببرد.'],
      ['۱۹۸۲ انتشار', 'تک به این صورت', 'اضافه شد.'],
      ['قابل نصب است، و', 'شهرت تک', 'از اشکال است.'],
      ['در [۳] توضیح', 'بسیاری از این', 'داده شدهاند.'],
      ['سربرگ، …)', 'یکی از طراحان', 'سربرگ، …).'],
      ['MS Word', 'این کار', 'پیروی میکنند.'],
      ['بسیار قابل انعطاف', '• تک، موتور', 'مجانی است.'],
    ],
  },
}

const before = (one: Position, other: Position): boolean => one.unit < other.unit || (one.unit === other.unit && one.offset <= other.offset)

/** Every sentence's words; a blank stands between pages. */
const texts = (document: SegmentedDocument): readonly string[] => document.sentences.map(({ start, end }) => {
  const words: string[] = []
  for (let unit = start.unit; unit <= end.unit; unit += 1) {
    const text = document.units[unit]?.text ?? ''
    words.push(text.slice(unit === start.unit ? start.offset : 0, unit === end.unit ? end.offset : undefined))
  }
  return words.join(' ').replace(/\s+/g, ' ')
})

describe.each(Object.entries(books) as [BookName, NonNullable<(typeof books)[BookName]>][])('%s', (name, { language, read }) => {
  let document: SegmentedDocument
  let sentences: readonly string[]

  beforeAll(async () => {
    document = await segmentDocument(await parsePdf(readFileSync(await bookPath(name))), new AbortController().signal)
    sentences = texts(document)
  }, 240_000)

  test('its language is found', () => {
    expect(document.language).toBe(language)
  })

  test.each(read)('the sentence with “%s”', (inside, begins, ends) => {
    const found = sentences.filter((sentence) => sentence.includes(inside) && sentence.startsWith(begins) && sentence.endsWith(ends))
    expect(found, sentences.filter((sentence) => sentence.includes(inside)).slice(0, 3).join('\n')).not.toEqual([])
  })

  test('sentences hold all words of their blocks, in order, and never leave them', () => {
    const byBlock = new Map<number, Sentence[]>()
    for (const sentence of document.sentences) byBlock.set(sentence.block, [...(byBlock.get(sentence.block) ?? []), sentence])
    for (const [index, block] of document.blocks.entries()) {
      const flat = flatten(document.units, block).text.replace(/\s/g, '')
      const parts = (byBlock.get(index) ?? []).map((sentence) => {
        expect(before(block.start, sentence.start) && before(sentence.start, sentence.end) && before(sentence.end, block.end)).toBe(true)
        return flatten(document.units, { ...block, ...sentence }).text
      })
      expect(parts.join('').replace(/\s/g, '')).toBe(flat)
    }
    expect(document.sentences.every((sentence, index) => index === 0 || (document.sentences[index - 1]?.block ?? 0) <= sentence.block)).toBe(true)
  })

  test('passages hold every sentence, stay in one section, and are about 140 tokens', () => {
    let next = 0
    for (const { first, last, path } of document.passages) {
      expect(first === next || first === next - 1).toBe(true)
      expect(last).toBeGreaterThanOrEqual(first)
      next = last + 1
      const inside = document.sentences.slice(first, last + 1).map((sentence) => document.blocks[sentence.block]).filter((block) => block?.kind !== 'heading')
      expect(new Set(inside.map((block) => JSON.stringify(block?.path))).size).toBeLessThanOrEqual(1)
      if (inside.length > 0) expect(inside[0]?.path).toEqual(path)
    }
    expect(next).toBe(document.sentences.length)
    const sizes = document.passages.map((passage) => passage.tokens).sort((one, other) => one - other)
    const median = sizes[Math.floor(sizes.length / 2)] ?? 0
    expect(median).toBeGreaterThan(90)
    expect(median).toBeLessThanOrEqual(140)
    expect(sizes[Math.floor(sizes.length * 0.95)]).toBeLessThanOrEqual(180)
  })
})
