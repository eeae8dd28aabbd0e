import type { DocumentId } from '../contract/document'
import type { Library, ReadingPlan } from '../library/library'

/** One plan for each document and model: what is stored, at hand. */
export interface Plans {
  readonly all: readonly ReadingPlan[]
  /** @param model path of its file */
  of(document: DocumentId, model: string): ReadingPlan | undefined
  /** To be waited for before anything else. */
  load(): Promise<void>
  put(plan: ReadingPlan): Promise<void>
  /** The rank of what comes right before another, which goes back for it with all behind it; after all where there is no other. */
  rankBefore(other: ReadingPlan | undefined): Promise<number>
  /** Of a document that is no more. */
  forget(document: DocumentId): void
}

export function createPlans(library: Pick<Library, 'readingPlans' | 'saveReadingPlan'>): Plans {
  let all: readonly ReadingPlan[] = []
  let loading: Promise<void> | null = null
  const put = async (plan: ReadingPlan): Promise<void> => {
    all = [...all.filter((other) => other.document !== plan.document || other.model !== plan.model), plan]
    await library.saveReadingPlan(plan)
  }
  return {
    get all() {
      return all
    },
    of: (document, model) => all.find((plan) => plan.document === document && plan.model === model),
    load() {
      loading ??= library.readingPlans().then((stored) => { all = stored })
      return loading
    },
    put,
    async rankBefore(other) {
      if (other === undefined) return Math.max(0, ...all.map(({ rank }) => rank)) + 1
      for (const plan of all) if (plan.rank >= other.rank) await put({ ...plan, rank: plan.rank + 1 })
      return other.rank
    },
    forget(document) {
      all = all.filter((plan) => plan.document !== document)
    },
  }
}
