import { setTimeout as sleep } from 'node:timers/promises'
import { printFigure } from '../../support/figure'

/** Something that runs a model over one text. */
export interface Contestant {
  readonly name: string
  /** Forgets everything and makes room for so many tokens. */
  room(tokens: number): Promise<void> | void
  /** As if so many tokens had been read. */
  fill(tokens: number): void
  rewind(tokens: number): void
  /** Reads tokens after those that it holds, and gives the logits of the last. */
  read(tokens: readonly number[]): Promise<void> | void
  /** Reads one token and gives its logits. */
  step(token: number): Promise<void> | void
  close(): void
}

const runs = Number(process.env['LONGLEAF_BENCH_RUNS'] ?? 5)
/** Threads that still look for work after a run would disturb the next. */
const settleMs = 300

/**
 * Runs the contestants in turn, forwards and backwards, each once the machine has come to rest; prints each rate and the ratio of the first to the best of
 * the others, by medians.
 */
export async function compare(name: string, tokens: number, contestants: readonly Contestant[], measure: (who: Contestant) => Promise<number>): Promise<void> {
  const rates = new Map(contestants.map((who) => [who, [] as number[]]))
  for (let run = 0; run < runs; run++) {
    for (const who of run % 2 === 0 ? contestants : contestants.toReversed()) {
      await atRest()
      rates.get(who)?.push((tokens * 1000) / (await measure(who)))
    }
  }
  const [ours = 0, ...theirs] = [...rates].map(([who, values]) => printFigure(`${name}, ${who.name}`, 'tokens/s', values))
  printFigure(`${name}, ratio to libllama`, 'x', [ours / Math.max(...theirs)])
}

/** Waits until no thread of an earlier run looks for work. */
export async function atRest(): Promise<void> {
  await sleep(settleMs)
}
