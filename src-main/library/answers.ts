import type { Answer, AnswerId, AnswerState, Conversation, ConversationId, ConversationSummary } from '../contract/answer'
import type { DocumentId } from '../contract/document'
import { FailureError } from '../contract/failure'
import { change, row, rows, type Database } from './database'

interface ConversationRow {
  readonly id: number
  readonly title: string
  readonly documents: string
  readonly started: string
  readonly answers: number
  readonly asked: string | null
}

interface AnswerRow {
  readonly id: number
  readonly conversation: number
  readonly state: AnswerState
  readonly asked: string
  readonly text: string
  readonly details: string
}

// By the last answer's number, not by a clock, which may jump.
const selectConversation = `SELECT id, title, documents, started,
  (SELECT count(*) FROM answer WHERE answer.conversation = conversation.id) AS answers,
  (SELECT asked FROM answer WHERE answer.conversation = conversation.id ORDER BY id DESC LIMIT 1) AS asked FROM conversation`

/** All conversations, the one that was asked in last first. */
export const listConversations = (db: Database): readonly ConversationSummary[] =>
  rows<ConversationRow>(db, `${selectConversation} ORDER BY coalesce((SELECT max(id) FROM answer WHERE answer.conversation = conversation.id), 0) DESC, id DESC`).map(toSummary)

export function readConversation(db: Database, id: ConversationId): Conversation | null {
  const found = row<ConversationRow>(db, `${selectConversation} WHERE id = ?`, id)
  if (found === undefined) return null
  const history = rows<AnswerRow>(db, 'SELECT * FROM answer WHERE conversation = ? ORDER BY id', id).map(toAnswer)
  return { ...toSummary(found), history }
}

const toSummary = (stored: ConversationRow): ConversationSummary => ({
  id: stored.id,
  title: stored.title,
  documents: JSON.parse(stored.documents) as readonly DocumentId[],
  answers: stored.answers,
  updated: stored.asked ?? stored.started,
})

export const startConversation = (db: Database, title: string, documents: readonly DocumentId[], now: string): ConversationId =>
  Number(change(db, 'INSERT INTO conversation (title, documents, started) VALUES (?, ?, ?)', title, JSON.stringify(documents), now).lastInsertRowid)

export const deleteConversation = (db: Database, id: ConversationId): void => { change(db, 'DELETE FROM conversation WHERE id = ?', id) }

export function addAnswer(db: Database, answer: Omit<Answer, 'id'>): AnswerId {
  if (row(db, 'SELECT 1 FROM conversation WHERE id = ?', answer.conversation) === undefined) {
    throw new FailureError('not-found', 'This conversation was deleted, so the question was not kept. Ask it in a new conversation.')
  }
  const { conversation, state, asked, text } = answer
  const sql = 'INSERT INTO answer (conversation, state, asked, text, details) VALUES (?, ?, ?, ?, ?)'
  return Number(change(db, sql, conversation, state, asked, text, detailsOf(answer)).lastInsertRowid)
}

/** Replaces an answer; one whose conversation was deleted meanwhile is gone, and stays so. */
export function saveAnswer(db: Database, answer: Answer): void {
  const { id, state, asked, text } = answer
  change(db, 'UPDATE answer SET state = ?, asked = ?, text = ?, details = ? WHERE id = ?', state, asked, text, detailsOf(answer), id)
}

export function readAnswer(db: Database, id: AnswerId): Answer | null {
  const found = row<AnswerRow>(db, 'SELECT * FROM answer WHERE id = ?', id)
  return found === undefined ? null : toAnswer(found)
}

type Details = Omit<Answer, 'id' | 'conversation' | 'state' | 'asked' | 'text'>

/** What has no column of its own, so that an answer may gain fields without a migration. */
function detailsOf(answer: Omit<Answer, 'id'>): string {
  const kept = new Set(['id', 'conversation', 'state', 'asked', 'text'])
  return JSON.stringify(Object.fromEntries(Object.entries(answer).filter(([name]) => !kept.has(name))))
}

const toAnswer = ({ details, ...columns }: AnswerRow): Answer => ({ ...JSON.parse(details) as Details, ...columns })

/** At start: answers that the last run left unfinished are interrupted; their text stays. */
export const interruptUnfinished = (db: Database): void => { change(db, unfinishedToInterrupted) }
const unfinishedToInterrupted = 'UPDATE answer SET state = \'interrupted\' WHERE state IN (\'waiting\', \'reading\', \'writing\')'
