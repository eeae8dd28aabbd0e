/** Frequent short words by language, enough to tell the languages of Latin and Cyrillic script apart in a page of text. */
const frequent: Readonly<Record<string, string>> = {
  en: 'the of and to in is that for it as with are be this on by not or an which from can',
  de: 'der die und das ist nicht ein eine zu den mit von im für auf dem des sich wird werden auch oder',
  fr: 'le la les et des est une un dans que pour pas en du qui sur au par ce il avec sont',
  es: 'el la los las de y que en un una es por con para se no del como su más al lo',
  it: 'il la di che e è un una per non con del della sono nel le si gli dei come alla ha',
  pt: 'o a os as de e que em um uma para com não do da se por dos no na mais ao',
  nl: 'de het een en van in is dat op te voor niet met zijn aan er om ook als bij wordt',
  sv: 'och att det som en är på för av med den till inte om ett har de kan var från',
  da: 'og at det som en er på for af med den til ikke om et har de kan var fra blev',
  no: 'og å det som en er på for av med den til ikke om et har de kan var fra ble',
  fi: 'ja on ei se että ovat oli myös kun tai mutta ole joka hän niin kuin voi sen',
  pl: 'i w na z że się nie do jest to jak po co od za przez dla są lub oraz',
  cs: 'a v na se je že to s z do i pro jako by ale které jsou nebo po od',
  tr: 've bir bu için ile da de olarak çok daha olan gibi ne kadar en ise',
  hu: 'a az és hogy nem egy is ez meg van vagy de csak mint már ha',
  ro: 'și de la în că nu cu pe un o să este care mai din pentru sau',
  ru: 'и в не на что с по это как к из у за от для но или его был',
  uk: 'і в не на що з та як до це за від для або його був є у',
}

const words = new Map(Object.entries(frequent).map(([language, text]) => [language, new Set(text.split(' '))]))

const scripts: readonly (readonly [string, RegExp])[] = [
  ['ja', /[\u3040-\u30ff]/gu], ['zh', /\p{Script=Han}/gu], ['ko', /\p{Script=Hangul}/gu], ['th', /\p{Script=Thai}/gu],
  ['ar', /\p{Script=Arabic}/gu], ['he', /\p{Script=Hebrew}/gu], ['el', /\p{Script=Greek}/gu], ['hi', /\p{Script=Devanagari}/gu],
]

/** The language (ISO 639-1) of a sample of text, by script and frequent words; null where neither says enough. */
export function guessLanguage(sample: string): string | null {
  const letters = sample.match(/\p{L}/gu)?.length ?? 0
  if (letters === 0) return null
  for (const [language, pattern] of scripts) {
    const share = (sample.match(pattern)?.length ?? 0) / letters
    // Japanese mixes in Han: a tenth of kana tells it from Chinese.
    if (share > (language === 'ja' ? 0.1 : 0.4)) return language === 'ar' && /[پچژگکی]/u.test(sample) ? 'fa' : language
  }
  const found = sample.toLowerCase().match(/\p{L}+/gu) ?? []
  let best: readonly [string, number] = ['', 0]
  let second = 0
  for (const [language, set] of words) {
    const share = found.filter(word => set.has(word)).length / Math.max(1, found.length)
    if (share > best[1]) {
      second = best[1]
      best = [language, share]
    } else if (share > second) second = share
  }
  return found.length >= 20 && best[1] >= 0.12 && best[1] > second * 1.15 ? best[0] : null
}
