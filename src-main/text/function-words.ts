/**
 * Words that carry grammar rather than subject, by language (ISO 639-1): the most frequent ones, then those that questions are
 * made of. Enough to tell languages apart in a page of text, and to leave out when a question is searched.
 */
const lists: Readonly<Record<string, string>> = {
  en: `the of and to in is that for it as with are be this on by not or an which from can
    a at was were has have had do does did what who whom whose when where why how if than then there their its into about me i you we they he she`,
  de: `der die und das ist nicht ein eine zu den mit von im für auf dem des sich wird werden auch oder
    in an war waren hat haben was wer wen wem wann wo warum wie wozu welche welcher welches welchen welchem wenn als es man bei aus einen einem einer ich wir sie`,
  fr: `le la les et des est une un dans que pour pas en du qui sur au par ce il avec sont
    de à a été quoi quel quelle quels quelles quand où pourquoi comment combien se sa son ses ne y on nous vous je`,
  es: `el la los las de y que en un una es por con para se no del como su más al lo
    qué quién quiénes cuál cuáles cuándo dónde cómo cuánto cuánta cuántos cuántas fue ha hay a o son`,
  it: `il la di che e è un una per non con del della sono nel le si gli dei come alla ha
    cosa chi quale quali quando dove perché quanto quanta quanti quante i lo a da in su al`,
  pt: `o a os as de e que em um uma para com não do da se por dos no na mais ao
    qual quais quem quando onde como quanto quanta quantos quantas foi é são`,
  nl: `de het een en van in is dat op te voor niet met zijn aan er om ook als bij wordt wat wie waar wanneer waarom hoe welke welk heeft was`,
  sv: `och att det som en är på för av med den till inte om ett har de kan var från i vad vem när varför hur vilken vilket vilka`,
  da: `og at det som en er på for af med den til ikke om et har de kan var fra blev i hvad hvem hvor hvornår hvorfor hvordan hvilken hvilket hvilke`,
  no: `og å det som en er på for av med den til ikke om et har de kan var fra ble i hva hvem hvor når hvorfor hvordan hvilken hvilket hvilke`,
  fi: `ja on ei se että ovat oli myös kun tai mutta ole joka hän niin kuin voi sen mikä mitä kuka missä milloin miksi miten kuinka`,
  pl: `i w na z że się nie do jest to jak po co od za przez dla są lub oraz kto gdzie kiedy dlaczego który która które ile`,
  cs: `a v na se je že to s z do i pro jako by ale které jsou nebo po od co kdo kde kdy proč jak který která kolik`,
  tr: `ve bir bu için ile da de olarak çok daha olan gibi ne kadar en ise kim nerede neden nasıl hangi kaç mı mi mu mü`,
  hu: `a az és hogy nem egy is ez meg van vagy de csak mint már ha ki mi hol mikor miért hogyan melyik mennyi`,
  ro: `și de la în că nu cu pe un o să este care mai din pentru sau ce cine unde când cum cât`,
  ru: `и в не на что с по это как к из у за от для но или его был кто где когда почему какой какая какие сколько чем`,
  uk: `і в не на що з та як до це за від для або був є у хто де коли чому який яка які скільки`,
}

/** Sets of folded-to-lower-case function words by language. */
export const functionWords: ReadonlyMap<string, ReadonlySet<string>> = new Map(Object.entries(lists).map(([language, words]) => [language, new Set(words.split(/\s+/u))]))

const wordPattern = /[\p{L}\p{M}\p{N}]+/gu

/** The language that a short text is most likely in, by its function words; English where nothing speaks for another. */
export function likelyLanguage(text: string): string {
  const found = text.toLowerCase().match(wordPattern) ?? []
  const countOf = (words: ReadonlySet<string> | undefined): number => found.filter((word) => words?.has(word)).length
  let best = 'en'
  let most = countOf(functionWords.get(best))
  for (const [language, words] of functionWords) {
    const count = countOf(words)
    if (count > most) [best, most] = [language, count]
  }
  return best
}

/** A question without its function words, for search; unchanged where nothing else would be left. */
export function subjectOf(question: string): string {
  const words = functionWords.get(likelyLanguage(question)) ?? new Set()
  const subject = question.replace(wordPattern, (word) => (words.has(word.toLowerCase()) ? ' ' : word)).replace(/\s+/gu, ' ').trim()
  return /[\p{L}\p{N}]/u.test(subject) ? subject : question
}
