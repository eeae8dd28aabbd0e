import type { ReadBeginning, ReadEnd, ReadingRoom } from '../../src-engine/protocol'
import { beginWhole, sentencesOf } from '../ask/whole'
import type { DocumentId } from '../contract/document'
import { listUnits, unitsOfScope } from '../contract/unit-ranges'
import type { EngineClient, ReadTextHooks, TextToRead } from '../engine-host/client'
import type { Library, ReadingPlan } from '../library/library'

export interface ReaderWorld {
  readonly library: Pick<Library, 'sentences'>
  readonly engine: Pick<EngineClient, 'load' | 'read'>
  /** Of all readings; the engine alone writes to it. */
  readonly folder: string
  readonly room: () => ReadingRoom
  readonly form: () => TextToRead['form']
  /** That each token of an answer is to look at; null for all. */
  readonly selectedTokens: () => number | null
  /** What a stop loses at most, tokens: what has been read by then is looked at again for each so many. */
  readonly superChunkTokens: number
}

/** What is read, and by which model. */
export type ReadingTask = Pick<ReadingPlan, 'document' | 'model' | 'scope' | 'unitsTotal'>

export interface TaskBeginning extends Pick<ReadBeginning, 'reading' | 'tokensTotal' | 'chunkTokens'> {
  readonly unitsAt: ReadingPlan['unitsAt']
}

export interface ReadTaskHooks extends Pick<ReadTextHooks, 'onProgress' | 'signal'> {
  /** Before anything of it is computed. */
  readonly onBegun: (beginning: TaskBeginning) => void
}

/** What a model reads of a whole document, one message of the chat after the other; the blank before a question belongs to its first word. */
export const textsToRead = async (library: Pick<Library, 'sentences'>, document: DocumentId): Promise<readonly string[]> =>
  beginWhole(await sentencesOf(library, document, { kind: 'whole' })).messages.map(({ content }) => content.trimEnd())

/** Reads a document from where that was stopped before; aborting ends it with what was read by then. Rejects with what `load` and `read` reject with. */
export async function readTask(world: ReaderWorld, { document, model, scope, unitsTotal }: ReadingTask, hooks: ReadTaskHooks): Promise<ReadEnd> {
  const { library, engine, folder, room, form, selectedTokens, superChunkTokens } = world
  const selected = selectedTokens()
  await engine.load(model)
  const { messages, unitsRead } = beginWhole(await sentencesOf(library, document, scope))
  let tokensToRead: number | null = null
  const wanted = { room: room(), form: form(), superChunkTokens, ...(selected !== null && { selectedTokens: selected }) }
  return engine.read({ messages, place: { folder, document }, ...wanted }, {
    signal: hooks.signal,
    onBegun({ reading, tokensTotal, chunkTokens, textAt }) {
      tokensToRead = tokensTotal
      hooks.onBegun({ reading, tokensTotal, chunkTokens, unitsAt: unitsRead(textAt, listUnits(unitsOfScope(scope, unitsTotal))) })
    },
    onProgress(tokens, tokensTotal, ...more) {
      // What is told before the first of it is computed is no count of its tokens.
      if (tokensTotal === tokensToRead) hooks.onProgress(tokens, tokensTotal, ...more)
    },
  })
}
