import { describe, expect, test } from 'vitest'
import { splitSentences } from '../../../src-main/text/sentences'
import { fc } from '../../support/properties'

/** A text with a bar where a sentence ends: what the rules must find, given the text without the bars. */
const check = (language: string | null, marked: string): void => {
  const text = marked.replaceAll('|', '')
  expect(splitSentences(text, language).map(({ start, end }) => text.slice(start, end))).toEqual(marked.split('|').map((part) => part.trim()))
}

const snippets: Readonly<Record<string, readonly string[]>> = {
  en: [
    'Dr. Hale met Mrs. Ortiz at St. Ives.| They spoke of Mr. Penn, Jr. and left.',
    'Use a lock, e.g. Fig. 3 in Vol. 2, p. 14.| Then drain it, i.e. Open the sluice.',
    'The mill belongs to J. R. Hart and W. Coles.| It is old.',
    'We chose plan B. Then it rained.'.replace('B. ', 'B.| '),
    'It was built in the U.S. The owner moved.'.replace('S. ', 'S.| '),
    'The U.S. Senate met at 5 p.m. and rose at 9 p.m.| Nobody spoke.',
    'Version 2.0.1 costs 3.50 crowns.| Version 2.1 is free.',
    '“Is it deep?” asked the boy.| “It is!” she said.| They went on.',
    'He wrote: “The river rose. The gate broke.” Nobody came.'.replace('rose. ', 'rose.| ').replace('broke.” ', 'broke.”| '),
    'Wait... then pull.| And then… nothing.',
    '1. Close the gate.| 2. Open the valve.'.replace('gate.| ', 'gate.| '),
    'See Sec. 4 and No. 7 of the rules.| No. That is all.'.replace('No. That', 'No.| That'),
    'The canal was dug in 1604.[1] It was widened later.[2, 3]'.replace('[1] ', '[1]| ').replace('[2, 3]', '[2]'),
    'It held for a year.² Then it broke.'.replace('² ', '²| '),
    'The file tide.txt is read by tides.js at start.| Nothing else is.',
    'Boats, nets, etc. are kept dry.| Sails, ropes, etc.| The shed is small.'.replace('etc.| The', 'etc.| The'),
    'Prof. A. B. Stone (Univ. of Ash) disagrees, cf. ch. 5, pp. 3–9.| So do we.',
    '(The first lock is closed.) The second is open.'.replace(') The', ')| The'),
  ],
  de: [
    'Das Tor ist z. B. aus Holz, d. h. leicht.| Es hält lange.',
    'Am 3. Mai und am 21. Juni, im 19. Jahrhundert, kam die Flut.| Dann war Ruhe.',
    'Das steht in Kapitel 3. Dann folgt der Anhang.'.replace('3. ', '3.| '),
    'Dr. Weiß und Prof. Kern fuhren nach St. Pölten.| Sie blieben.',
    'Es kostet ca. 40 Kronen, bzw. 50 inkl. Steuer.| Mehr nicht.',
    '„Ist es tief?“, fragte er.| „Ja!“, sagte sie.| Dann gingen sie.',
    'Vgl. Abb. 3 und S. 12, Nr. 5.| Siehe auch § 4. Wenn es regnet, schließt man.'.replace('§ 4. ', '§ 4.| '),
    'Friedrich II. Barbarossa war alt.| Das wusste er.',
    'Boote, Netze usw. liegen dort.| Der Schuppen ist klein.',
    'Die Mühle gehört J. R. Hart.| Sie ist alt.',
    'Version 4.4 gilt.| Version 3.6 gilt nicht.',
    'Er kam gegen 9.30 Uhr, o. ä.| Niemand wartete.'.replace(' o. ä.| ', ' d. h. spät.| '),
  ],
  zh: [
    '水位上升了。|闸门关闭了！|为什么？|没有人知道。',
    '他说：“水很深。”|我们走了。',
    '“水很深。”他说。|我们走了。',
    '“你去吗？”她问。|“去！”',
    '版本 3.14 已经发布。|价格是 2.50 元。',
    '详见第 2.2 节。|然后打开阀门。',
    '使用 lualatex 编译。|lualatex 较慢。',
    '（见图 3。）下面介绍闸门。'.replace('）', '）|'),
    '他写了三本书：《水》、《土》、《火》。|都很短。',
    '等等……然后拉。|好。',
    'D. E. Knuth 写了 TeX。|它很稳定。',
    '船、网等；绳、帆等。|棚子很小。',
  ],
  ja: [
    '水門は古い。|とても重い。|なぜか？|誰も知らない。',
    '「はい。」と彼は言った。|そして帰った。',
    '彼は「水が深い。」と言った。|皆が笑った。',
    '「深いですか？」という声がした。|返事はない。',
    '「行こう。」|「まだ早い。」',
    'バージョン 2.09 が出た。|次は 3.0 だ。',
    '水門は重い．|とても古い．',
    'Donald E. Knuth 教授が作った。|安定している。',
    '（図 3 を見よ。）次に進む。'.replace('）', '）|'),
    '値は 3.14 である。|2 倍すると 6.28 だ。',
    '船・網など。縄もある。'.replace('など。', 'など。|'),
    'LaTeX と書く。|emacs で編集する。',
  ],
  fa: [
    'دریچه قدیمی است.| خیلی سنگین است.',
    'آیا آب عمیق است؟| کسی نمی‌داند.',
    'نسخهٔ ۳٫۱۴ منتشر شد.| بعدی رایگان است.',
    'قیمت ۲.۵۰ تومان است.| گران نیست.',
    'او گفت: «آب عمیق است.»| ما رفتیم.',
    '۱. دریچه را ببند.| ۲. شیر را باز کن.',
    'در سال ۱۹۷۷ آغاز شد.| در سال ۱۹۸۲ پایان یافت!',
    'فرمان latex را اجرا کنید.| سپس فایل را ببینید.',
    'دونالد کنوث [۲] آن را ساخت.| پایدار است.',
    'قایق، تور؛ طناب، بادبان.| انبار کوچک است.',
    'صبر کن… سپس بکش.',
    'نام فایل tide.txt است.| دیگر هیچ.',
  ],
  fr: [
    'M. Hart et Mme. Roux, p. ex., sont partis.| Il pleut.',
    '« Est-ce profond ? » demanda-t-il.| « Oui ! » dit-elle.',
    'Voir art. 5 et p. 12, fig. 3.| Puis fermer la vanne.',
    'Le canal date du XIXe siècle av. J.-C. environ.| Il est large.',
  ],
  es: ['El Sr. Ruiz y la Sra. Paz viven en la av. Sur.| Llueve.', '¿Es profundo?| ¡Sí!| Véase la pág. 12.', 'EE. UU. firmó.| Nadie habló.'],
  it: ['Il sig. Neri e la dott.ssa Rossi, cfr. pag. 12, sono usciti.'.replace('cfr. ', ''), 'La versione 2.1 è pronta.| La 3.0 no.'],
  nl: ['Dhr. Bos kwam o.a. met boten, d.w.z. klein.| Het regende.', 'Zie blz. 12 en nr. 3.| Daarna sluit men.'],
  cs: ['Dne 3. května a ve 20. století přišla voda.| Pak byl klid.', 'Viz obr. 3, str. 12, např. vrata.| Jsou stará.'],
  fi: ['Vesi nousi 3. toukokuuta ja 21. kesäkuuta.| Sitten se laski.', 'Portti on esim. puuta.| Se on vanha.'],
  da: ['Den 3. maj og den 21. juni kom vandet.| Så blev der stille.', 'Porten er f.eks. af træ.| Den er gammel.'],
  ru: ['Ворота старые, т. е. тяжёлые.| См. рис. 3 и стр. 12.| Воды много!', 'А. С. Пушкин жил тут.| Дом стоит.'],
  ar: ['البوابة قديمة.| هل الماء عميق؟| لا أحد يعرف!'],
  hi: ['पानी गहरा है।| कोई नहीं जानता।'],
  ko: ['문은 오래되었다.| 물이 깊습니까?| 아무도 모른다.'],
}

describe('sentences', () => {
  for (const [language, texts] of Object.entries(snippets)) {
    test.each(texts)(`${language}: %s`, (marked) => { check(language, marked) })
  }

  test('line ends inside a sentence are blanks, blank lines are ends', () => {
    check('en', 'The lock\nhas three gates.| It is\nold|\n\nand heavy.')
  })

  test('Thai has no full stops: cut at blanks, 300 characters at most', () => {
    const text = 'น้ำขึ้นเร็วมาก '.repeat(60).trim()
    const pieces = splitSentences(text, 'th')
    expect(pieces.length).toBeGreaterThan(2)
    for (const { start, end } of pieces) {
      expect(end - start).toBeLessThanOrEqual(300)
      expect(text.slice(start, end)).toMatch(/^น้ำ.*มาก$/u)
    }
  })

  test('what has no full stop at all is cut, never inside a surrogate pair', () => {
    expect(splitSentences('word '.repeat(1_000), 'en').every(({ start, end }) => end - start <= 1_000)).toBe(true)
    const fish = '\u{1f41f}'.repeat(1_501)
    const cuts = splitSentences(`a${fish}`, 'en').map(({ start, end }) => `a${fish}`.slice(start, end))
    expect(cuts.join('')).toBe(`a${fish}`)
    expect(cuts.every((piece) => piece.isWellFormed())).toBe(true)
  })

  test('an unknown language is read by the common rules', () => {
    check(null, 'It is old.| It holds.')
    check('xx-Latn', 'It is old.| It holds.')
  })

  test('sentences are in order, apart, without outer blanks, and hold all that is no blank', () => {
    const piece = fc.constantFrom('The gate', ' e.g. ', '. ', '! ', '。', '」', '「', '\n', '\n\n', ' ', '3.', '[12]', '² ', '“', '”', 'ا', '؟ ', 'น้ำ', '\u{1f41f}', 'z. B. ', 'A. ', ') ', '…', '\u00a0', '\t')
    fc.assert(fc.property(fc.array(piece, { maxLength: 80 }), fc.constantFrom('en', 'de', 'zh', 'ja', 'fa', 'th', null), (pieces, language) => {
      const text = pieces.join('')
      const sentences = splitSentences(text, language)
      let at = 0
      for (const { start, end } of sentences) {
        expect(text.slice(at, start).trim()).toBe('')
        expect(end).toBeGreaterThan(start)
        expect(text.slice(start, end)).toBe(text.slice(start, end).trim())
        at = end
      }
      expect(text.slice(at).trim()).toBe('')
    }), { numRuns: 500 })
  })
})
