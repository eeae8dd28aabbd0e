import type { AnswerMode } from '../../src-main/contract/answer'
import { readMode, usualMode } from '../../src-main/contract/answer-mode'
import type { DocumentReading } from '../../src-main/contract/reading'
import type { Answer, AnswerId, Conversation, ConversationId, ConversationSummary, DocumentId } from './contract'
import { addSample, type Sample } from '../../src-main/contract/speed'

/** What is asked about: the open document, everything that is ready, or some documents. */
export type Scope = { readonly kind: 'open' } | { readonly kind: 'all' } | { readonly kind: 'chosen'; readonly documents: readonly DocumentId[] }

export interface ReadingProgress {
  readonly answer: AnswerId
  readonly done: number
  readonly total: number
  readonly samples: readonly Sample[]
}

/** A citation as chosen by a person: index into the answer's citations. */
export interface ChosenCitation {
  readonly answer: AnswerId
  readonly index: number
}

/** A question that was asked and has no answer yet. */
export interface AskedQuestion {
  readonly question: string
  /** `held`: there was no document to ask about; it is sent when one is open. */
  readonly state: 'held' | 'sent'
}

export interface ConversationState {
  readonly conversations: readonly ConversationSummary[]
  /** Null: a new conversation, which gets its number with the first answer. */
  readonly open: ConversationId | null
  readonly title: string
  readonly history: readonly Answer[]
  readonly progress: ReadingProgress | null
  readonly chosen: ChosenCitation | null
  readonly asking: AskedQuestion | null
  readonly failure: { readonly question: string; readonly message: string } | null
  readonly draft: string
  readonly scope: Scope
  /** As a person chose it; null where what is read decides. */
  readonly mode: AnswerMode | null
  readonly historyOpen: boolean
  /** Answers of which a piece was missed and that must be read again. */
  readonly torn: readonly AnswerId[]
}

export type ConversationEvent =
  | { readonly kind: 'conversations-listed'; readonly conversations: readonly ConversationSummary[] }
  | { readonly kind: 'conversation-opened'; readonly conversation: Conversation }
  | { readonly kind: 'conversation-reread'; readonly conversation: Conversation }
  | { readonly kind: 'conversation-started' }
  | { readonly kind: 'conversation-deleted'; readonly conversation: ConversationId }
  | { readonly kind: 'history-toggled' }
  | { readonly kind: 'drafted'; readonly text: string }
  | { readonly kind: 'scoped'; readonly scope: Scope }
  | { readonly kind: 'mode-chosen'; readonly mode: AnswerMode }
  | { readonly kind: 'asked'; readonly question: string; readonly state: AskedQuestion['state'] }
  | { readonly kind: 'question-taken-back' }
  | { readonly kind: 'ask-failed'; readonly question: string; readonly message: string }
  | { readonly kind: 'answer-started'; readonly answer: Answer }
  | { readonly kind: 'answer-changed'; readonly answer: Answer }
  | { readonly kind: 'answer-grew'; readonly answer: AnswerId; readonly at: number; readonly text: string }
  | { readonly kind: 'answer-read'; readonly answer: AnswerId; readonly done: number; readonly total: number; readonly atMilliseconds: number }
  | { readonly kind: 'citation-chosen'; readonly answer: AnswerId; readonly index: number }

export const newConversation: ConversationState = {
  conversations: [], open: null, title: '', history: [], progress: null, chosen: null, asking: null, failure: null, draft: '',
  scope: { kind: 'open' }, mode: null, historyOpen: false, torn: [],
}

const running: readonly Answer['state'][] = ['waiting', 'reading', 'writing']
export const isRunning = (answer: Answer): boolean => running.includes(answer.state)
export const runningAnswer = (state: ConversationState): Answer | null => state.history.findLast(isRunning) ?? null

/** The question that waits for a document; null where none does. */
export const heldQuestion = ({ asking }: ConversationState): string | null => (asking?.state === 'held' ? asking.question : null)

/** Whether there is something that can be stopped: an answer, or a question that is held. */
export const canStop = (state: ConversationState): boolean => heldQuestion(state) !== null || runningAnswer(state) !== null

/** Whether the next question has to wait. */
export const isBusy = (state: ConversationState): boolean => state.asking !== null || runningAnswer(state) !== null

export function reduceConversation(state: ConversationState, event: ConversationEvent): ConversationState {
  switch (event.kind) {
    case 'conversations-listed':
      return { ...state, conversations: event.conversations }
    case 'conversation-opened':
      return openConversation(state, event.conversation)
    case 'conversation-reread':
      return event.conversation.id === state.open ? { ...state, history: event.conversation.history, torn: [] } : state
    case 'conversation-started':
      return { ...newConversation, conversations: state.conversations, draft: wholeDraft(state), scope: state.scope, mode: state.mode }
    case 'conversation-deleted':
      return deleteConversation(state, event.conversation)
    case 'history-toggled':
      return { ...state, historyOpen: !state.historyOpen }
    case 'drafted':
      return { ...state, draft: event.text }
    case 'scoped':
      return { ...state, scope: event.scope }
    case 'mode-chosen':
      return { ...state, mode: event.mode }
    case 'asked':
      return {
        ...state, asking: { question: event.question, state: event.state }, draft: draftAfter(state, event.question),
        failure: null, historyOpen: false, chosen: null,
      }
    case 'question-taken-back':
      return { ...state, asking: null, draft: wholeDraft(state) }
    case 'ask-failed':
      return { ...state, asking: null, failure: { question: event.question, message: event.message } }
    case 'citation-chosen':
      return { ...state, chosen: { answer: event.answer, index: event.index } }
    default:
      return reduceAnswer(state, event)
  }
}

/** What was asked leaves the box; other words that stand there stay. */
const draftAfter = ({ draft }: ConversationState, question: string): string => (draft.trim() === question ? '' : draft)

/** What is in the box, and before it the question that is held: it is never lost. */
function wholeDraft(state: ConversationState): string {
  const parts = [heldQuestion(state) ?? '', state.draft]
  return parts.filter((part) => part !== '').join('\n')
}

type AnswerEvent = Extract<ConversationEvent, { kind: `answer-${string}` }>

function reduceAnswer(state: ConversationState, event: AnswerEvent): ConversationState {
  switch (event.kind) {
    case 'answer-started':
      return start(state, event.answer)
    case 'answer-changed':
      return belongs(state, event.answer) ? { ...put(state, event.answer), torn: state.torn.filter((id) => id !== event.answer.id) } : state
    case 'answer-grew':
      return grow(state, event.answer, event.at, event.text)
    case 'answer-read':
      return read(state, event)
  }
}

function openConversation(state: ConversationState, conversation: Conversation): ConversationState {
  return {
    ...state, open: conversation.id, title: conversation.title, history: conversation.history, progress: null, chosen: null, asking: null,
    failure: null, draft: wholeDraft(state), historyOpen: false, torn: [],
    scope: scopeOf(conversation.documents),
  }
}

/** One document is opened with its conversation, and is then the open one. */
function scopeOf(documents: readonly DocumentId[]): Scope {
  if (documents.length === 0) return { kind: 'all' }
  return documents.length === 1 ? { kind: 'open' } : { kind: 'chosen', documents }
}

function deleteConversation(state: ConversationState, id: ConversationId): ConversationState {
  const conversations = state.conversations.filter((conversation) => conversation.id !== id)
  if (state.open !== id) return { ...state, conversations }
  return { ...newConversation, conversations, draft: wholeDraft(state), scope: state.scope, mode: state.mode, historyOpen: state.historyOpen }
}

const belongs = (state: ConversationState, answer: Answer): boolean => state.open === answer.conversation

/** Events may overtake the reply to the call: what is already there is never older than the reply. */
function start(state: ConversationState, answer: Answer): ConversationState {
  const next: ConversationState = { ...state, open: answer.conversation, title: state.title === '' ? answer.question : state.title, asking: null, failure: null }
  return next.history.some(({ id }) => id === answer.id) ? next : put(next, answer)
}

function put(state: ConversationState, answer: Answer): ConversationState {
  const known = state.history.some(({ id }) => id === answer.id)
  return { ...state, history: known ? state.history.map((old) => (old.id === answer.id ? answer : old)) : [...state.history, answer] }
}

function read(state: ConversationState, { answer, done, total, atMilliseconds }: Extract<AnswerEvent, { kind: 'answer-read' }>): ConversationState {
  if (!state.history.some(({ id }) => id === answer)) return state
  const before = state.progress?.answer === answer ? state.progress.samples : []
  return { ...state, progress: { answer, done, total, samples: addSample(before, { atMilliseconds, done }) } }
}

/** Appends a piece where it belongs; a piece that starts beyond the end means that one was missed. */
function grow(state: ConversationState, id: AnswerId, at: number, text: string): ConversationState {
  const answer = state.history.find((candidate) => candidate.id === id)
  if (answer === undefined || at + text.length <= answer.text.length) return state
  if (at > answer.text.length) return state.torn.includes(id) ? state : { ...state, torn: [...state.torn, id] }
  return put(state, { ...answer, state: 'writing', text: answer.text.slice(0, at) + text })
}

/** The documents that a scope means; empty is all that are ready, null is none at all. */
export function scopeDocuments(scope: Scope, open: DocumentId | null): readonly DocumentId[] | null {
  switch (scope.kind) {
    case 'all':
      return []
    case 'open':
      return open === null ? null : [open]
    case 'chosen':
      return scope.documents
  }
}

/** The one document that is asked about; null where it is several, all or none. */
export const onlyDocument = (documents: readonly DocumentId[] | null): DocumentId | null => (documents?.length === 1 ? (documents[0] ?? null) : null)

/** Whether a question can have in view what was read of a document: all of it, or some of its pages. */
export const canAskWhole = (reading: DocumentReading | undefined): boolean => readMode(reading ?? null) !== null

/** What the next question has in view: as it was chosen where that can be, else what is read. */
export function modeFor(chosen: AnswerMode | null, document: DocumentId | null, reading: DocumentReading | undefined): AnswerMode {
  const read = document === null ? null : readMode(reading ?? null)
  if (read === null || chosen === 'passages') return 'passages'
  return chosen === null ? usualMode(reading ?? null) : read
}
