import type { DocumentId } from '../contract/document'
import type { DocumentReading } from '../contract/reading'
import type { Board, ChosenModel } from './board'
import { unbegun } from './plan'
import type { Plans } from './plans'

/** How documents stand with the chosen model, and what is learnt of that besides reading. */
export interface ReadingStates {
  /** Of all documents that the chosen model has read, is reading or is to read. */
  states(): Promise<readonly DocumentReading[]>
  /** One of `states`; null where the chosen model never met the document. */
  of(document: DocumentId): Promise<DocumentReading | null>
  /** What is on the disk may have changed: the window is told. */
  lookAgain(): Promise<void>
  /** What was read of a document proved to be of no use; `why` as a sentence. */
  setAside(document: DocumentId, why: string): Promise<void>
  /** What was kept was deleted. */
  deleted(reading: string): Promise<void>
}

export interface ReadingStatesWorld {
  readonly plans: Plans
  readonly board: Board
  readonly chosenModel: () => Promise<ChosenModel>
}

export function createReadingStates({ plans, board, chosenModel }: ReadingStatesWorld): ReadingStates {
  const states = async (): Promise<readonly DocumentReading[]> => {
    await plans.load()
    board.choose(await chosenModel().catch(() => null))
    await board.refresh()
    return board.readings()
  }
  return {
    states,
    of: async (document) => (await states()).find((reading) => reading.document === document) ?? null,
    async lookAgain() {
      await states()
      board.tell()
    },
    async setAside(document, why) {
      await states()
      const plan = board.plan(document)
      if (plan !== undefined) await board.change(plan, { setAside: why })
    },
    async deleted(reading) {
      await plans.load()
      for (const plan of plans.all) if (plan.reading === reading) await board.change(plan, unbegun)
    },
  }
}
