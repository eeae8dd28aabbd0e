import { describe, expect, it } from 'vitest'
import type { Answer } from '../../../src-main/contract/answer'
import { canStop, heldQuestion, isBusy, isRunning, newConversation, reduceConversation, runningAnswer, scopeDocuments, type ConversationEvent, type ConversationState } from '../../../src-renderer/state/conversation'
import { timeLeft } from '../../../src-main/contract/speed'

const answer = (change: Partial<Answer> = {}): Answer => ({
  id: 1, conversation: 10, question: 'Why?', text: '', state: 'waiting', failure: null, model: 'starter', mode: 'passages', statements: [], citations: [],
  coverage: { documents: [], complete: false }, missingWords: [], tokens: { reused: 0, prefilled: 0, generated: 0 }, milliseconds: { prefill: 0, firstToken: 0, total: 0 }, asked: '', ...change,
})
const after = (events: readonly ConversationEvent[], state: ConversationState = newConversation): ConversationState => events.reduce(reduceConversation, state)
const started = after([{ kind: 'asked', question: 'Why?', state: 'sent' }, { kind: 'answer-started', answer: answer() }])

describe('a conversation', () => {
  it('gets its number and title with the first answer', () => {
    expect(started).toMatchObject({ open: 10, title: 'Why?', asking: null, draft: '' })
  })

  it('lays the pieces of a stream together', () => {
    const state = after([{ kind: 'answer-grew', answer: 1, at: 0, text: 'The sea' }, { kind: 'answer-grew', answer: 1, at: 7, text: ' walks' }], started)
    expect(state.history[0]).toMatchObject({ text: 'The sea walks', state: 'writing' })
  })

  it('takes a piece twice for once, and one that overlaps for its new part', () => {
    const state = after([{ kind: 'answer-grew', answer: 1, at: 0, text: 'abc' }, { kind: 'answer-grew', answer: 1, at: 0, text: 'abc' }, { kind: 'answer-grew', answer: 1, at: 1, text: 'bcd' }], started)
    expect(state.history[0]?.text).toBe('abcd')
  })

  it('notices a missing piece and heals with the whole answer', () => {
    const torn = after([{ kind: 'answer-grew', answer: 1, at: 3, text: 'def' }], started)
    expect(torn).toMatchObject({ torn: [1], history: [{ text: '' }] })
    expect(after([{ kind: 'answer-changed', answer: answer({ text: 'abcdef', state: 'done' }) }], torn)).toMatchObject({ torn: [], history: [{ text: 'abcdef' }] })
  })

  it('does not go back in time when the reply to the call comes after the first events', () => {
    const early = after([{ kind: 'answer-changed', answer: answer({ state: 'writing', text: 'The' }) }, { kind: 'answer-started', answer: answer() }], { ...newConversation, open: 10 })
    expect(early.history).toMatchObject([{ state: 'writing', text: 'The' }])
  })

  it('measures how fast a prompt is read, each answer anew', () => {
    const state = after([
      { kind: 'answer-read', answer: 1, done: 0, total: 100, atMilliseconds: 0 }, { kind: 'answer-read', answer: 1, done: 40, total: 100, atMilliseconds: 2_000 },
    ], started)
    expect(timeLeft(state.progress?.samples ?? [], 100)).toBe(3_000)
    const next = after([{ kind: 'answer-started', answer: answer({ id: 2 }) }, { kind: 'answer-read', answer: 2, done: 5, total: 90, atMilliseconds: 9_000 }], state)
    expect(next.progress).toEqual({ answer: 2, done: 5, total: 90, samples: [{ atMilliseconds: 9_000, done: 5 }] })
  })

  it('ignores answers of other conversations', () => {
    expect(after([{ kind: 'answer-changed', answer: answer({ id: 2, conversation: 99 }) }], started).history).toHaveLength(1)
    expect(after([{ kind: 'answer-grew', answer: 2, at: 0, text: 'x' }], started)).toBe(started)
  })

  it('keeps the question of a call that failed, to be asked again', () => {
    expect(after([{ kind: 'asked', question: 'Why?', state: 'sent' }, { kind: 'ask-failed', question: 'Why?', message: 'no' }])).toMatchObject({ asking: null, failure: { question: 'Why?', message: 'no' } })
  })

  it('takes the scope of a conversation that is opened', () => {
    const open = (documents: readonly string[]): ConversationState => after([{ kind: 'conversation-opened', conversation: { id: 3, title: 't', documents, answers: 0, updated: '', history: [] } }])
    expect(open(['a']).scope).toEqual({ kind: 'open' })
    expect(open(['a', 'b']).scope).toEqual({ kind: 'chosen', documents: ['a', 'b'] })
    expect(open([]).scope).toEqual({ kind: 'all' })
  })

  it('is empty again when it was deleted while open, with the draft kept', () => {
    const state = after([{ kind: 'drafted', text: 'next' }, { kind: 'conversation-deleted', conversation: 10 }], started)
    expect(state).toMatchObject({ open: null, history: [], draft: 'next' })
  })

  it('takes what was asked out of the box, and leaves other words there', () => {
    const sent = (draft: string): ConversationState => after([{ kind: 'drafted', text: draft }, { kind: 'asked', question: 'Why?', state: 'sent' }])
    expect([sent(' Why? ').draft, sent('How long').draft]).toEqual(['', 'How long'])
  })

  it('never loses a question that is held: it is sent, or goes back into the box before what was typed since', () => {
    const held = after([{ kind: 'drafted', text: 'Why?' }, { kind: 'asked', question: 'Why?', state: 'held' }, { kind: 'drafted', text: 'And how?' }])
    expect([heldQuestion(held), isBusy(held), canStop(held)]).toEqual(['Why?', true, true])
    expect(after([{ kind: 'asked', question: 'Why?', state: 'sent' }], held)).toMatchObject({ asking: { question: 'Why?', state: 'sent' }, draft: 'And how?' })
    const conversation = { id: 3, title: 't', documents: [], answers: 0, updated: '', history: [] }
    const ways: readonly ConversationEvent[] = [{ kind: 'question-taken-back' }, { kind: 'conversation-started' }, { kind: 'conversation-opened', conversation }]
    for (const way of ways) expect(after([way], held)).toMatchObject({ asking: null, draft: 'Why?\nAnd how?' })
  })

  it('can stop an answer, but not a question on its way to main', () => {
    const sent = after([{ kind: 'asked', question: 'Why?', state: 'sent' }])
    expect([sent, started, newConversation].map(canStop)).toEqual([false, true, false])
    expect([sent, started, newConversation].map(isBusy)).toEqual([true, true, false])
  })

  it('knows what runs', () => {
    expect((['waiting', 'reading', 'writing', 'done', 'cancelled', 'interrupted', 'failed'] as const).map((state) => isRunning(answer({ state })))).toEqual([true, true, true, false, false, false, false])
    expect(runningAnswer(started)?.id).toBe(1)
  })

  it('says which documents a scope means', () => {
    expect(scopeDocuments({ kind: 'open' }, 'a')).toEqual(['a'])
    expect(scopeDocuments({ kind: 'open' }, null)).toBeNull()
    expect(scopeDocuments({ kind: 'all' }, 'a')).toEqual([])
    expect(scopeDocuments({ kind: 'chosen', documents: ['x', 'y'] }, null)).toEqual(['x', 'y'])
  })
})
