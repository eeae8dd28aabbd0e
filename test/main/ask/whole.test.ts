import { describe, expect, it } from 'vitest'
import { askWhole } from '../../../src-main/ask/whole'
import { sentenceText } from '../../support/sentence-text'

const sentences = ['Mud is made where river and sea meet.', 'It takes two years.', 'Who? What is mud?'].map((text, index) => sentenceText(text, { index, paragraph: index }))
const history = Array.from({ length: 5 }, (_, i) => ({ question: `What is mud? (${i})`, answer: `Mud, for the time ${i}.` }))

describe('a whole document in view', () => {
  it.each([[[]], [history.slice(0, 1)], [history]])('knows where each sentence and the question stand, also after earlier turns', (turns) => {
    const { messages, sources, question } = askWhole('What is mud?', sentences, turns)
    const textAt = ({ message, start, end }: typeof question): string => messages[message]?.content.slice(start, end) ?? ''
    expect(sources.map(textAt)).toEqual(sentences.map(({ text }) => text))
    expect(textAt(question)).toBe('What is mud?')
    expect(question.message).toBe(messages.length - 1)
    expect(messages[question.message]?.content.length).toBe(question.end)
  })
})
