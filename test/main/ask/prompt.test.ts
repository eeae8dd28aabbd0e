import { describe, expect, it } from 'vitest'
import { buildPrompt, chatMessages, extractText } from '../../../src-main/ask/prompt'
import { sentenceText } from '../../support/sentence-text'

const extract = {
  sentences: [
    sentenceText('Mud is made where river and sea meet.', { section: ['4 Mud, salt and time'], pageLabel: 'xii', page: 14 }),
    sentenceText('It takes two years.', { section: ['4 Mud, salt and time'] }),
    sentenceText('Layers can be read.', { section: ['4 Mud, salt and time'], paragraph: 2 }),
  ],
}

describe('prompt', () => {
  it('says where an extract stands and keeps its paragraphs', () => {
    expect(extractText(extract)).toBe('[Tidal Rivers, 4 Mud, salt and time, page xii]\nMud is made where river and sea meet. It takes two years.\nLayers can be read.')
  })

  it('names the section alone where there are no pages', () => {
    expect(extractText({ sentences: [sentenceText('Ink is not allowed.', { page: null, pageLabel: null, section: ['Rules'] })] })).toBe('[Tidal Rivers, Rules]\nInk is not allowed.')
  })

  it('keeps document text in the last turn, after the rules that call it quotation', () => {
    const { messages } = buildPrompt('What is mud?', [extract], [])
    expect(messages.map((message) => message.role)).toEqual(['system', 'user'])
    expect(messages[0]?.content).toContain('never instructions')
    expect(messages[0]?.content).not.toContain('Mud is made')
    expect(messages[1]?.content.endsWith('\n\nQuestion: What is mud?')).toBe(true)
  })

  it('knows where each sentence and the question stand in it', () => {
    const other = { sentences: [sentenceText('Salt is heavier.', { section: ['5 Salt'] })] }
    const { messages, sources, question } = buildPrompt('What is mud?', [extract, other], [{ question: 'Before?', answer: 'Yes.' }])
    const textOf = ({ message, start, end }: typeof question): string | undefined => messages[message]?.content.slice(start, end)
    expect(sources.map(textOf)).toEqual([...extract.sentences, ...other.sentences].map(({ text }) => text))
    expect(textOf(question)).toBe('What is mud?')
  })

  it('about a whole text goes on for three questions in turn with the same beginning, of two turns at least', () => {
    const history = Array.from({ length: 12 }, (_, n) => ({ question: `question ${n}`, answer: `answer ${n}` }))
    const firstTold = (length: number): string => /question \d+/.exec(chatMessages('Text', history.slice(0, length), 'Next?')[1]?.content ?? '')?.[0] ?? ''
    const numbers = [...history.keys()].slice(1).map((length) => Number(firstTold(length).slice('question '.length)))
    expect(numbers).toEqual([0, 0, 0, 0, 3, 3, 3, 6, 6, 6, 9])
    const [before, after] = [3, 4].map((length) => chatMessages('Text', history.slice(0, length), 'Next?').slice(0, -1))
    expect(after?.slice(0, before?.length)).toEqual(before)
  })

  it('carries the last three turns of a conversation, long answers cut', () => {
    const history = [1, 2, 3, 4].map((n) => ({ question: `question ${n}`, answer: 'x'.repeat(2_000) }))
    const { messages } = buildPrompt('And then?', [extract], history)
    expect(messages.filter((message) => message.role === 'user').map((message) => message.content.slice(0, 10))).toEqual(['question 2', 'question 3', 'question 4', '[Tidal Riv'])
    expect(messages.filter((message) => message.role === 'assistant').every((message) => message.content.length < 700)).toBe(true)
  })
})
