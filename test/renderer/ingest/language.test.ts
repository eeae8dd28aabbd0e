import { describe, expect, test } from 'vitest'
import { guessLanguage } from '../../../src-renderer/ingest/language'

/** Written for this test: what a page of each language is made of. */
const samples: Readonly<Record<string, string>> = {
  en: 'The gate of the lock is old and heavy, and it has been closed for a year. Nobody knows who is to open it or when that will be. It was built by a miller for his boats.',
  de: 'Das Tor der Schleuse ist alt und schwer, und es ist seit einem Jahr geschlossen. Niemand weiß, wer es öffnen soll oder wann das sein wird. Es wurde von einem Müller für die Boote gebaut.',
  fr: 'La porte de l’écluse est vieille et lourde, et elle est fermée depuis un an. Personne ne sait qui doit l’ouvrir, ni quand. Elle a été bâtie par un meunier pour les bateaux du village sur la rive.',
  es: 'La puerta de la esclusa es vieja y pesada, y está cerrada desde hace un año. Nadie sabe quién la va a abrir ni cuándo. La hizo un molinero para los barcos que pasan por el canal de la villa.',
  it: 'La porta della chiusa è vecchia e pesante, ed è chiusa da un anno. Nessuno sa chi la deve aprire né quando. È stata fatta da un mugnaio per le barche che passano nel canale del paese.',
  nl: 'De deur van de sluis is oud en zwaar, en zij is al een jaar gesloten. Niemand weet wie het moet doen of wanneer dat zal zijn. Zij is door een molenaar voor de boten in het kanaal gemaakt.',
  sv: 'Porten till slussen är gammal och tung, och den har varit stängd i ett år. Ingen vet vem som ska öppna den eller när det blir av. Den är byggd av en mjölnare för båtarna på kanalen.',
  cs: 'Vrata komory jsou stará a těžká a už rok jsou zavřená. Nikdo neví, kdo je má otevřít nebo kdy to bude. Postavil je mlynář pro lodě, které se tudy plaví, a to je vše, co se o nich ví.',
  ru: 'Ворота шлюза старые и тяжёлые, и они закрыты уже год. Никто не знает, кто их откроет и когда это будет. Их построил мельник для лодок, что ходят по каналу, и это всё, что о них известно.',
  zh: '水闸的门又旧又重，已经关了一年。没有人知道谁来打开它。',
  ja: '水門は古くて重い。もう一年も閉まっている。誰が開けるのか分からない。',
  ko: '수문은 오래되고 무겁다. 일 년 동안 닫혀 있었다.',
  th: 'ประตูน้ำเก่าและหนัก ปิดมาหนึ่งปีแล้ว',
  fa: 'دریچه قدیمی و سنگین است و یک سال است که بسته مانده. کسی نمی‌داند چه کسی آن را باز می‌کند.',
  ar: 'البوابة قديمة وثقيلة وهي مغلقة منذ عام. لا أحد يعرف من سيفتحها.',
  he: 'השער ישן וכבד והוא סגור כבר שנה.',
  el: 'Η πύλη είναι παλιά και βαριά.',
}

describe('the language of a text', () => {
  test.each(Object.entries(samples))('%s', (language, sample) => {
    expect(guessLanguage(sample)).toBe(language)
  })

  test('is not guessed from too little, from numbers, or from names', () => {
    for (const sample of ['', '12.5 | 13', 'Lock 7', 'Hart Coles Ortiz Penn Hale Stone Ash Ives Bos Roux Neri Rossi Ruiz Paz Weiß Kern Tide Gate Mill Boat Net']) expect(guessLanguage(sample)).toBeNull()
  })
})
