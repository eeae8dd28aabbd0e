import type { ImportId } from '../contract/imports'
import { addAnswer, deleteConversation, listConversations, readAnswer, readConversation, saveAnswer, startConversation } from './answers'
import { blockTexts } from './blocks'
import type { Database } from './database'
import { deleteDocument, documentCover, documentDetail, findDocument, knownDocument, listDocuments, storeDocument, storeUnread } from './documents'
import { findText } from './find-text'
import type { Library } from './library'
import type { MethodName } from './messages'
import { missingWords, passagesFor, wordWeights } from './passages'
import { placed } from './places'
import { dequeue, enqueue, readQueue, updateQueue } from './queue'
import { readReadingPlans, saveReadingPlan } from './reading-plans'
import { search } from './search'
import { sentenceTexts } from './sentences'
import { readSettings, writeSettings } from './settings'
import { marks, stageUnit, unitTexts, type StagedUnit } from './units'

/** What a method works on: the database, the units of documents on their way in, and the time (ISO 8601, UTC). */
export interface World {
  readonly db: Database
  readonly staged: Map<ImportId, StagedUnit[]>
  readonly now: () => string
}

/** Each method of the library as a plain function of its world: proven complete by its type. */
export type Methods = { readonly [Name in MethodName]: (world: World, ...values: Parameters<Library[Name]>) => Awaited<ReturnType<Library[Name]>> }

export const methods: Methods = {
  list: ({ db }) => listDocuments(db),
  find: ({ db }, id) => findDocument(db, id),
  findByHash: ({ db }, hash) => (hash.length === 64 ? findDocument(db, hash) : null),
  detail: ({ db }, document) => documentDetail(db, document),
  text: ({ db }, document) => unitTexts(db, knownDocument(db, document).number),
  blocks: ({ db }, document) => blockTexts(db, knownDocument(db, document).number),
  marks: ({ db }, document, spans) => marks(db, knownDocument(db, document).number, spans),
  findText: ({ db }, document, text) => findText(unitTexts(db, knownDocument(db, document).number), text),
  cover: ({ db }, document) => documentCover(db, document),
  delete: ({ db }, document) => { deleteDocument(db, document) },

  addUnits: ({ staged }, job, units) => { staged.set(job, [...(staged.get(job) ?? []), ...units.map(stageUnit)]) },
  finish: ({ db, staged, now }, job, file, document, stored) => {
    const units = staged.get(job) ?? []
    staged.delete(job)
    return storeDocument(db, { file, units, document, stored, now: now() })
  },
  storeUnread: ({ db, now }, file, stored) => storeUnread(db, file, stored, now()),
  abandon: ({ staged }, job) => { staged.delete(job) },

  queue: ({ db }) => readQueue(db),
  enqueue: ({ db }, item) => enqueue(db, item),
  updateQueue: ({ db }, item) => { updateQueue(db, item) },
  dequeue: ({ db }, item) => { dequeue(db, item) },

  search: ({ db }, query) => search(db, query),
  passagesFor: ({ db }, question, documents, limit) => passagesFor(db, question, documents, limit),
  missingWords: ({ db }, question, documents) => missingWords(db, question, documents),
  sentences: ({ db }, document, first, last) => sentenceTexts(db, placed(db, knownDocument(db, document).number), first, last),
  wordWeights: ({ db }, words, documents) => wordWeights(db, words, documents),

  conversations: ({ db }) => listConversations(db),
  conversation: ({ db }, id) => readConversation(db, id),
  startConversation: ({ db, now }, title, documents) => startConversation(db, title, documents, now()),
  deleteConversation: ({ db }, id) => { deleteConversation(db, id) },
  addAnswer: ({ db }, answer) => addAnswer(db, answer),
  saveAnswer: ({ db }, answer) => { saveAnswer(db, answer) },
  answer: ({ db }, id) => readAnswer(db, id),

  readingPlans: ({ db }) => readReadingPlans(db),
  saveReadingPlan: ({ db }, plan) => { saveReadingPlan(db, plan) },

  readSettings: ({ db }) => readSettings(db),
  writeSettings: ({ db }, values) => { writeSettings(db, values) },
}
