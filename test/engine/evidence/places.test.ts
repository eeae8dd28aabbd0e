import { describe, expect, it } from 'vitest'
import { createChatFormat } from '../../../src-engine/chat/prompt'
import { recogniseTemplate } from '../../../src-engine/chat/template'
import { placeRanges } from '../../../src-engine/evidence/places'
import { readGguf } from '../../../src-engine/gguf/reader'
import type { ChatMessage } from '../../../src-engine/protocol'
import { createTokenizer } from '../../../src-engine/tokenizer/tokenizer'
import { memorySource } from '../../support/byte-source'
import { writeGguf } from '../../support/gguf-writer'
import { smallVocabulary } from '../../support/small-vocabulary'

const file = readGguf(memorySource(writeGguf({ metadata: smallVocabulary('gpt-2') })))
const tokenizer = createTokenizer(file)
const format = createChatFormat(recogniseTemplate(file), tokenizer)

/** The text of the tokens that hold each of these pieces of a message. */
function textsFound(messages: readonly ChatMessage[], message: number, pieces: readonly string[]): readonly string[] {
  const prompt = format.prompt(messages)
  const ranges = pieces.map((piece) => {
    const start = messages[message]?.content.indexOf(piece) ?? 0
    return { message, start, end: start + piece.length }
  })
  return placeRanges(prompt, tokenizer, messages, ranges).map(({ start, end }) => tokenizer.decode(prompt.subarray(start, end)))
}

const content = 'The river rises. Größe zählt! 水库今年存水三百吨。 🙂 ok. The end.'
const pieces = ['The river rises.', 'Größe zählt!', '水库今年存水三百吨。', '🙂 ok.', 'The end.']

describe('places in a prompt', () => {
  it('are the tokens that hold a range, in any script', () => {
    const found = textsFound([{ role: 'system', content: 'Rules.' }, { role: 'user', content }], 1, pieces)
    found.forEach((text, i) => expect(text).toContain(pieces[i]))
    // At most the blank before and what a token shares with the next piece.
    found.forEach((text, i) => expect(text.length - (pieces[i]?.length ?? 0)).toBeLessThanOrEqual(2))
  })

  it('are those of the message that was meant, not of one that says the same', () => {
    const messages: readonly ChatMessage[] = [{ role: 'user', content: 'Who? The mill.' }, { role: 'assistant', content: 'user' }, { role: 'user', content: 'Who? The mill.' }]
    const prompt = format.prompt(messages)
    const [first, second] = [0, 2].map((message) => placeRanges(prompt, tokenizer, messages, [{ message, start: 5, end: 14 }])[0])
    expect(tokenizer.decode(prompt.subarray(first?.start, first?.end)).trim()).toBe('The mill.')
    expect(tokenizer.decode(prompt.subarray(second?.start, second?.end)).trim()).toBe('The mill.')
    expect(second?.start).toBeGreaterThan(first?.end ?? Infinity)
  })

  it('of what is not there are no tokens', () => {
    expect(placeRanges(format.prompt([{ role: 'user', content }]), tokenizer, [{ role: 'user', content: 'Another text.' }], [{ message: 0, start: 0, end: 7 }, { message: 5, start: 0, end: 1 }]))
      .toEqual([{ start: 0, end: 0 }, { start: 0, end: 0 }])
  })
})
