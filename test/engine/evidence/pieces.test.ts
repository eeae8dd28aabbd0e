import { describe, expect, it } from 'vitest'
import type { TokenSpan } from '../../../src-engine/evidence/masses'
import { createPieces, type Pieces } from '../../../src-engine/evidence/pieces'
import type { EvidencePiece } from '../../../src-engine/protocol'

const places = { sources: [{ start: 2, end: 5 }], question: { start: 6, end: 9 }, length: 10 }
/** The token is as likely as another. */
const evens = Float32Array.of(0, 0)

/** Follows an answer word by word; `unread` leaves out the last read, as where the answer ran out of room. */
async function follow(words: readonly string[], unread = false): Promise<{ readonly told: readonly EvidencePiece[]; readonly rows: readonly TokenSpan[] }> {
  const told: EvidencePiece[] = []
  const rows: TokenSpan[] = []
  const evidence = (row: TokenSpan): Promise<Float32Array> => {
    rows.push(row)
    return Promise.resolve(Float32Array.of(row.end - row.start))
  }
  const pieces: Pieces = createPieces({ evidence }, places, (piece) => told.push(piece))
  await pieces.question()
  for (const [i, word] of words.entries()) {
    pieces.said(1, evens, word)
    if (!unread || i < words.length - 1) await pieces.read()
  }
  await pieces.end()
  return { told, rows }
}

describe('pieces of an answer', () => {
  it('begin with the question, end where a statement may, and hold every token once', async () => {
    const { told, rows } = await follow(['It', ' rose', '.', ' Then', ' it', ' fell', '!”', '\n', 'So', ' be', ' it'])
    expect(rows).toEqual([places.question, { start: 10, end: 13 }, { start: 13, end: 17 }, { start: 17, end: 18 }, { start: 18, end: 21 }])
    expect(told.map(({ of, start, end, tokens }) => [of, start, end, tokens])).toEqual([
      ['question', 0, 0, 0], ['answer', 0, 8, 3], ['answer', 8, 23, 4], ['answer', 23, 24, 1], ['answer', 24, 32, 3],
    ])
    expect(told[1]?.logProbability).toBeCloseTo(3 * Math.log(0.5), 6)
  })

  it('end in scripts without blanks too, and after 64 tokens in any case', async () => {
    expect((await follow(['水库', '存水', '。', '春天'])).rows.slice(1)).toEqual([{ start: 10, end: 13 }, { start: 13, end: 14 }])
    expect((await follow(Array.from({ length: 70 }, () => ' on'))).told.slice(1).map(({ tokens }) => tokens)).toEqual([64, 6])
  })

  it('count a last token that never looked among the words but not among the rows', async () => {
    const { told } = await follow(['It', ' rose'], true)
    expect(told.at(-1)).toMatchObject({ tokens: 2, rows: 1 })
  })

  it('are none for an answer without words', async () => {
    expect((await follow([])).told.map(({ of }) => of)).toEqual(['question'])
  })
})
