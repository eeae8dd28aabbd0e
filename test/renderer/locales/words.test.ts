import { readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { en } from '../../../src-renderer/locales/en'
import { formatBytes, formatDuration, formatTokens, formatUnits, percentOf } from '../../../src-renderer/ui/format'
import { placeText } from '../../../src-renderer/ui/place'
import { t } from '../../../src-renderer/locales/words'

const leaves = (value: object, prefix = ''): readonly string[] => Object.entries(value).flatMap(([key, inner]) => (typeof inner === 'string' ? [prefix + key] : leaves(inner as object, `${prefix}${key}.`)))
const names = leaves(en)
const sources = readdirSync('src-renderer', { recursive: true, encoding: 'utf8' }).filter((name) => /\.tsx?$/.test(name) && !name.startsWith('ingest') && !name.startsWith('locales')).map((name) => readFileSync(join('src-renderer', name), 'utf8')).join('\n')

describe('the words of the window', () => {
  it('are all used', () => {
    const used = (name: string): boolean => {
      const base = name.replace(/_(one|other)$/, '')
      const family = base.slice(0, base.lastIndexOf('.'))
      return sources.includes(`'${base}'`) || sources.includes(`\`${family}.\${`)
    }
    expect(names.filter((name) => !used(name))).toEqual([])
  })

  it('have both forms of every plural', () => {
    const bases = new Set(names.filter((name) => /_(one|other)$/.test(name)).map((name) => name.replace(/_(one|other)$/, '')))
    expect([...bases].filter((base) => !names.includes(`${base}_one`) || !names.includes(`${base}_other`))).toEqual([])
  })

  it('take values as they are: nothing is escaped, and a value is no template', () => {
    expect(t('library.added', { title: '<b>&{{name}}$t(app.name)' })).toBe('“<b>&{{name}}$t(app.name)” is ready.')
  })

  it('count in the right form', () => {
    expect([formatUnits(1, true), formatUnits(2415, true), formatUnits(2, false)]).toEqual(['1 page', '2,415 pages', '2 sections'])
    expect([formatTokens(0), formatTokens(1), formatTokens(8_192)]).toEqual(['0 tokens', '1 token', '8,192 tokens'])
    expect([1, 2].map((count) => t('answer.done', { count, shown: count }))).toEqual(['The answer is ready. 1 citation.', 'The answer is ready. 2 citations.'])
    expect([1, 2].map((count) => t('answer.newTokens', { count, shown: count }))).toEqual(['1 new token read', '2 new tokens read'])
  })

  it('say times and sizes that a person can use', () => {
    expect([formatDuration(300), formatDuration(59_000), formatDuration(61_000), formatDuration(7_200_000)]).toEqual(['1 s', '59 s', '2 min', '2 h'])
    expect([formatBytes(900), formatBytes(98_362_432), formatBytes(5_292_032_256)]).toEqual(['900 B', '98.4 MB', '5.3 GB'])
    expect([percentOf(1, 0), percentOf(1, 3), percentOf(999, 1000), percentOf(5, 4)]).toEqual([0, 33, 99, 100])
  })

  it('say where a sentence stands', () => {
    const place = { unit: 87, page: 88, pageLabel: '74', section: ['4', '4.2 Where the salt stops'], paragraph: 2 }
    expect(placeText(place, 410)).toBe('Page 74 (88 of 410) · 4.2 Where the salt stops')
    expect(placeText({ ...place, pageLabel: null }, 410)).toBe('Page 88 of 410 · 4.2 Where the salt stops')
    expect(placeText(place, null)).toBe('Page 74 · 4.2 Where the salt stops')
    expect(placeText({ ...place, page: null, pageLabel: null }, 9)).toBe('4.2 Where the salt stops · ¶ 2')
    expect(placeText({ ...place, page: null, pageLabel: null, section: [], paragraph: null }, 9)).toBe('Section 88')
  })
})
