import { readFileSync } from 'node:fs'
import { beforeAll, describe, expect, test } from 'vitest'
import { spanBoxes } from '../../../src-main/contract/boxes'
import type { Box, SegmentedDocument, Sentence } from '../../../src-main/contract/document'
import { unpackRuns } from '../../../src-main/contract/runs'
import { segmentDocument } from '../../../src-renderer/ingest/segment'
import type { BookName } from '../../support/books'
import { bookPath } from '../../support/books'
import { parsePdf } from '../../support/pdf'
import type { PopplerWord } from '../../support/poppler'
import { popplerWords } from '../../support/poppler'

const sentencesPerBook = 30
const letters = (text: string): string => text.normalize('NFKC').replace(/[^\p{L}\p{N}]/gu, '')

/** The words of a sentence on its page, found by their letters alone; null where they do not stand there exactly once. */
function wordsOf(words: readonly PopplerWord[], sentence: string): readonly PopplerWord[] | null {
  const starts: number[] = []
  let all = ''
  for (const word of words) {
    starts.push(all.length)
    all += letters(word.text)
  }
  const wanted = letters(sentence)
  const at = all.indexOf(wanted)
  if (at < 0 || all.includes(wanted, at + 1)) return null
  return words.filter((word, index) => (starts[index] ?? 0) < at + wanted.length && (starts[index] ?? 0) + letters(word.text).length > at && letters(word.text) !== '')
}

/** Words -> one box per line. */
function linesOf(words: readonly PopplerWord[]): readonly Box[] {
  const lines: Box[] = []
  for (const word of words) {
    const line = lines.at(-1)
    if (line === undefined || Math.abs(line.y + line.height - word.y - word.height) > 0.5 * word.height || word.x < line.x) {
      lines.push(word)
      continue
    }
    const y = Math.min(line.y, word.y)
    lines[lines.length - 1] = { x: line.x, y, width: word.x + word.width - line.x, height: Math.max(line.y + line.height, word.y + word.height) - y }
  }
  return lines
}

/** Shared area of two sets of boxes over the area of both, on a grid of half points. */
function intersectionOverUnion(a: readonly Box[], b: readonly Box[]): number {
  const cells = (boxes: readonly Box[]): Set<number> => {
    const set = new Set<number>()
    for (const box of boxes) {
      for (let y = Math.round(2 * box.y); y < Math.round(2 * (box.y + box.height)); y += 1) {
        for (let x = Math.round(2 * box.x); x < Math.round(2 * (box.x + box.width)); x += 1) set.add(y * 8192 + x)
      }
    }
    return set
  }
  const [first, second] = [cells(a), cells(b)]
  let shared = 0
  for (const cell of first) if (second.has(cell)) shared += 1
  return shared / (first.size + second.size - shared)
}

describe.each(['bash', 'policy'] as const)('boxes of sentences in %s', (name: BookName) => {
  let path = ''
  let document: SegmentedDocument
  beforeAll(async () => {
    path = await bookPath(name)
    document = await segmentDocument(await parsePdf(readFileSync(path)), new AbortController().signal)
  })

  const textOf = (sentence: Sentence): string => document.units[sentence.start.unit]?.text.slice(sentence.start.offset, sentence.end.offset) ?? ''

  test('overlap those of pdftotext', () => {
    const long = document.sentences.filter((sentence) => sentence.start.unit === sentence.end.unit && letters(textOf(sentence)).length > 30 && /^\p{Lu}/u.test(textOf(sentence)) && document.blocks[sentence.block]?.kind === 'paragraph')
    const overlaps: number[] = []
    const misses: string[] = []
    const step = Math.max(1, Math.floor(long.length / (1.5 * sentencesPerBook)))
    for (let index = 0; index < long.length && overlaps.length < sentencesPerBook; index += step) {
      const sentence = long[index]
      const unit = sentence === undefined ? undefined : document.units[sentence.start.unit]
      if (sentence === undefined || unit === undefined) continue
      const words = wordsOf(popplerWords(path, sentence.start.unit + 1), textOf(sentence))
      if (words === null) continue
      const boxes = spanBoxes(unpackRuns(unit.runs), sentence.start.offset, sentence.end.offset, unit.text)
      const overlap = intersectionOverUnion(boxes, linesOf(words))
      overlaps.push(overlap)
      if (overlap < 0.8) misses.push(`${overlap.toFixed(2)} page ${sentence.start.unit + 1}: ${textOf(sentence)}\n${JSON.stringify(boxes)}\n${JSON.stringify(linesOf(words))}`)
    }
    expect(overlaps.length).toBe(sentencesPerBook)
    expect(misses).toEqual([])
  })
})
