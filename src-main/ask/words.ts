import { fold } from '../text/fold'
import { likelyLanguage } from '../text/function-words'

const unspacedScripts = String.raw`\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\p{Script=Thai}ー々`
const runs = new RegExp(String.raw`[${unspacedScripts}]+|(?:(?![${unspacedScripts}])[\p{L}\p{M}\p{N}])+`, 'gu')
const unspaced = new RegExp(`^[${unspacedScripts}]`, 'u')
const latinWord = /^[a-z]{5,}$/

/**
 * Words of a text for weighing evidence: folded; runs of scripts without blanks as pairs of characters; the commonest
 * English endings dropped, so that *rivers* meets *river* and *reached* meets *reach*.
 */
export function contentWords(text: string): readonly string[] {
  return (fold(text).text.match(runs) ?? []).flatMap((run) => (unspaced.test(run) ? pairs(run) : [stem(run)]))
}

function pairs(run: string): readonly string[] {
  const characters = Array.from(run)
  return characters.length === 1 ? characters : characters.slice(0, -1).map((character, index) => character + (characters[index + 1] ?? ''))
}

function stem(word: string): string {
  if (!latinWord.test(word)) return word
  return word.replace(/(?:ies|y)$/, 'i').replace(/(?:ing|ed|es|s|e)$/, '')
}

/** Languages that write every noun with a capital letter. */
const capitalNouns = new Set(['de'])

/** Names in a statement, folded as words: capital letters that do not stand at its beginning. None where capitals say nothing. */
export function namesIn(statement: string): readonly string[] {
  if (capitalNouns.has(likelyLanguage(statement))) return []
  const inside = statement.trimStart().replace(/^[^\p{L}\p{N}]*[\p{L}\p{M}\p{N}’'-]+/u, '')
  return contentWords((inside.match(/(?<![\p{L}\p{N}])\p{Lu}[\p{L}\p{M}’'-]+/gu) ?? []).join(' '))
}
