import type { DocumentId } from '../contract/document'
import type { ReadingPlan } from './plan'

/** One plan for each document and model. */
export interface Plans {
  readonly all: readonly ReadingPlan[]
  /** @param model path of its file */
  of(document: DocumentId, model: string): ReadingPlan | undefined
  put(plan: ReadingPlan): Promise<void>
  forget(document: DocumentId): Promise<void>
}

export function createPlans(): Plans {
  let all: readonly ReadingPlan[] = []
  return {
    get all() {
      return all
    },
    of: (document, model) => all.find((plan) => plan.document === document && plan.model === model),
    put(plan) {
      all = [...all.filter((other) => other.document !== plan.document || other.model !== plan.model), plan]
      return Promise.resolve()
    },
    forget(document) {
      all = all.filter((plan) => plan.document !== document)
      return Promise.resolve()
    },
  }
}
