import type { StepPast } from '../attention/resident'
import type { Backend } from '../ggml/backend'
import type { Model } from './model'
import { StepRunner, type StepOptions } from './step'

/** Steps of any number of tokens. */
export class StepRunners {
  readonly #runners = new Map<number, StepRunner>()
  readonly #runnerOf: (count: number) => StepRunner

  constructor(backend: Backend, model: Model, past: StepPast, options: Omit<StepOptions, 'count'>) {
    this.#runnerOf = (count) => new StepRunner(backend, model, past, { ...options, count })
  }

  /** As `StepRunner.run`. */
  run(tokens: readonly number[], place: number, logits: Float32Array, signal?: AbortSignal): Promise<boolean> {
    const runner = this.#runners.get(tokens.length) ?? this.#runnerOf(tokens.length)
    this.#runners.set(tokens.length, runner)
    return runner.run(tokens, place, logits, signal)
  }

  /** As `StepRunner.forget`. */
  forget(): void {
    for (const runner of this.#runners.values()) runner.forget()
  }

  free(): void {
    for (const runner of this.#runners.values()) runner.free()
  }
}
