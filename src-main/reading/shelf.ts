import { readdir } from 'node:fs/promises'
import type { ReadingFacts } from '../../src-engine/protocol'
import { FailureError } from '../contract/failure'
import type { ReadingSummary } from '../contract/reading'
import type { EngineClient } from '../engine-host/client'
import type { Library, ReadingPlan } from '../library/library'
import { isComplete, keptOf } from './plan'

/** What is kept on the disk. */
export interface Shelf {
  /** The last used first, after what is of documents and conversations that are no more, or too much, was removed. */
  list(): Promise<readonly ReadingSummary[]>
  /** The one whose id holds this: at least four characters. Rejects with `not-found`, and with `invalid-request` where there are several. */
  find(part: string): Promise<ReadingSummary>
  /** Tokens of each reading, by its name. */
  tokens(): Promise<ReadonlyMap<string, number>>
  /** Rejects with `not-found`, and with `reading-failed` for one in use. */
  delete(id: string): Promise<void>
}

export interface ShelfWorld {
  readonly library: Pick<Library, 'list' | 'conversations'>
  readonly engine: Pick<EngineClient, 'readings' | 'removeReading'>
  /** Of all readings; the engine alone writes to it. */
  readonly folder: string
  /** That all readings take together at most. */
  readonly quotaBytes: () => number
  readonly plans: () => Promise<readonly ReadingPlan[]>
}

export function createShelf({ library, engine, folder, quotaBytes, plans }: ShelfWorld): Shelf {
  const stored = async (): Promise<readonly ReadingFacts[]> => {
    if (await isEmpty(folder)) return []
    const [documents, conversations] = await Promise.all([library.list(), library.conversations()])
    return engine.readings(folder, { documents: documents.map(({ id }) => id), conversations: conversations.map(({ id }) => id), quotaBytes: quotaBytes() })
  }
  const list = async (): Promise<readonly ReadingSummary[]> => {
    const facts = await stored()
    const titles = new Map((await library.list()).map(({ id, title }) => [id, title]))
    const known = await plans()
    return facts.map((each) => summaryOf(each, titles.get(each.document) ?? null, known.find(({ reading }) => reading === each.name)))
  }
  return {
    list,
    async find(part) {
      const [found, ...others] = (await list()).filter(({ id }) => part.length >= partMin && id.includes(part))
      if (found === undefined) throw notFound(part)
      if (others.length > 0) throw new FailureError('invalid-request', `“${part}” may be any of ${others.length + 1} readings. Give more of the id.`)
      return found
    },
    tokens: async () => new Map((await stored()).map(({ name, tokens }) => [name, tokens])),
    async delete(id) {
      if (!(await stored()).some(({ name }) => name === id)) throw notFound(id)
      await engine.removeReading(folder, id)
    },
  }
}

const partMin = 4
const notFound = (id: string): FailureError => new FailureError('not-found', `There is no reading “${id}”. “longleaf readings” shows those that there are.`)

/** Nothing was ever read: then the engine need not be asked. */
const isEmpty = async (folder: string): Promise<boolean> => (await readdir(folder).catch(() => [])).length === 0

function summaryOf({ name, document, model, tokens, bytes, lastUse }: ReadingFacts, title: string | null, plan: ReadingPlan | undefined): ReadingSummary {
  const isWhole = plan?.scope.kind === 'whole' && isComplete(plan, tokens)
  const units = plan === undefined ? [] : keptOf(plan, { keptTokens: tokens }).units
  return { id: name, document, title, model: plan?.modelName ?? model, tokens, tokensTotal: plan?.tokensTotal ?? null, state: isWhole ? 'read' : 'partial', units, bytes, lastUsed: new Date(lastUse).toISOString() }
}
