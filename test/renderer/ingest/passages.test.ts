import { describe, expect, test } from 'vitest'
import type { BlockKind, ParsedBlock, Sentence } from '../../../src-main/contract/document'
import { buildPassages, estimateTokens } from '../../../src-renderer/ingest/passages'
import { fc } from '../../support/properties'

/** A block of so many sentences, each of so many tokens. */
interface Made {
  readonly kind: BlockKind
  readonly level: number
  readonly tokens: readonly number[]
}

interface Built {
  readonly blocks: readonly ParsedBlock[]
  readonly sentences: readonly Sentence[]
  readonly tokens: readonly number[]
}

function build(made: readonly Made[]): Built {
  const blocks: ParsedBlock[] = []
  const sentences: Sentence[] = []
  const path: { readonly level: number; readonly title: string }[] = []
  made.forEach(({ kind, level, tokens }, index) => {
    const at = { unit: 0, offset: index }
    if (kind === 'heading') while ((path.at(-1)?.level ?? 0) >= level) path.pop()
    blocks.push({ kind, level, path: path.map((each) => each.title), paragraph: null, start: at, end: at })
    if (kind === 'heading') path.push({ level, title: `h${index}` })
    for (const _ of tokens) sentences.push({ block: index, start: at, end: at })
  })
  return { blocks, sentences, tokens: made.flatMap((each) => each.tokens) }
}

const passagesOf = (made: readonly Made[]): ReturnType<typeof buildPassages> => {
  const { blocks, sentences, tokens } = build(made)
  return buildPassages(blocks, sentences, tokens)
}

const heading = (level: number): Made => ({ kind: 'heading', level, tokens: [5] })
const text = (...tokens: readonly number[]): Made => ({ kind: 'paragraph', level: 0, tokens })

describe('passages', () => {
  test('fill up to 140 tokens and repeat one sentence', () => {
    expect(passagesOf([text(60, 60, 60, 60, 60)])).toEqual([0, 1, 2, 3].map((first) => ({ first, last: first + 1, tokens: 120, path: [] })))
  })

  test('a long sentence is not repeated, and one longer than a passage stands alone', () => {
    expect(passagesOf([text(100, 90, 400, 30)]).map(({ first, last }) => [first, last])).toEqual([[0, 0], [1, 1], [2, 2], [3, 3]])
  })

  test('a crumb at the end joins what is before it', () => {
    expect(passagesOf([text(70, 65, 30)]).map(({ first, last, tokens }) => [first, last, tokens])).toEqual([[0, 2, 165]])
  })

  test('sections are apart, a heading goes with its text, headings in a row together', () => {
    expect(passagesOf([text(20), heading(1), heading(2), text(20), text(20), heading(2), text(20), heading(1), heading(1), text(20)])).toEqual([
      { first: 0, last: 0, tokens: 20, path: [] },
      { first: 1, last: 4, tokens: 50, path: ['h1', 'h2'] },
      { first: 5, last: 6, tokens: 25, path: ['h1', 'h5'] },
      { first: 7, last: 7, tokens: 5, path: [] },
      { first: 8, last: 9, tokens: 25, path: ['h8'] },
    ])
  })

  test('none without sentences', () => {
    expect(passagesOf([])).toEqual([])
  })

  test('cover every sentence, in order, one in common at most, and never leave a section', () => {
    const block = fc.oneof(
      { weight: 1, arbitrary: fc.integer({ min: 1, max: 4 }).map(heading) },
      { weight: 5, arbitrary: fc.array(fc.integer({ min: 1, max: 300 }), { maxLength: 8 }).map((tokens) => text(...tokens)) },
    )
    fc.assert(fc.property(fc.array(block, { maxLength: 40 }), (made) => {
      const { blocks, sentences, tokens } = build(made)
      let next = 0
      for (const passage of buildPassages(blocks, sentences, tokens)) {
        expect([next, next - 1]).toContain(passage.first)
        expect(passage.last).toBeGreaterThanOrEqual(next)
        next = passage.last + 1
        const inside = tokens.slice(passage.first, passage.last + 1)
        expect(passage.tokens).toBe(inside.reduce((sum, each) => sum + each, 0))
        const paths = new Set(sentences.slice(passage.first, passage.last + 1).map((sentence) => blocks[sentence.block]).filter((each) => each?.kind !== 'heading').map((each) => each?.path.join('/')))
        expect(paths.size).toBeLessThanOrEqual(1)
      }
      expect(next).toBe(sentences.length)
    }), { numRuns: 500 })
  })

  test('tokens are estimated by script', () => {
    expect(estimateTokens('')).toBe(0)
    expect(estimateTokens('The lock has three gates and holds.')).toBeGreaterThan(6)
    expect(estimateTokens('水闸有三道门')).toBeGreaterThan(estimateTokens('sluice'))
  })
})
