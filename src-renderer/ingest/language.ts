import { functionWords } from '../../src-main/text/function-words'

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
  for (const [language, set] of functionWords) {
    const share = found.filter((word) => set.has(word)).length / Math.max(1, found.length)
    if (share > best[1]) {
      second = best[1]
      best = [language, share]
    } else if (share > second) second = share
  }
  return found.length >= 20 && best[1] >= 0.12 && best[1] > second * 1.15 ? best[0] : null
}
