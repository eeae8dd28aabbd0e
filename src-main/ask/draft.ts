import type { Answer } from '../contract/answer'
import { FailureError, type Failure } from '../contract/failure'
import type { AskWorld } from './world'

/** An answer while it is made: every change is stored, then told. */
export interface Draft {
  readonly current: () => Answer
  readonly change: (change: Partial<Answer>) => Promise<void>
  /** Changes without storing: for text as it streams. */
  readonly grow: (text: string) => void
}

export function createDraft({ library, publish }: Pick<AskWorld, 'library' | 'publish'>, asked: Answer): Draft {
  let answer = asked
  return {
    current: () => answer,
    change: async (change) => {
      answer = { ...answer, ...change }
      const saved = answer
      await library.saveAnswer(saved)
      publish('answer/changed', { answer: saved })
    },
    grow: (text) => {
      publish('answer/delta', { answer: answer.id, at: answer.text.length, text })
      answer = { ...answer, text: answer.text + text }
    },
  }
}

/** An answer that cannot go on says why; one that lost its engine keeps its words. */
export async function endWithFailure(draft: Draft, error: unknown): Promise<void> {
  const failure: Failure =
    error instanceof FailureError ? error.failure : { kind: 'unexpected', message: 'This answer could not be finished because of an error in Longleaf. Ask again; if it happens again, restart the app.' }
  const interrupted = ['engine-crashed', 'engine-hung', 'device-failed'].includes(failure.kind)
  await draft.change({ state: interrupted ? 'interrupted' : 'failed', failure }).catch(() => undefined)
  if (!(error instanceof FailureError)) console.error(error)
}
