import { z } from 'zod'
import { failureKinds } from '../contract/failure'
import type { Library } from './library'

export type MethodName = Exclude<keyof Library, 'close'>

/** Every method of the library: one left out, or one too many, fails to compile. */
const names: { readonly [Name in MethodName]: true } = {
  list: true, find: true, findByHash: true, detail: true, text: true, blocks: true, marks: true, findText: true, cover: true, delete: true,
  addUnits: true, finish: true, storeUnread: true, abandon: true,
  queue: true, enqueue: true, updateQueue: true, dequeue: true,
  search: true, passagesFor: true, missingWords: true, sentences: true, wordWeights: true,
  conversations: true, conversation: true, startConversation: true, deleteConversation: true, addAnswer: true, saveAnswer: true, answer: true,
  readingPlans: true, saveReadingPlan: true,
  readSettings: true, writeSettings: true,
}
export const methodNames = Object.keys(names) as readonly MethodName[]
export const isMethodName = (name: string): name is MethodName => Object.hasOwn(names, name)

/** Main to worker: a call of the library; `values` are its arguments. `close` ends the worker. */
export const requestSchema = z.object({ call: z.int().nonnegative(), name: z.string(), values: z.array(z.unknown()) })
export type Request = z.infer<typeof requestSchema>

const failureSchema = z.object({ kind: z.enum(failureKinds), message: z.string(), document: z.string().optional() })

/** Worker to main: `opened` once, then one reply a call. A fault is a bug in the worker, with its stack. */
export const replySchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('opened') }),
  z.object({ kind: z.literal('refused'), failure: failureSchema }),
  z.object({ kind: z.literal('value'), call: z.int(), value: z.unknown() }),
  z.object({ kind: z.literal('failure'), call: z.int(), failure: failureSchema }),
  z.object({ kind: z.literal('fault'), call: z.int().nullable(), message: z.string(), stack: z.string() }),
])
export type Reply = z.infer<typeof replySchema>
