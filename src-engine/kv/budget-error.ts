/** What the model has to have in view does not fit the memory that it may take, streamed or not. */
export class KvBudgetError extends Error {
  readonly budgetBytes: number
  readonly neededBytes: number
  constructor(budgetBytes: number, neededBytes: number) {
    super(`What the model would have in view takes at least ${megabytes(neededBytes)} MB of memory, and it may take ${megabytes(budgetBytes)} MB. Allow it more memory, or ask from passages.`)
    this.name = 'KvBudgetError'
    this.budgetBytes = budgetBytes
    this.neededBytes = neededBytes
  }
}

const megabytes = (bytes: number): number => Math.ceil(bytes / 1_000_000)
