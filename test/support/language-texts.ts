import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { Parser } from 'htmlparser2'
import { translationPaths } from './books'

function textOfHtml(path: string): string {
  const parts: string[] = []
  const parser = new Parser({ ontext: (text) => parts.push(text) })
  parser.end(readFileSync(path, 'utf8'))
  return parts.join('')
}

/** Lines that are written in the language: in translations that are not finished the others are English still. */
const linesIn = (script: RegExp, text: string): string => text.split('\n').filter((line) => script.test(line)).join('\n')

/** Real books in seven languages, and code: each cut so that GLM-4 makes about 130,000 tokens of it. */
export async function languageTexts(): Promise<Readonly<Record<string, string>>> {
  const handbook = await translationPaths('handbook')
  const installation = await translationPaths('installation')
  const read = (path = '', script = /./u): string => linesIn(script, textOfHtml(path))
  return {
    zh: read(handbook['zh-CN'], /\p{Script=Han}/u).slice(0, 285_000),
    ja: read(handbook['ja-JP'], /\p{Script=Hiragana}|\p{Script=Katakana}/u).slice(0, 250_000),
    ko: read(installation['ko'], /\p{Script=Hangul}/u),
    ar: read(handbook['ar-MA'], /\p{Script=Arabic}/u).slice(0, 350_000),
    ru: read(handbook['ru-RU'], /\p{Script=Cyrillic}/u).slice(0, 520_000),
    de: read(handbook['de-DE']).slice(0, 540_000),
    en: read(handbook['en-US']).slice(0, 600_000),
    code: readFileSync(createRequire(import.meta.url).resolve('typescript'), 'utf8').slice(0, 600_000),
  }
}
