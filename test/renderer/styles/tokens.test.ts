import { readFileSync, readdirSync } from 'node:fs'
import { join, relative } from 'node:path'
import { describe, expect, it } from 'vitest'

const root = 'src-renderer'
const files = readdirSync(root, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.css')).map((name) => join(root, name))
const tokens = readFileSync(join(root, 'styles/tokens.css'), 'utf8')

/** Declarations of a block of the token file: name without dashes -> value. */
function blockOf(selector: string): ReadonlyMap<string, string> {
  const at = tokens.indexOf(`${selector} {`)
  const body = tokens.slice(tokens.indexOf('{', at) + 1, tokens.indexOf('}', at))
  return new Map([...body.matchAll(/--([a-z0-9-]+):\s*([^;]+);/g)].map(([, name = '', value = '']) => [name, value.trim()]))
}

const light = blockOf(':root')
const dark = new Map([...light, ...blockOf('[data-theme="dark"]')])

const channel = (value: number): number => (value <= 0.03928 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4)
function luminance(hex: string): number {
  const [r = 0, g = 0, b = 0] = [1, 3, 5].map((at) => channel(Number.parseInt(hex.slice(at, at + 2), 16) / 255))
  return 0.2126 * r + 0.7152 * g + 0.0722 * b
}
function contrast(a: string, b: string): number {
  const [low = 0, high = 0] = [luminance(a), luminance(b)].sort((x, y) => x - y)
  return (high + 0.05) / (low + 0.05)
}

/** Every pair of text on ground that the window uses. */
const pairs: readonly (readonly [string, string])[] = [
  ...['paper', 'surface', 'sunken', 'page', 'leaf-soft', 'mark', 'mark-active'].map((ground) => ['ink', ground] as const),
  ...['paper', 'surface', 'sunken', 'leaf-soft'].map((ground) => ['ink-soft', ground] as const),
  ...['paper', 'surface', 'sunken'].map((ground) => ['ink-faint', ground] as const),
  ...['paper', 'surface'].map((ground) => ['leaf', ground] as const),
  ...['leaf-soft', 'surface'].map((ground) => ['leaf-strong', ground] as const),
  ...['paper', 'surface', 'warn-soft'].map((ground) => ['warn', ground] as const),
  ...['paper', 'surface', 'bad-soft'].map((ground) => ['bad', ground] as const),
  ['on-leaf', 'leaf'], ['surface', 'bad'], ['paper', 'ink'],
]

describe('the visual language', () => {
  it.each([['light', light], ['dark', dark]] as const)('has text pairs of 4.5 to 1 or better in the %s theme', (_, theme) => {
    const poor = pairs.map(([text, ground]) => ({ text, ground, ratio: contrast(theme.get(text) ?? '', theme.get(ground) ?? '') })).filter(({ ratio }) => !(ratio >= 4.5))
    expect(poor).toEqual([])
  })

  it('names every colour of the light theme in the dark one too', () => {
    const colours = [...light].filter(([, value]) => value.startsWith('#')).map(([name]) => name)
    expect(colours.filter((name) => !blockOf('[data-theme="dark"]').has(name))).toEqual([])
  })

  it('stands nowhere else: no colour, size or duration is written in another style file', () => {
    const literal = /#[0-9a-f]{3,8}\b|\b(?:rgb|rgba|hsl|hsla|oklch|lab)\(|(?<![\w-])\d*\.?\d+(?:px|rem|pt|ms|s)\b/gi
    const found = files.filter((file) => !file.endsWith('tokens.css')).flatMap((file) => {
      const css = readFileSync(file, 'utf8').replace(/\/\*[\s\S]*?\*\//g, '').replace(/@(?:media|container)[^{]*/g, '')
      return [...css.matchAll(literal)].map(([text]) => `${relative(root, file)}: ${text}`)
    })
    expect(found).toEqual([])
  })

  it('has no name that is used but not given', () => {
    const given = new Set([...light.keys(), 'library-width', 'conversation-width', 'zoom', 'depth'])
    const used = files.flatMap((file) => [...readFileSync(file, 'utf8').matchAll(/var\(--([a-z0-9-]+)/g)].map(([, name = '']) => name))
    expect([...new Set(used)].filter((name) => !given.has(name))).toEqual([])
  })
})
