import type { ParsedBlock, ParsedDocument, ParsedUnit, Position, SegmentedDocument, Sentence } from '../../src-main/contract/document'
import { guessLanguage } from './language'
import { buildPassages, estimateTokens } from './passages'
import { splitSentences } from '../../src-main/text/sentences'

/** Rows up to this long are one sentence, whatever stands in their cells. */
const rowCharactersMax = 600
/** After this long, other messages (a cancel) are let in. */
const sliceMilliseconds = 100
const sampleCharacters = 20_000

/** Adds sentences and passages to a parsed document; `alive` is called now and then. Rejects with the signal's reason when it is aborted. */
export async function segmentDocument(document: ParsedDocument, signal: AbortSignal, alive: () => void = () => undefined): Promise<SegmentedDocument> {
  const language = guessLanguage(sample(document.units)) ?? document.language
  const sentences: Sentence[] = []
  const tokens: number[] = []
  let sliceEnd = performance.now() + sliceMilliseconds
  for (const [index, block] of document.blocks.entries()) {
    const flat = flatten(document.units, block)
    for (const { start, end } of sentencesOf(block, flat.text, language)) {
      sentences.push({ block: index, start: flat.positionOf(start), end: flat.endPositionOf(end) })
      tokens.push(estimateTokens(flat.text.slice(start, end)))
    }
    if (performance.now() < sliceEnd) continue
    await breathe()
    signal.throwIfAborted()
    alive()
    sliceEnd = performance.now() + sliceMilliseconds
  }
  return { ...document, language, sentences, passages: buildPassages(document.blocks, sentences, tokens) }
}

function sentencesOf(block: ParsedBlock, text: string, language: string | null): readonly { readonly start: number; readonly end: number }[] {
  const whole = block.kind === 'heading' || (block.kind === 'table-row' && text.length <= rowCharactersMax)
  if (!whole) return splitSentences(text, language)
  const start = text.length - text.trimStart().length
  const end = text.trimEnd().length
  return end > start ? [{ start, end }] : []
}

interface FlatText {
  readonly text: string
  readonly positionOf: (offset: number) => Position
  /** Of an exclusive end: in the unit of the last character before it. */
  readonly endPositionOf: (offset: number) => Position
}

/** A block's text in one piece; between units stands a blank, which belongs to none, unless white space is there already. */
export function flatten(units: readonly ParsedUnit[], block: ParsedBlock): FlatText {
  const pieces: { readonly unit: number; readonly offset: number; readonly at: number }[] = []
  let text = ''
  for (let unit = block.start.unit; unit <= block.end.unit; unit += 1) {
    const whole = units[unit]?.text ?? ''
    const offset = unit === block.start.unit ? block.start.offset : 0
    if (text !== '' && !/\s$/.test(text) && !/^\s/.test(whole)) text += ' '
    pieces.push({ unit, offset, at: text.length })
    text += whole.slice(offset, unit === block.end.unit ? block.end.offset : undefined)
  }
  const positionOf = (offset: number): Position => {
    const piece = pieces.findLast((each) => each.at <= offset) ?? pieces[0]
    return piece === undefined ? block.start : { unit: piece.unit, offset: piece.offset + offset - piece.at }
  }
  return {
    text,
    positionOf,
    endPositionOf: (offset) => {
      const last = positionOf(offset - 1)
      return { unit: last.unit, offset: last.offset + 1 }
    },
  }
}

/** Text from the middle of a document, where its main language stands (title pages and contents mislead). */
function sample(units: readonly ParsedUnit[]): string {
  let text = ''
  for (let index = Math.floor(units.length / 3); index < units.length && text.length < sampleCharacters; index += 1) text += ` ${units[index]?.text.slice(0, sampleCharacters) ?? ''}`
  return text.length > 400 ? text : units.slice(0, 50).map((unit) => unit.text.slice(0, sampleCharacters)).join(' ').slice(0, sampleCharacters)
}

/** Lets waiting messages in; unlike a timer it is not slowed down in a hidden window. */
function breathe(): Promise<void> {
  return new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel()
    port1.onmessage = () => {
      port1.close()
      resolve()
    }
    port2.postMessage(null)
  })
}
